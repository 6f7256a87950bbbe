"""Policies parsed once, to be asked many times.

In: documents that IAM has accepted. Out: statements, and whether they speak of a request.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from eks_pod_identity_emulator.authorization.arn import matches_resource
from eks_pod_identity_emulator.authorization.condition import Condition, read_conditions
from eks_pod_identity_emulator.authorization.policy_text import PolicyText, parse_text
from eks_pod_identity_emulator.authorization.principal import Naming, Principals
from eks_pod_identity_emulator.authorization.request import Request
from eks_pod_identity_emulator.authorization.text_pattern import Pattern, compile_texts
from eks_pod_identity_emulator.json_value import Json

_VERSION_WITH_VARIABLES = "2012-10-17"
_DOCUMENTS = 4_096


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.

    Attributes:
        allow: Whether its effect is Allow.
        actions: Action or NotAction as one expression, for names in lower case.
        without_actions: Whether these are the ones left out.
        resources: Resource or NotResource; None if the statement has neither.
        without_resources: Whether these are the ones left out.
        principals: Principal or NotPrincipal; None in an identity policy.
        conditions: All of these have to hold.
    """

    allow: bool
    actions: Pattern
    without_actions: bool
    resources: tuple[PolicyText, ...] | None
    without_resources: bool
    principals: Principals | None
    conditions: tuple[Condition, ...]

    def naming(self, request: Request) -> Naming:
        """Return how the statement speaks of a request, NOT if it does not.

        A statement without principals speaks of whoever it is attached to. What AWS leaves open
        is taken against the caller.
        """
        doubt = not self.allow
        applies = (
            self._names_action(request.action.lower())
            and self._names_resource(request, doubt=doubt)
            and all(each.holds(request.context, doubt=doubt) for each in self.conditions)
        )
        if not applies:
            return Naming.NOT
        if self.principals is None:
            return Naming.SELF
        return self.principals.naming(request.principal, doubt=doubt)

    def _names_action(self, action: str) -> bool:
        return (self.actions.match(action) is not None) != self.without_actions

    def _names_resource(self, request: Request, *, doubt: bool) -> bool:
        if self.resources is None:
            return True
        # What is in doubt is named by a Deny and left out by nothing.
        doubt = doubt != self.without_resources
        named = any(
            matches_resource(text, request.resource, request.context, doubt=doubt)
            for text in self.resources
        )
        return named != self.without_resources


@dataclass(frozen=True, slots=True)
class Policy:
    """The statements of one document.

    Attributes:
        statements: The statements.
        keys: The context keys that they speak of, in lower case.
    """

    statements: tuple[Statement, ...]
    keys: frozenset[str] = frozenset()

    def denies(self, request: Request) -> bool:
        """Say whether a Deny of the policy speaks of a request."""
        return any(not each.allow and each.naming(request) for each in self.statements)

    def allows(self, request: Request) -> Naming:
        """Return how the policy's Allows name the caller, NOT if none speaks of the request."""
        return max(
            (each.naming(request) for each in self.statements if each.allow), default=Naming.NOT
        )


def parse_policy(document: str | Mapping[str, Any]) -> Policy:
    """Return the policy of a document, as JSON or as what JSON holds.

    Raises:
        ValueError: It is no JSON.
        KeyError: An element is missing that every statement has.
    """
    if isinstance(document, str):
        return _parse_once(document)
    return _parse(document)


@lru_cache(maxsize=_DOCUMENTS)
def _parse_once(text: str) -> Policy:
    return _parse(json.loads(text))


def _parse(document: Mapping[str, Any]) -> Policy:
    # A document without Version is one of 2008, in which `${...}` is plain text.
    variables = document.get("Version") == _VERSION_WITH_VARIABLES
    statements = tuple(
        _statement(each, variables=variables) for each in _listed(document["Statement"])
    )
    return Policy(statements, frozenset(chain.from_iterable(map(_keys, statements))))


def _keys(statement: Statement) -> Iterator[str]:
    for text in statement.resources or ():
        yield from text.keys
    for condition in statement.conditions:
        yield condition.key
        for value in condition.values:
            yield from value.keys


def _statement(element: Mapping[str, Any], *, variables: bool) -> Statement:
    resources = element.get("Resource", element.get("NotResource"))
    return Statement(
        allow=element["Effect"] == "Allow",
        actions=compile_texts(map(str.lower, _listed(_either(element, "Action")))),
        without_actions="NotAction" in element,
        resources=None if resources is None else _resources(resources, variables=variables),
        without_resources="NotResource" in element,
        principals=_principals(element),
        conditions=read_conditions(element.get("Condition", {}), variables=variables),
    )


def _either(element: Mapping[str, Any], name: str) -> Json:
    return element[name] if name in element else element[f"Not{name}"]


def _resources(texts: Json, *, variables: bool) -> tuple[PolicyText, ...]:
    return tuple(parse_text(each, variables=variables, wildcards=True) for each in _listed(texts))


def _principals(element: Mapping[str, Any]) -> Principals | None:
    excluded = "NotPrincipal" in element
    if not excluded and "Principal" not in element:
        return None
    return Principals.of(_either(element, "Principal"), excluded=excluded)


def _listed(value: Json) -> list[Any]:
    return value if isinstance(value, list) else [value]
