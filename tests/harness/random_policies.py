"""Policies and calls at random, from a vocabulary small enough that they often meet.

Seeded, so that a run can be repeated. Documents are of every kind and use every element, operator
and variable; some values are of the wrong type, on the edge of a rule, or odd.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

Document = dict[str, Any]

_ROLES = (
    "arn:aws:iam::111122223333:role/app",
    "arn:aws:iam::111122223333:role/path/app",
    "arn:aws:iam::444455556666:role/app",
)
_SERVICES = ("pods.eks.amazonaws.com", "ec2.amazonaws.com")
_PROVIDERS = ("arn:aws:iam::111122223333:oidc-provider/oidc.example/id/A", "accounts.google.com")
_ACTIONS = (
    "s3:GetObject",
    "s3:GetObjectTagging",
    "s3:PutObject",
    "sts:AssumeRole",
    "sts:TagSession",
)
_RESOURCES = (
    "*",
    "arn:aws:s3:::reports/dev/a",
    "arn:aws:s3:::reports/qa/a:b",
    "arn:aws:secretsmanager:eu-west-1:111122223333:secret:dev-secret-A1b2C3",
    "arn:aws:iam::111122223333:role/app",
)
_TEXTS = ("dev", "qa", "Dev", "dev-ns", "", "*", "d?v")
_ARNS = (
    "arn:aws:eks:eu-west-1:111122223333:cluster/demo",
    "arn:aws:eks:eu-west-1:111122223333:cluster/demo/more:b",
    *_ROLES,
    "demo",
)
_NUMBERS = ("0", "5", "5.0", "-1", "10", "1e3", "1_0", " 5", "five")
_DATES = (
    "2026-11-30T16:00:00Z",
    "2026-11-30T18:00:00+02:00",
    "2026-11-30",
    "2026-12-01T00:00:00Z",
    "1796054400",
    "2026",
    "20261130",
    "2026-W49-1",
    "2026-11",
    "tomorrow",
)
_BOOLEANS = ("true", "false", "True", "FALSE", "yes")
_ADDRESSES = (
    "10.1.2.3",
    "10.1.0.0/16",
    "10.1.2.3/16",
    "10.1.2.3/32",
    "2001:db8::1",
    "2001:db8::/32",
    "home",
)
_BYTES = ("QUJD", "QUJE", "QUI=", "?")
_VALUES: Mapping[str, Sequence[str]] = {
    "aws:PrincipalTag/ns": _TEXTS,
    "aws:RequestTag/ns": _TEXTS,
    "aws:ResourceTag/ns": _TEXTS,
    "aws:username": _TEXTS,
    "aws:TagKeys": ("ns", "team", "dev", ""),
    "sts:TransitiveTagKeys": ("ns", "team"),
    "aws:SourceArn": _ARNS,
    "aws:PrincipalArn": _ARNS,
    "s3:max-keys": _NUMBERS,
    "aws:CurrentTime": _DATES,
    "aws:EpochTime": _DATES,
    "aws:SecureTransport": _BOOLEANS,
    "aws:SourceIp": _ADDRESSES,
    "s3:digest": _BYTES,
}
_KEYS = tuple(_VALUES)
_STRINGS = (
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
)
_ORDERS = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_NUMERIC = tuple(f"Numeric{order}" for order in _ORDERS)
_DATE = tuple(f"Date{order}" for order in _ORDERS)
_ARN = ("ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike")
_OPERATORS: Mapping[str, Sequence[str]] = {
    "aws:SourceArn": (*_ARN, *_STRINGS),
    "aws:PrincipalArn": (*_ARN, *_STRINGS),
    "s3:max-keys": _NUMERIC,
    "aws:CurrentTime": _DATE,
    "aws:EpochTime": _DATE,
    "aws:SecureTransport": ("Bool",),
    "aws:SourceIp": ("IpAddress", "NotIpAddress"),
    "s3:digest": ("BinaryEquals",),
}
_ANY = (*_STRINGS, *_NUMERIC, *_DATE, *_ARN, "Bool", "BinaryEquals", "IpAddress", "NotIpAddress")
_SETS = ("", "", "", "ForAllValues:", "ForAnyValue:")
_VARIABLES = (
    "${aws:PrincipalTag/ns}",
    "${aws:RequestTag/NS}",
    "${aws:username, 'dev'}",
    "${ aws:username }",
    "${aws:TagKeys}",
    "${*}",
    "${?}",
    "${$}",
    "${aws:username",
    "${}",
)


@dataclass(frozen=True)
class Caller:
    """Who calls: a session of a role, a service, an identity provider, or somebody unknown."""

    kind: str
    name: str


@dataclass(frozen=True)
class Call:
    """One call, with all its context keys."""

    caller: Caller
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class RandomPolicies:
    """Makes documents and calls, one after another."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - no secret comes of it

    def document(self, kind: str) -> Document:
        """Return an identity, resource or trust policy."""
        statements = [self._statement(kind) for _ in range(self._random.choice((1, 1, 2, 3)))]
        document: Document = {"Statement": statements}
        version = self._random.choice(("2012-10-17",) * 8 + ("2008-10-17", None))
        return document if version is None else {"Version": version, **document}

    def call(self) -> Call:
        """Return a call; each key is there or not."""
        keys = self._random.sample(_KEYS, self._random.randint(2, len(_KEYS)))
        return Call(
            self._caller(),
            self._random.choice(_ACTIONS),
            self._random.choice(_RESOURCES),
            {key: self._found(key) for key in keys},
        )

    def _caller(self) -> Caller:
        kind = self._random.choice(("role",) * 6 + ("service", "federated", "anonymous"))
        names = {"role": _ROLES, "service": _SERVICES, "federated": _PROVIDERS, "anonymous": ("",)}
        return Caller(kind, self._random.choice(names[kind]))

    def _found(self, key: str) -> tuple[str, ...]:
        several = key.endswith("TagKeys") or self._random.random() < 0.05
        number = self._random.randint(1, 3) if several else 1
        return tuple(self._random.choice(_VALUES[key]) for _ in range(number))

    def _statement(self, kind: str) -> Document:
        statement: Document = {"Effect": self._random.choice(("Allow", "Allow", "Allow", "Deny"))}
        statement |= self._element("Action", [self._action() for _ in self._some()])
        if kind != "trust":
            statement |= self._element("Resource", [self._resource() for _ in self._some()])
        if kind != "identity":
            statement |= self._principals()
        if self._random.random() < 0.6:
            statement["Condition"] = self._conditions()
        return statement

    def _some(self) -> range:
        return range(self._random.choice((1, 1, 2)))

    def _element(self, name: str, values: list[str]) -> Document:
        negated = self._random.random() < 0.15
        single = len(values) == 1 and self._random.random() < 0.5
        return {f"Not{name}" if negated else name: values[0] if single else values}

    def _action(self) -> str:
        action = self._random.choice((*_ACTIONS, "*", "*", "*", "s3:*", "sts:*"))
        return self._other_case(self._with_wildcards(action, ":") if ":" in action else action)

    def _other_case(self, text: str) -> str:
        return self._random.choice((text, text, text.lower(), text.upper()))

    def _resource(self) -> str:
        resource = self._random.choice((*_RESOURCES, "*", "*", "*", "arn:aws:s3:::reports/*"))
        if resource == "*":
            return resource
        resource = self._with_wildcards(resource, ":/")
        return self._with_variable(resource) if self._random.random() < 0.2 else resource

    def _with_wildcards(self, text: str, kept: str) -> str:
        """Return a text some of which is left open; its separators mostly stay."""
        for _ in range(self._random.choice((0, 0, 1, 2))):
            start = self._random.randrange(4, len(text)) if len(text) > 4 else 0
            end = start + self._random.randint(0, 3)
            cut = text[start:end]
            if self._random.random() < 0.9 and any(each in cut for each in kept):
                continue
            text = text[:start] + self._random.choice(("*", "?", "**")) + text[end:]
        return text

    def _with_variable(self, text: str) -> str:
        start = self._random.randrange(len(text) // 2, len(text) + 1)
        variable = self._random.choice(_VARIABLES)
        return text[:start] + variable + text[start + self._random.randint(0, 3) :]

    def _principals(self) -> Document:
        negated = self._random.random() < 0.1
        name = "NotPrincipal" if negated else "Principal"
        if self._random.random() < 0.3:
            return {name: "*"}
        kinds = self._random.sample(
            ("AWS", "AWS", "Service", "Federated"), self._random.choice((1, 1, 2))
        )
        found: Document = {kind: [self._principal(kind) for _ in self._some()] for kind in kinds}
        return {name: found}

    def _principal(self, kind: str) -> str:
        names = {"AWS": self._aws_names(), "Service": _SERVICES, "Federated": _PROVIDERS}[kind]
        name = self._random.choice(names)
        return self._other_case(name) if kind != "AWS" and self._random.random() < 0.1 else name

    def _aws_names(self) -> Sequence[str]:
        accounts = ("111122223333", "arn:aws:iam::111122223333:root", "444455556666")
        sessions = ("arn:aws:sts::111122223333:assumed-role/app/one",)
        odd = ("AROAEXAMPLEEXAMPLE123", "arn:aws:iam::111122223333:role/*")
        return ("*", *_ROLES, *_ROLES, *accounts, *sessions, *odd)

    def _conditions(self) -> Document:
        conditions: Document = {}
        for _ in range(self._random.choice((1, 1, 2))):
            key = self._random.choice(_KEYS)
            keys = conditions.setdefault(self._operator(key), {})
            keys[self._other_case(key)] = self._wanted(key)
        return {operator: _without_twins(keys) for operator, keys in conditions.items()}

    def _operator(self, key: str) -> str:
        if self._random.random() < 0.1:
            return "Null"
        named = self._random.choice(_OPERATORS.get(key, _STRINGS))
        operator = self._random.choice(_ANY) if self._random.random() < 0.05 else named
        quantifier = self._random.choice(_SETS)
        return f"{quantifier}{operator}{self._random.choice(('', '', '', 'IfExists'))}"

    def _wanted(self, key: str) -> Any:  # noqa: ANN401 - what JSON may hold there
        values = [self._value(key) for _ in range(self._random.choice((1, 1, 2, 3)))]
        return values[0] if len(values) == 1 and self._random.random() < 0.5 else values

    def _value(self, key: str) -> Any:  # noqa: ANN401 - as above
        chance = self._random.random()
        if chance < 0.05:
            return self._random.choice((True, False, 5, "true", "false"))
        value = self._random.choice(_VALUES[key])
        if chance < 0.3 and len(value) > 1:
            return self._with_wildcards(value, ":")
        return self._with_variable(value) if chance < 0.45 else value


def _without_twins(keys: Mapping[str, Any]) -> Document:
    """Return keys of which no two differ in case only, which IAM would refuse."""
    written = {key.lower(): key for key in keys}
    return {key: keys[key] for key in written.values()}
