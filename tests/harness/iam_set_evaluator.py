"""A second evaluator, unlike the product's: policies as sets of requests of a small, whole world.

Every request of the world is listed once. A condition is the set of requests in which it holds, a
statement an intersection, a policy a union less another. Wildcards are regular expressions, and
documents are read as they are written, not in normal form.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, TypeAlias

Json: TypeAlias = Any

ARN = "arn:aws:eks:eu-west-1:111122223333:cluster/{}"
ROLE = "arn:aws:iam::111122223333:role/app"
FOREIGN_ROLE = "arn:aws:iam::444455556666:role/app"
PRINCIPALS = (
    ("Service", "pods.eks.amazonaws.com"),
    ("AWS", ROLE),
    ("AWS", FOREIGN_ROLE),
    ("Anonymous", ""),
)
ACTIONS = ("sts:AssumeRole", "sts:TagSession")
RESOURCES = ("arn:aws:s3:::box/a", "arn:aws:s3:::box/b*")
# Every value that a key may have; an empty tuple is an absent key.
KEYS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "aws:SourceAccount": ((), ("a",), ("A",), ("a*",)),
    "aws:RequestTag/team": ((), ("a",), ("ab",)),
    "aws:SourceArn": ((), (ARN.format("a"),), (ARN.format("ab"),)),
    "aws:TagKeys": ((), ("a",), ("a", "ab")),
}


@dataclass(frozen=True)
class Case:
    """One request of the world."""

    principal: tuple[str, str]
    action: str
    resource: str
    context: tuple[tuple[str, tuple[str, ...]], ...]

    def values(self, key: str) -> tuple[str, ...]:
        """The values of a key, none if it is absent."""
        return {name.lower(): found for name, found in self.context}[key.lower()]


Requests: TypeAlias = frozenset[Case]
WORLD: Requests = frozenset(
    Case(principal, action, resource, tuple(zip(KEYS, values, strict=True)))
    for principal, action, resource in product(PRINCIPALS, ACTIONS, RESOURCES)
    for values in product(*KEYS.values())
)
_ONE_PER_CONTEXT = tuple({case.context: case for case in WORLD}.values())
_ABSENT = "\ud800"  # no text of a policy has it


def allowed(document: Mapping[str, Json]) -> Requests:
    """The requests that a document allows."""
    reader = _Reader(variables=document.get("Version") == "2012-10-17")
    reached: dict[str, Requests] = {"Allow": frozenset(), "Deny": frozenset()}
    for statement in _listed(document["Statement"]):
        reached[statement["Effect"]] |= reader.statement(statement)
    return reached["Allow"] - reached["Deny"]


@dataclass(frozen=True)
class _Reader:
    variables: bool

    def statement(self, statement: Mapping[str, Json]) -> Requests:
        found = WORLD
        tests = {"Action": self._action, "Principal": self._principal, "Resource": self._resource}
        for element, test in tests.items():
            if element in statement:
                value = statement[element]
                found = frozenset(case for case in found if test(value, case))
            if f"Not{element}" in statement:
                value = statement[f"Not{element}"]
                found = frozenset(case for case in found if not test(value, case))
        for operator, keys in statement.get("Condition", {}).items():
            for key, wanted in keys.items():
                texts = [_text(each) for each in _listed(wanted)]
                held = {
                    case.context
                    for case in _ONE_PER_CONTEXT
                    if self._condition(operator, key, texts, case)
                }
                found = frozenset(case for case in found if case.context in held)
        return found

    def _action(self, value: Json, case: Case) -> bool:
        action = case.action.upper()
        return any(_glob(each.upper()).fullmatch(action) for each in _listed(value))

    def _principal(self, value: Json, case: Case) -> bool:
        kind, name = case.principal
        named = {"AWS": "*"} if value == "*" else value
        if "*" in _listed(named.get("AWS", [])):
            return True
        account = name.split(":")[4] if kind == "AWS" else "none"
        mine = {name, account, f"arn:aws:iam::{account}:root"}
        return bool(mine & set(_listed(named.get(kind, []))))

    def _resource(self, value: Json, case: Case) -> bool:
        texts = (self._expand(each, case) for each in _listed(value))
        return any(
            _glob(_whole_arn(text)).fullmatch(case.resource) for text in texts if text is not None
        )

    def _condition(self, operator: str, key: str, wanted: list[str], case: Case) -> bool:
        found = case.values(key)
        if operator == "Null":
            return str(not found).lower() in wanted
        prefix, _, name = operator.rpartition(":")
        base = name.removesuffix("IfExists")
        negated = "Not" in base
        if not found:
            # The table of absent keys, in the order in which AWS's pages give it.
            if name != base:
                return True
            return {"": negated, "ForAllValues": True, "ForAnyValue": False}[prefix]
        positive = base.replace("Not", "")
        texts = [text for text in (self._expand(each, case) for each in wanted) if text is not None]
        results = [any(_same(positive, text, each) for text in texts) != negated for each in found]
        return any(results) if prefix == "ForAnyValue" else all(results)

    def _expand(self, text: str, case: Case) -> str | None:
        """The text with its variables' values, every character of which is literal."""
        if not self.variables:
            return text

        def value(found: re.Match[str]) -> str:
            body = found[1]
            if body in {"*", "?", "$"}:
                return f"\0{body}"
            key, _, default = body.partition(", ")
            values = case.values(key) or ((default.strip("'"),) if default else (_ABSENT,))
            return "".join(f"\0{character}" for character in values[0])

        expanded = re.sub(r"\$\{([^}]*)\}", value, text)
        return None if _ABSENT in expanded else expanded


def _same(operator: str, text: str, value: str) -> bool:
    if operator == "StringEquals":
        return text.replace("\0", "") == value
    if operator == "StringEqualsIgnoreCase":
        return text.replace("\0", "").casefold() == value.casefold()
    if operator == "StringLike":
        return bool(_glob(text).fullmatch(value))
    parts, values = text.split(":", 5), value.split(":", 5)
    return all(_glob(part).fullmatch(each) for part, each in zip(parts, values, strict=True))


@cache
def _glob(text: str) -> re.Pattern[str]:
    """A regular expression of a text in which a zero byte makes the next character literal."""
    pieces = re.findall(r"\0.|.", text, re.DOTALL)
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(each) or re.escape(each[-1]) for each in pieces), re.DOTALL)


def _whole_arn(text: str) -> str:
    return text + ":*" if text.count(":") < 5 and text != "*" else text


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _text(value: Json) -> str:
    return value if isinstance(value, str) else str(value).lower()
