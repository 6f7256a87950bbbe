"""A role that is bound in any way is let pass; without one of its bonds it is reported."""

import json
from typing import Any, TypeAlias

from harness.lanes import examples
from harness.policy_wire import Pack
from hypothesis import given, settings
from hypothesis import strategies as st

Conditions: TypeAlias = list[dict[str, dict[str, Any]]]

_CLUSTER = "arn:aws:eks:eu-west-1:111122223333:cluster/prod"
_NAMESPACE_KEY = "aws:RequestTag/kubernetes-namespace"
_ACCOUNT_KEY = "aws:RequestTag/kubernetes-service-account"
_ROLE = "arn:aws:iam::111122223333:role/app"
_PODS = {"Service": "pods.eks.amazonaws.com"}
_ACTIONS = ["sts:AssumeRole", "sts:TagSession"]
_PACK = Pack({"pid-assoc-role-trusts": {"dedicated": True}})
# Which rule tells of which bond.
_REPORTED_BY = {
    "cluster": {"pid-trust-source-bound", "pid-trust-cluster-bound", "pid-tag-hierarchy"},
    "namespace": {"pid-tag-hierarchy"},
    "service account": {"pid-assoc-role-trusts"},
}


def _positive(key: str, value: str, *operators: str) -> st.SearchStrategy[dict[str, Any]]:
    """A condition of an Allow that wants a value, alone or in a list."""
    return st.builds(
        lambda operator, listed, key: {operator: {key: [value] if listed else value}},
        st.sampled_from(operators),
        st.booleans(),
        st.sampled_from((key, key.lower(), key.upper())),
    )


def _negative(key: str, value: str, *operators: str) -> st.SearchStrategy[dict[str, Any]]:
    """The condition of a Deny of whatever has another value, or none."""
    return st.builds(
        lambda operator, suffix: {f"{operator}{suffix}": {key: value}},
        st.sampled_from(operators),
        st.sampled_from(("", "IfExists")),
    )


_EQUAL = ("StringEquals", "StringLike", "ForAnyValue:StringEquals", "ForAnyValue:StringLike")
_UNEQUAL = ("StringNotEquals", "StringNotLike", "ForAllValues:StringNotEquals")
_ALLOWING = {
    "cluster": _positive("aws:SourceArn", _CLUSTER, *_EQUAL, "ArnEquals", "ArnLike")
    | _positive("aws:RequestTag/eks-cluster-arn", _CLUSTER, *_EQUAL),
    "namespace": _positive(_NAMESPACE_KEY, "payments", *_EQUAL)
    | _positive(_NAMESPACE_KEY, "pay*", "StringLike"),
    "service account": _positive(_ACCOUNT_KEY, "api", *_EQUAL),
}
_DENYING = {
    "cluster": _negative("aws:SourceArn", _CLUSTER, *_UNEQUAL, "ArnNotEquals", "ArnNotLike")
    | _negative("aws:RequestTag/eks-cluster-arn", _CLUSTER, *_UNEQUAL),
    "namespace": _negative(_NAMESPACE_KEY, "payments", *_UNEQUAL),
    "service account": _negative(_ACCOUNT_KEY, "api", *_UNEQUAL),
}


@st.composite
def _bonds(draw: st.DrawFn) -> dict[str, tuple[str, dict[str, Any]]]:
    """For each bond whether an Allow or a Deny makes it, and by which condition."""
    made: dict[str, tuple[str, dict[str, Any]]] = {}
    for name in ("cluster", "namespace", "service account"):
        effect = draw(st.sampled_from(("Allow", "Allow", "Deny")))
        made[name] = effect, draw((_ALLOWING if effect == "Allow" else _DENYING)[name])
    return made


def _document(bonds: dict[str, tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    condition: dict[str, dict[str, Any]] = {}
    denials = []
    for effect, asked in bonds.values():
        for operator, keys in asked.items():
            if effect == "Allow":
                condition.setdefault(operator, {}).update(keys)
            else:
                denials.append(
                    {"Effect": "Deny", "Principal": _PODS, "Action": "*", "Condition": asked}
                )
    allow = {"Effect": "Allow", "Principal": _PODS, "Action": _ACTIONS, "Condition": condition}
    return {"Version": "2012-10-17", "Statement": [*denials, allow]}


def _reports(document: dict[str, Any]) -> set[str]:
    role = {
        "type": "aws:iam/role:Role",
        "name": "app",
        "props": {"name": "app", "arn": _ROLE, "assumeRolePolicy": json.dumps(document)},
    }
    association = {
        "type": "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        "name": "api",
        "props": {
            "clusterName": "prod",
            "namespace": "payments",
            "serviceAccount": "api",
            "roleArn": _ROLE,
        },
    }
    found = [*_PACK.analyze(role), *_PACK.analyze_stack([role, association])]
    return {each.policyName for each in found}


@settings(max_examples=examples(150))
@given(_bonds())
def test_every_way_to_bind_is_understood(bonds: dict[str, tuple[str, dict[str, Any]]]) -> None:
    """By Allow or Deny, by ARN or tag, in any case and form: nothing is reported."""
    assert _reports(_document(bonds)) == set()


@settings(max_examples=examples(150))
@given(_bonds(), st.sampled_from(sorted(_REPORTED_BY)))
def test_bond_that_is_missing_is_reported(
    bonds: dict[str, tuple[str, dict[str, Any]]], missing: str
) -> None:
    """Without any one of them the rule for it reports, however the others are written."""
    rest = {name: bond for name, bond in bonds.items() if name != missing}

    assert _REPORTED_BY[missing] <= _reports(_document(rest))


@settings(max_examples=examples(150))
@given(_bonds(), st.sampled_from(("IfExists", "ForAllValues:")))
def test_bond_that_is_loosened_is_reported(
    bonds: dict[str, tuple[str, dict[str, Any]]], loose: str
) -> None:
    """An Allow whose bonds all hold without their keys is open to calls that have none."""
    loosened = {
        name: (effect, {_loosened(operator, loose): keys for operator, keys in asked.items()})
        for name, (effect, asked) in bonds.items()
        if effect == "Allow"
    }
    if loosened:
        assert "pid-condition-fail-closed" in _reports(_document(loosened))


def _loosened(operator: str, loose: str) -> str:
    plain = operator.removeprefix("ForAnyValue:")
    return f"{loose}{plain}" if loose.endswith(":") else f"{plain}{loose}"
