"""Policies made ready to be asked many times.

In: documents in the normal form of `iam.load`. Out: statements whose texts are parsed once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from eks_pod_identity.iam.document import VERSION, Document
from eks_pod_identity.iam.evaluation.arn import resource_matches
from eks_pod_identity.iam.evaluation.condition import Condition, read_conditions
from eks_pod_identity.iam.evaluation.glob import matches, to_pattern
from eks_pod_identity.iam.evaluation.principal import exempts_principal, names_principal
from eks_pod_identity.iam.evaluation.request import Context, Missing, Principal, Request
from eks_pod_identity.iam.evaluation.truth import Truth, all_of, any_of, negate, truth_of
from eks_pod_identity.iam.evaluation.variable import Variable, resolve, variables_of

Principals: TypeAlias = Mapping[str, Sequence[str]]

_COLONS = 5  # of an ARN, before its last part


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.

    Attributes:
        label: How a message names it: its Sid, or its number from 0.
        allow: Whether its effect is Allow.
        actions: Action or NotAction, as patterns in lower case.
        not_actions: Whether these are the ones left out.
        principals: Principal or NotPrincipal; None in an identity policy.
        not_principals: Whether these are the ones left out.
        resources: Resource or NotResource as written; empty in a trust policy.
        not_resources: Whether these are the ones left out.
        conditions: All of these have to hold.
        variables: Whether `${...}` are variables.
    """

    label: str
    allow: bool
    actions: tuple[str, ...]
    not_actions: bool
    principals: Principals | None
    not_principals: bool
    resources: tuple[str, ...]
    not_resources: bool
    conditions: tuple[Condition, ...]
    variables: bool

    @property
    def expands(self) -> tuple[Variable, ...]:
        """The variables in resources; those in conditions are the conditions' own."""
        if not self.variables:
            return ()
        return tuple(each for text in self.resources for each in variables_of(text))

    def applies_to(self, request: Request) -> Truth:
        """Tell whether the statement speaks of a request."""
        return all_of(self._tests(request))

    def _tests(self, request: Request) -> Iterator[Truth]:
        yield self.names_action(request.action)
        yield self.names_principal(request.principal)
        yield self.names_resource(request.resource, request.context)
        yield self.holds(request.context)

    def holds(self, context: Context) -> Truth:
        """Tell whether all conditions hold in a context."""
        return all_of(condition.holds(context) for condition in self.conditions)

    def names_action(self, action: str) -> Truth:
        """Tell whether the statement speaks of an action."""
        name = action.lower()
        return truth_of(any(matches(each, name) for each in self.actions) != self.not_actions)

    def names_principal(self, principal: Principal) -> Truth:
        """Tell whether the statement speaks of a caller."""
        if self.principals is None:
            return Truth.YES
        if self.not_principals:
            return negate(exempts_principal(self.principals, principal))
        return names_principal(self.principals, principal)

    def names_resource(self, resource: str, context: Context) -> Truth:
        """Tell whether the statement speaks of a resource."""
        if not self.resources:
            return Truth.YES
        found = any_of(self._is(text, resource, context) for text in self.resources)
        return negate(found) if self.not_resources else found

    def _is(self, text: str, resource: str, context: Context) -> Truth:
        if self.variables and _has_early_variable(text):
            return Truth.UNKNOWN
        pattern = resolve(text, context, variables=self.variables, wildcards=True)
        if isinstance(pattern, Missing):
            # A text without a value matches no resource.
            return Truth.NO if pattern is Missing.ABSENT else Truth.UNKNOWN
        return resource_matches(pattern, resource)


@dataclass(frozen=True, slots=True)
class Policy:
    """The statements of one document."""

    statements: tuple[Statement, ...]


def compile_policy(document: Document) -> Policy:
    """Return the policy that a document in normal form says."""
    # A document without Version is one of 2008, in which `${...}` is plain text.
    variables = document.get("Version") == VERSION
    return Policy(
        tuple(
            _statement(each, str(number), variables=variables)
            for number, each in enumerate(document["Statement"])
        )
    )


def _statement(element: Mapping[str, Any], number: str, *, variables: bool) -> Statement:
    actions, not_actions = _either(element, "Action")
    principals, not_principals = _either(element, "Principal")
    resources, not_resources = _either(element, "Resource")
    return Statement(
        label=element.get("Sid") or number,
        allow=element["Effect"] == "Allow",
        actions=tuple(to_pattern(action.lower()) for action in actions or ()),
        not_actions=not_actions,
        principals=principals,
        not_principals=not_principals,
        resources=tuple(resources or ()),
        not_resources=not_resources,
        conditions=read_conditions(element.get("Condition", {}), variables=variables),
        variables=variables,
    )


def _either(element: Mapping[str, Any], name: str) -> tuple[Any, bool]:
    """Return an element or its negation, and whether it was the negation."""
    negation = f"Not{name}"
    return (element[negation], True) if negation in element else (element.get(name), False)


def _has_early_variable(text: str) -> bool:
    # "Variables can be used in the last part of a Resource's ARN" only.
    before, found, _ = text.partition("${")
    return bool(found) and before.count(":") < _COLONS
