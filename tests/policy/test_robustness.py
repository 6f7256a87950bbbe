"""No input makes a rule raise, hang, or change its mind for the sake of wording."""

import json
import time
from functools import cache
from random import Random
from typing import Any

import pytest
from harness.lanes import examples
from harness.policy_corpus import Case, read_corpus
from harness.policy_rewrites import REWRITES, Rewrite, without_sids
from harness.policy_wire import Pack
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi_policy.proxy import UNKNOWN_OBJECT_VALUE, UNKNOWN_STRING_VALUE

from benchmarks.hostile_documents import HOSTILE
from eks_pod_identity.iam.trust import build_trust_policy
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity_policies.documents import DOCUMENT_TYPES, TRUST_PROPERTIES
from eks_pod_identity_policies.resource import ADDONS, ASSOCIATIONS, SERVICE_ACCOUNT, USERS

_TYPES = sorted({*DOCUMENT_TYPES, *ASSOCIATIONS, *ADDONS, *USERS, SERVICE_ACCOUNT})
_WORDS = [
    "Version",
    "Statement",
    "Effect",
    "Principal",
    "Action",
    "Condition",
    "Resource",
    "Service",
    "AWS",
    "Null",
    "StringLike",
    "ForAnyValue:StringEquals",
    "aws:SourceArn",
    "aws:RequestTag/kubernetes-namespace",
    "tags",
    "key",
    "assumeRolePolicy",
    "assumeRolePolicyDocument",
    "inlinePolicies",
    "policies",
    "policy",
    "policyDocument",
    "podIdentityAssociations",
    "clusterName",
    "namespace",
    "serviceAccount",
    "roleArn",
    "targetRoleArn",
    "disableSessionTags",
    "permissionsBoundary",
    "managedPolicyArns",
    "defaultTags",
    "metadata",
    "annotations",
    "name",
    "arn",
]
_TEXTS = st.one_of(
    st.sampled_from(
        (
            "2012-10-17",
            "Allow",
            "*",
            "pods.eks.amazonaws.com",
            "sts:AssumeRole",
            "arn:aws:eks:*",
            "${aws:PrincipalTag/kubernetes-namespace}",
            "${",
            UNKNOWN_STRING_VALUE,
            UNKNOWN_OBJECT_VALUE,
            "arn:aws:iam::111122223333:role/app",
        )
    ),
    st.text(max_size=8),
)
_SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-1e9, 1e9) | _TEXTS
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(_WORDS), inner, max_size=4)
        | inner.map(json.dumps)
    ),
    max_leaves=12,
)
_PROPS = st.dictionaries(st.sampled_from(_WORDS), _VALUES, max_size=6)
# Rules on conventions are silent without theirs.
_CONVENTIONS: dict[str, dict[str, Any]] = {
    "pid-assoc-names": {"maxLength": 20},
    "pid-assoc-role-account": {"accounts": ["111122223333"]},
    "pid-assoc-role-trusts": {"dedicated": True},
    "pid-irsa-claims": {"exact": True},
    "pid-permissions-boundary": {"boundaries": ["arn:aws:iam::111122223333:policy/workloads"]},
    "pid-required-tags": {"required": ["team"], "values": {"team": "payments"}},
    "pid-role-no-admin": {"escalation": True},
    "pid-trust-source-bound": {"accounts": ["111122223333"]},
}
_FOR_PODS = {
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    },
    "Version": "2012-10-17",
}
_DOCUMENTS = [
    case for case in read_corpus() if "trust" in case.content or "permissions" in case.content
]


@settings(max_examples=examples(300))
@given(st.sampled_from(_TYPES), _PROPS, st.sampled_from(({}, _FOR_PODS)))
def test_any_properties_are_judged(
    resource_type: str, props: dict[str, Any], trust: dict[str, Any]
) -> None:
    """Whatever a resource looks like, every rule reaches a judgement, with conventions or not."""
    resource = {"type": resource_type, "props": props}
    if trust and resource_type in TRUST_PROPERTIES:
        resource["props"] = props | {TRUST_PROPERTIES[resource_type]: json.dumps(trust)}

    for pack in (Pack(), Pack(_CONVENTIONS)):
        found = pack.analyze(resource) + pack.analyze_stack([resource])
        assert not [each for each in found if "could not judge" in each.message]
        assert not [each for each in found if "can't run policy" in each.message]


@pytest.mark.parametrize("boundary", [["a"], {"arn": "a"}, 3, True])
def test_boundary_that_is_no_text_is_none_of_the_teams(boundary: object) -> None:
    """What the provider would refuse is the program's fault, and told as that."""
    props = {"assumeRolePolicy": json.dumps(_FOR_PODS), "permissionsBoundary": boundary}

    found = Pack(_CONVENTIONS).analyze({"type": "aws:iam/role:Role", "props": props})

    (told,) = (each for each in found if each.policyName == "pid-permissions-boundary")
    assert "could not judge" not in told.message


@pytest.mark.parametrize("rewrite", REWRITES, ids=lambda rewrite: rewrite.__name__)
def test_wording_changes_no_verdict(rewrite: Rewrite) -> None:
    """Every document of the corpus is judged the same by every rule, however it is written."""
    random = Random(7)  # noqa: S311 - a choice of spellings
    for case in _DOCUMENTS:
        if case.rule != "pid-doc-wellformed":
            found = _reports(case, rewrite(_document(case), random))
            assert found == _as_written(case.rule, case.name), case.name


@cache
def _as_written(rule: str, name: str) -> set[str]:
    (case,) = (each for each in _DOCUMENTS if (each.rule, each.name) == (rule, name))
    return _reports(case, _document(case))


def _document(case: Case) -> dict[str, Any]:
    content = case.content
    return without_sids(dict(content.get("trust") or content["permissions"]))


def _reports(case: Case, document: object) -> set[str]:
    text = document if isinstance(document, str) else json.dumps(document)
    kind = ("Role", "assumeRolePolicy") if "trust" in case.content else ("RolePolicy", "policy")
    token = f"aws:iam/{kind[0][0].lower()}{kind[0][1:]}:{kind[0]}"
    pack = Pack(case.config | {"pid-doc-wellformed": {"maxTrustSize": 4096}})
    return {each.policyName for each in pack.analyze({"type": token, "props": {kind[1]: text}})}


_GUARDED = build_trust_policy(
    cluster_arn="arn:aws:eks:eu-west-1:111122223333:cluster/prod",
    service_accounts=[ServiceAccountRef("payments", "api")],
)
_ACCOUNT = "aws:SourceAccount"
_ARN = "aws:SourceArn"
_NAMESPACE = "aws:RequestTag/kubernetes-namespace"


@pytest.mark.parametrize(
    ("removed", "expected"),
    [
        ((_ARN,), {"pid-trust-cluster-bound", "pid-tag-hierarchy"}),
        (
            (_ARN, _ACCOUNT),
            {"pid-trust-source-bound", "pid-trust-cluster-bound", "pid-tag-hierarchy"},
        ),
        ((_NAMESPACE,), {"pid-tag-hierarchy"}),
    ],
)
def test_removed_guard_is_reported(removed: tuple[str, ...], expected: set[str]) -> None:
    """Our own trust policy passes; without a guard the rule for it reports."""
    condition = {
        operator: {key: value for key, value in keys.items() if key not in removed}
        for operator, keys in _GUARDED["Statement"][0]["Condition"].items()
    }

    assert _trust_reports(_GUARDED["Statement"][0]["Condition"]) == set()
    assert _trust_reports(condition) == expected


@pytest.mark.parametrize("prefix", ["", "ForAllValues:"])
@pytest.mark.parametrize("suffix", ["", "IfExists"])
def test_weakened_guards_are_reported(prefix: str, suffix: str) -> None:
    """All guards by operators that hold without their keys: the role is open, and it is told."""
    condition = {
        f"{prefix}{operator}{suffix}": keys
        for operator, keys in _GUARDED["Statement"][0]["Condition"].items()
    }

    found = _trust_reports(condition)

    weak = bool(prefix or suffix)
    assert ({"pid-condition-fail-closed", "pid-trust-source-bound"} <= found) is weak


def _trust_reports(condition: dict[str, Any]) -> set[str]:
    statement = _GUARDED["Statement"][0] | {"Condition": {k: v for k, v in condition.items() if v}}
    text = json.dumps(_GUARDED | {"Statement": [statement]})
    role = {"type": "aws:iam/role:Role", "props": {"assumeRolePolicy": text}}
    return {each.policyName for each in Pack().analyze(role)}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_document_is_judged(name: str) -> None:
    """Every rule is through with a document, however it is made, and in no more than seconds."""
    text = HOSTILE[name]
    forms = [
        {"type": "aws:iam/role:Role", "props": {"assumeRolePolicy": text}},
        {"type": "aws:iam/rolePolicy:RolePolicy", "props": {"policy": text}},
        {"type": "aws:s3/bucketPolicy:BucketPolicy", "props": {"policy": text}},
    ]
    if name not in _DEEP:
        document = {"assumeRolePolicyDocument": _parsed(text)}
        forms.append({"type": "aws-native:iam:Role", "props": document})
    pack = Pack()

    start = time.process_time()
    found = [each for form in forms for each in (*pack.analyze(form), *pack.analyze_stack([form]))]

    # The bound of 50 ms is the benchmarks': this finds a hang, and no busy machine fails it.
    assert time.process_time() - start < 10
    assert not [each for each in found if "could not judge" in each.message]


_DEEP = {"deep lists", "deep objects", "a long number"}


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


_BY_TAG = {"StringEquals": {"aws:ResourceTag/a": "${aws:PrincipalTag/kubernetes-namespace}"}}
_HOSTILE_PERMISSIONS: dict[str, list[dict[str, Any]]] = {
    "many statements by tag": [
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": _BY_TAG}
    ]
    * 66,
    "many tags": [
        {
            "Effect": "Allow",
            "Action": ["s3:*", "ec2:*"],
            "Resource": f"arn:aws:s3:::bucket-{number}*",
            "Condition": {
                "StringEquals": {
                    f"aws:ResourceTag/{number}": "${aws:PrincipalTag/kubernetes-namespace}"
                }
            },
        }
        for number in range(50)
    ],
    "many roles": [
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": [f"arn:aws:iam::{number:012}:role/*" for number in range(270)],
            "Condition": {"StringLike": {"iam:PassedToService": "*a*a*a*"}},
        }
    ],
}


@pytest.mark.parametrize("name", _HOSTILE_PERMISSIONS)
def test_hostile_permissions_are_judged_in_time(name: str) -> None:
    """The same for what a role may do."""
    text = json.dumps({"Version": "2012-10-17", "Statement": _HOSTILE_PERMISSIONS[name]})
    policy = {"type": "aws:iam/policy:Policy", "props": {"policy": text}}

    start = time.process_time()
    found = Pack().analyze(policy)

    assert time.process_time() - start < 2
    assert not [each for each in found if "could not judge" in each.message]
