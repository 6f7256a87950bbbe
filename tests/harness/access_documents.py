"""Trust policies at random for the oracles of `access`: every kind of caller, key and operator.

In: a random. Out: a document that IAM takes.
"""

from random import Random
from typing import Any

ACCOUNT = "111122223333"
OTHER = "444455556666"
ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"
GITHUB = "token.actions.githubusercontent.com"
CLUSTER = f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/prod"
ORGANIZATION = "o-a1b2c3d4e5"
_PODS = {"Service": "pods.eks.amazonaws.com"}
_ARN_VALUES = (
    CLUSTER,
    f"arn:aws:eks:*:{ACCOUNT}:cluster/*",
    "arn:aws:eks:*:*:cluster/prod",
    f"arn:aws:eks:eu-west-1:{OTHER}:cluster/p?od*",
    f"*:{ACCOUNT}:*",
    "*/prod",
    "arn:*:cluster/p*",
    "arn:aws:eks:*:1*:cluster/*o*",
    "arn:aws:eks:eu-*:${aws:ResourceAccount}:cluster/prod",
    "${aws:RequestTag/eks-cluster-arn}",
    "arn:aws:eks:eu-west-1:${aws:SourceAccount}:cluster/${aws:RequestTag/eks-cluster-name}",
    "arn:aws:eks:eu-west-1:*:cluster/${aws:RequestTag/kubernetes-namespace}",
    "*",
)
_VALUES: dict[str, tuple[str, ...]] = {
    "aws:SourceAccount": (
        ACCOUNT,
        OTHER,
        "1111*",
        "*",
        "????????????",
        "*3333",
        "11112222333?",
        "${aws:ResourceAccount}",
        "${aws:PrincipalTag/x, '444455556666'}",
    ),
    "aws:SourceArn": _ARN_VALUES,
    "aws:RequestTag/eks-cluster-arn": (*_ARN_VALUES, "${aws:SourceArn}"),
    "aws:RequestTag/eks-cluster-name": (
        "prod",
        "p*",
        "*d",
        "${aws:RequestTag/kubernetes-namespace}",
    ),
    "aws:RequestTag/kubernetes-namespace": ("payments", "pay*", "*a*", "?*", "PAYMENTS", "a..b"),
    "aws:RequestTag/kubernetes-service-account": (
        "api",
        "a*",
        "*",
        "${aws:RequestTag/kubernetes-namespace}",
        "${aws:RequestTag/kubernetes-namespace}-*",
    ),
    "aws:SourceOrgID": (ORGANIZATION, "o-*", "${aws:ResourceOrgID}", "o-zzzzzzzzzz"),
    "aws:SourceOrgPaths": (f"{ORGANIZATION}/r-ab12/*", "*/r-ab12/ou-*"),
    "aws:ResourceAccount": (ACCOUNT, OTHER),
    "aws:PrincipalArn": (
        f"arn:aws:iam::{ACCOUNT}:role/app",
        f"arn:aws:iam::{ACCOUNT}:role/*",
        "arn:aws:iam::*:role/team/a*",
        f"arn:aws:iam::{OTHER}:user/u?",
    ),
    "aws:PrincipalAccount": (ACCOUNT, OTHER, "4444*", "${aws:ResourceAccount}"),
    "aws:PrincipalOrgID": (ORGANIZATION, "o-*", "${aws:ResourceOrgID}"),
    "aws:PrincipalTag/team": ("a", "a*", "${aws:RequestTag/team}"),
    "aws:RequestTag/team": ("a", "b", "?"),
    "sts:ExternalId": (
        "secret",
        f"eu-west-1/{ACCOUNT}/prod/payments/api",
        f"eu-west-1/{ACCOUNT}/*/payments/*",
        "*/payments/api",
    ),
    "sts:RoleSessionName": ("eks-*", "session"),
    f"{ISSUER}:sub": (
        "system:serviceaccount:payments:api",
        "system:serviceaccount:payments:*",
        "system:serviceaccount:*:*",
        "system:*:api",
        "*api",
        "*",
    ),
    f"{ISSUER}:aud": ("sts.amazonaws.com", "*", "other"),
    f"{GITHUB}:sub": ("repo:org/repo:*", "*", "repo:org/repo:ref:refs/heads/main"),
    "aws:CalledVia": ("a",),
    "aws:SomethingNew": ("a", "b*"),
}
_LISTS: dict[str, tuple[str, ...]] = {
    "aws:TagKeys": ("eks-cluster-arn", "kubernetes-*", "team", "*"),
    "sts:TransitiveTagKeys": ("kubernetes-namespace", "x"),
}
_TYPED: tuple[tuple[str, str, tuple[Any, ...]], ...] = (
    ("NumericLessThan", "aws:SourceAccount", (ACCOUNT, "500000000000")),
    ("NumericGreaterThanEquals", "aws:SourceAccount", (ACCOUNT, "1.5", "-3")),
    ("NumericEquals", "aws:SourceAccount", (ACCOUNT, "7")),
    ("NumericNotEquals", "aws:SourceAccount", (OTHER,)),
    ("DateLessThan", "aws:CurrentTime", ("2020-01-01T00:00:00Z", "2030-01-01")),
    ("DateGreaterThan", "aws:CurrentTime", ("2020-01-01T00:00:00Z", "2031-01-01T00:00:00Z")),
    ("NumericLessThan", "aws:EpochTime", ("1900000000",)),
    ("Bool", "aws:SecureTransport", ("true", "false")),
    ("Bool", "aws:MultiFactorAuthPresent", ("true", "false")),
    ("Bool", "aws:PrincipalIsAWSService", ("true", "false")),
    ("IpAddress", "aws:SourceIp", ("0.0.0.0/0", "10.0.0.0/8", "10.1.2.3")),
    ("NotIpAddress", "aws:SourceIp", ("10.0.0.0/8",)),
)
_PRINCIPALS: tuple[Any, ...] = (
    _PODS,
    _PODS,
    _PODS,
    "*",
    {"Service": ["pods.eks.amazonaws.com", "ec2.amazonaws.com"]},
    {"Service": "lambda.amazonaws.com"},
    {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    {"AWS": [OTHER, f"arn:aws:iam::{ACCOUNT}:role/app"]},
    {"AWS": f"arn:aws:iam::{OTHER}:role/team/app", **_PODS},
    {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"},
    {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"},
)
_ACTIONS: tuple[Any, ...] = (
    ["sts:AssumeRole", "sts:TagSession"],
    ["sts:AssumeRole", "sts:TagSession"],
    "sts:*",
    "sts:AssumeRole",
    "sts:TagSession",
    ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRole", "sts:TagSession"],
    "sts:Assume*",
)
_RELATIONS = ("Equals", "Equals", "Like", "Like", "NotEquals", "NotLike")


def random_trust(random: Random, *, principal: Any = None) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a trust policy of up to three Allow and up to two Deny statements.

    Args:
        random: What decides.
        principal: Of all statements, if given.
    """
    allowing = [_statement(random, "Allow", principal) for _ in range(random.choice((1, 1, 2, 3)))]
    denying = [_statement(random, "Deny", principal) for _ in range(random.choice((0, 0, 1, 2)))]
    version = random.choice(("2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17"))
    return {"Version": version, "Statement": allowing + denying}


def _statement(random: Random, effect: str, principal: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    statement = {
        "Effect": effect,
        "Principal": principal or random.choice(_PRINCIPALS),
        "Action": random.choice(_ACTIONS),
    }
    condition = _condition(random)
    return statement | ({"Condition": condition} if condition else {})


def _condition(random: Random) -> dict[str, dict[str, Any]]:
    condition: dict[str, dict[str, Any]] = {}
    for _ in range(random.choice((0, 1, 1, 2, 3))):
        operator, key, values = _entry(random)
        condition.setdefault(operator, {})[key] = values
    return condition


def _entry(random: Random) -> tuple[str, str, Any]:
    chance = random.random()
    if chance < 0.12:
        key = random.choice([*_VALUES, *_LISTS])
        return "Null", key, random.choice(("true", "false"))
    suffix = random.choice(("", "", "", "IfExists"))
    if chance < 0.25:
        operator, key, values = random.choice(_TYPED)
        return operator + suffix, key, random.choice(values)
    if chance < 0.33:
        prefix = random.choice(("ForAllValues:", "ForAnyValue:"))
        key = random.choice(list(_LISTS))
        operator = f"{prefix}String{random.choice(_RELATIONS)}{suffix}"
        return operator, key, random.sample(_LISTS[key], random.choice((1, 2)))
    prefix = random.choice(("", "", "", "", "ForAllValues:", "ForAnyValue:"))
    key = random.choice(list(_VALUES))
    arn = key in {"aws:SourceArn", "aws:PrincipalArn", "aws:RequestTag/eks-cluster-arn"}
    family = random.choice(("Arn", "String")) if arn else "String"
    relation = random.choice(_RELATIONS)
    if family == "String" and random.random() < 0.1:
        relation = random.choice(("EqualsIgnoreCase", "NotEqualsIgnoreCase"))
    values = [random.choice(_VALUES[key]) for _ in range(random.choice((1, 1, 2)))]
    return f"{prefix}{family}{relation}{suffix}", key, values
