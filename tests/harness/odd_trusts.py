"""Trust policies at random, most of them odd: every operator, wildcard and variable in any place.

In: a random. Out: a document that IAM takes, and what it means nobody could tell at a glance.
"""

from collections.abc import Mapping
from random import Random
from typing import Any

OWN_ACCOUNT = "111122223333"
OWN_ORGANIZATION = "o-a1b2c3d4e5"
_ARN = f"arn:aws:eks:eu-west-1:{OWN_ACCOUNT}:cluster/prod"
_PODS: Mapping[str, str] = {"Service": "pods.eks.amazonaws.com"}
_VALUES: Mapping[str, tuple[str, ...]] = {
    "aws:SourceAccount": (
        OWN_ACCOUNT,
        "1111*",
        "*",
        "????????????",
        "*3333",
        "444455556666",
        "11112222333?",
        "${aws:ResourceAccount}",
        "${aws:SourceAccount}",
        "${aws:PrincipalTag/x, '*'}",
    ),
    "aws:SourceArn": (
        _ARN,
        f"arn:aws:eks:*:{OWN_ACCOUNT}:cluster/*",
        "arn:aws:eks:*:*:cluster/prod",
        f"*:{OWN_ACCOUNT}:*",
        f"*{OWN_ACCOUNT}*",
        "*/prod",
        "arn:*:cluster/p*",
        f"arn:aws:eks:eu-*:{OWN_ACCOUNT}:cluster/prod",
        "arn:aws:eks:eu-west-1:1*:cluster/*",
        "${aws:RequestTag/eks-cluster-arn}",
        "arn:aws:eks:*:${aws:ResourceAccount}:cluster/prod",
        "*",
    ),
    "aws:RequestTag/eks-cluster-arn": (
        _ARN,
        f"arn:aws:eks:*:{OWN_ACCOUNT}:cluster/*",
        "*cluster/prod",
        "${aws:SourceArn}",
        "*",
    ),
    "aws:RequestTag/eks-cluster-name": ("prod", "p*", "${aws:RequestTag/kubernetes-namespace}"),
    "aws:RequestTag/kubernetes-namespace": ("payments", "pay*", "*", "?*"),
    "aws:RequestTag/kubernetes-service-account": ("api", "*"),
    "aws:SourceOrgID": (OWN_ORGANIZATION, "o-*", "${aws:ResourceOrgID}"),
    "aws:ResourceAccount": (OWN_ACCOUNT,),
}


def odd_trust(random: Random) -> dict[str, Any]:
    """Return a trust policy of one or two Allow statements and up to two Deny statements."""
    allowing = [_allow(random) for _ in range(random.choice((1, 1, 2)))]
    denying = [_deny(random) for _ in range(random.choice((0, 0, 1, 2)))]
    return {"Version": "2012-10-17", "Statement": allowing + denying}


def _allow(random: Random) -> dict[str, Any]:
    actions = ["sts:AssumeRole", "sts:TagSession"]
    condition = _condition(random)
    return {"Effect": "Allow", "Principal": _PODS, "Action": actions, "Condition": condition}


def _deny(random: Random) -> dict[str, Any]:
    principals = ("*", _PODS, _PODS, {"Service": "ec2.amazonaws.com"})
    return {
        "Effect": "Deny",
        "Principal": random.choice(principals),
        "Action": random.choice(("sts:*", "sts:AssumeRole", "sts:AssumeRole", "sts:TagSession")),
        "Condition": _condition(random),
    }


def _condition(random: Random) -> dict[str, dict[str, Any]]:
    condition: dict[str, dict[str, Any]] = {}
    for _ in range(random.randint(0, 3)):
        key = random.choice(sorted(_VALUES))
        if random.random() < 0.1:
            condition.setdefault("Null", {})[key] = random.choice(("true", "false"))
            continue
        values = [random.choice(_VALUES[key]) for _ in range(random.choice((1, 1, 2)))]
        condition.setdefault(_operator(key, random), {})[key] = values
    return condition


def _operator(key: str, random: Random) -> str:
    prefix = random.choice(("", "", "", "", "ForAllValues:", "ForAnyValue:"))
    kind = random.choice(("Arn", "String")) if key == "aws:SourceArn" else "String"
    relation = random.choice(("Equals", "Equals", "Like", "Like", "NotEquals", "NotLike"))
    return f"{prefix}{kind}{relation}{random.choice(('', '', '', 'IfExists'))}"
