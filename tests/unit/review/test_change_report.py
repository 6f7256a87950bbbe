"""What a preview changes, for each sort of change that decides about access."""

import json
from typing import Any

import pytest

from eks_pod_identity.access.relation import Relation
from eks_pod_identity.review.change_report import ChangeReport, report_changes
from eks_pod_identity.review.changes_sarif import changes_to_sarif
from eks_pod_identity.review.render_changes import render_text
from eks_pod_identity.review.stack_json import read_preview

_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_ROLE = "aws:iam/role:Role"
_POLICY = "aws:iam/rolePolicy:RolePolicy"
_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
_ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
Json = dict[str, Any]


def _trust(namespace: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {
            "ArnEquals": {"aws:SourceArn": "arn:aws:eks:eu-west-1:111122223333:cluster/prod"},
            "StringLike": {"aws:RequestTag/kubernetes-namespace": namespace},
        },
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _allow(*actions: str, resource: str = "*") -> str:
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _association(**changed: object) -> Json:
    fixed = {"clusterName": "prod", "namespace": "dev", "serviceAccount": "app"}
    return {**fixed, "roleArn": "arn:aws:iam::111122223333:role/app", **changed}


def _report(kind: str, old: Json | None, new: Json | None, op: str = "update") -> ChangeReport:
    urn = f"urn:pulumi:dev::shop::{kind}::thing"
    states = {"oldState": old, "newState": new}
    step = {"op": op, "urn": urn} | {
        name: {"urn": urn, "type": kind, "inputs": each}
        for name, each in states.items()
        if each is not None
    }
    preview = read_preview({"steps": [step]})
    assert preview is not None
    return report_changes(preview)


@pytest.mark.parametrize(
    ("kind", "old", "new", "relation"),
    [
        (_ROLE, None, {"assumeRolePolicy": _trust("dev")}, Relation.WIDER),
        (_ROLE, {"assumeRolePolicy": _trust("dev")}, None, Relation.NARROWER),
        (
            _ROLE,
            {"assumeRolePolicy": _trust("dev")},
            {"assumeRolePolicy": _trust("dev*")},
            Relation.WIDER,
        ),
        (
            _ROLE,
            {"assumeRolePolicy": _trust("dev*")},
            {"assumeRolePolicy": _trust("dev")},
            Relation.NARROWER,
        ),
        (
            _ROLE,
            {"assumeRolePolicy": _trust("dev")},
            {"assumeRolePolicy": _trust("qa")},
            Relation.INCOMPARABLE,
        ),
        (
            _ROLE,
            {"assumeRolePolicy": _trust("dev")},
            {"assumeRolePolicy": json.loads(_trust("dev"))},
            Relation.EQUAL,
        ),
        (
            _ROLE,
            {"assumeRolePolicy": _trust("dev")},
            {"assumeRolePolicy": _UNKNOWN},
            Relation.NOT_PROVED,
        ),
        (
            _ROLE,
            {"assumeRolePolicy": "[secret]"},
            {"assumeRolePolicy": "[secret]"},
            Relation.NOT_PROVED,
        ),
        (
            _ROLE,
            {"assumeRolePolicy": _trust("dev")},
            {"assumeRolePolicy": "{"},
            Relation.NOT_PROVED,
        ),
        (_POLICY, {"policy": _allow("s3:GetObject")}, {"policy": _allow("s3:*")}, Relation.WIDER),
        (
            _POLICY,
            {"policy": _allow("s3:*")},
            {"policy": _allow("s3:*", resource="arn:aws:s3:::box/*")},
            Relation.NARROWER,
        ),
        (
            _POLICY,
            {"policy": _allow("s3:GetObject", "s3:PutObject")},
            {"policy": _allow("S3:putobject", "s3:getobject")},
            Relation.EQUAL,
        ),
        (_ATTACHMENT, None, {"role": "app", "policyArn": _ADMIN}, Relation.WIDER),
        (_ATTACHMENT, {"role": "app", "policyArn": _ADMIN}, None, Relation.NARROWER),
        (_ASSOCIATION, None, _association(), Relation.WIDER),
        (_ASSOCIATION, _association(), None, Relation.NARROWER),
        (_ASSOCIATION, _association(), _association(tags={"a": "b"}), Relation.EQUAL),
        (_ASSOCIATION, _association(), _association(namespace="qa"), Relation.INCOMPARABLE),
        (_ASSOCIATION, _association(), _association(roleArn="other"), Relation.INCOMPARABLE),
        (_ASSOCIATION, _association(), _association(roleArn=_UNKNOWN), Relation.NOT_PROVED),
        (
            _ASSOCIATION,
            _association(disableSessionTags=True, policy=_allow("s3:*")),
            _association(disableSessionTags=True),
            Relation.WIDER,
        ),
        (
            _ASSOCIATION,
            _association(),
            _association(disableSessionTags=True, policy=_allow("s3:*")),
            Relation.NOT_PROVED,
        ),
    ],
)
def test_each_change_has_its_relation(
    kind: str, old: Json | None, new: Json | None, relation: Relation
) -> None:
    """What is created widens, what is deleted narrows, and what cannot be seen is not proved."""
    report = _report(kind, old, new)

    assert [each.relation for each in report.resources] == [relation]
    assert report.is_wider == (relation in {Relation.WIDER, Relation.INCOMPARABLE})
    assert report.is_proved == (relation is not Relation.NOT_PROVED)


@pytest.mark.parametrize(
    ("old", "new", "relation"),
    [
        ({"permissionsBoundary": _ADMIN}, {}, Relation.WIDER),
        ({}, {"permissionsBoundary": _ADMIN}, Relation.NARROWER),
        ({"permissionsBoundary": _ADMIN}, {"permissionsBoundary": "b"}, Relation.NOT_PROVED),
        ({}, {"managedPolicyArns": [_ADMIN]}, Relation.WIDER),
        (
            {"inlinePolicies": [{"name": "a", "policy": _allow("s3:GetObject")}]},
            {"inlinePolicies": [{"name": "a", "policy": _allow("s3:Get*")}]},
            Relation.WIDER,
        ),
        (
            {"inlinePolicies": [{"name": "a", "policy": _allow("s3:GetObject")}]},
            {"inlinePolicies": []},
            Relation.NARROWER,
        ),
    ],
)
def test_what_belongs_to_a_role_counts(old: Json, new: Json, relation: Relation) -> None:
    """Boundary, managed and inline policies of a role decide with its trust policy."""
    trust = {"assumeRolePolicy": _trust("dev")}

    report = _report(_ROLE, {**trust, **old}, {**trust, **new})

    assert [each.relation for each in report.resources] == [relation]


def test_a_replacement_is_compared_once() -> None:
    """The steps of a replacement are one change: old with new."""
    urn = f"urn:pulumi:dev::shop::{_ROLE}::thing"
    old = {"urn": urn, "type": _ROLE, "inputs": {"assumeRolePolicy": _trust("dev")}}
    new = {"urn": urn, "type": _ROLE, "inputs": {"assumeRolePolicy": _trust("dev*")}}
    steps = [
        {"op": "create-replacement", "urn": urn, "oldState": old, "newState": new},
        {"op": "replace", "urn": urn, "oldState": old, "newState": new},
        {"op": "delete-replaced", "urn": urn, "oldState": old},
    ]
    preview = read_preview({"steps": steps})
    assert preview is not None

    report = report_changes(preview)

    assert [each.relation for each in report.resources] == [Relation.WIDER]


def test_words_say_who_gets_in() -> None:
    """The report names the callers that did not get in before, and nobody else."""
    report = _report(
        _ROLE, {"assumeRolePolicy": _trust("dev")}, {"assumeRolePolicy": _trust("dev*")}
    )

    callers = "any service account of namespaces like dev* but dev in cluster prod"
    assert list(render_text(report)) == [
        "wider: role thing",
        f"  trust policy gains {callers} in region eu-west-1 of account 111122223333",
        "1 wider",
    ]


def test_errors_of_a_preview_prove_nothing() -> None:
    """What comes behind an error is not in the preview."""
    preview = read_preview({"steps": [], "diagnostics": [{"severity": "error", "message": "no"}]})
    assert preview is not None

    assert not report_changes(preview).is_proved


@pytest.mark.parametrize(
    ("old", "new", "rule", "level"),
    [
        ("dev", "dev*", "access-wider", "error"),
        ("dev", "qa", "access-changed", "error"),
        ("dev", None, "access-not-proved", "warning"),
    ],
)
def test_sarif_has_a_result_for_what_is_not_narrower(
    old: str, new: str | None, rule: str, level: str
) -> None:
    """The result says who gets in, names its rule and its level, and keeps its fingerprint."""
    trust = _UNKNOWN if new is None else _trust(new)
    report = _report(_ROLE, {"assumeRolePolicy": _trust(old)}, {"assumeRolePolicy": trust})

    log = changes_to_sarif(report, "1.2.3")

    (run,) = log["runs"]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == (rule, level)
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == rule
    assert result["message"]["text"].splitlines() == list(render_text(report))[:-1]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert location == "dev/shop/aws%3Aiam/role%3ARole/thing"
    assert result == changes_to_sarif(report, "1.2.4")["runs"][0]["results"][0]


def test_sarif_has_no_result_for_what_is_narrower() -> None:
    """What is equal or narrower raises no alert; errors of the preview are told."""
    narrower = _report(_ROLE, {"assumeRolePolicy": _trust("dev*")}, None)
    failed = ChangeReport((), ("the program failed",))

    assert changes_to_sarif(narrower, "1")["runs"][0]["results"] == []
    (invocation,) = changes_to_sarif(failed, "1")["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "the program failed"
