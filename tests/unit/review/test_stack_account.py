"""What a stack makes of its account, from its state and from a preview before anything is made."""

import json
from pathlib import Path
from typing import Any

import pytest

from eks_pod_identity.observed.stack import UNKNOWN, StackResource
from eks_pod_identity.review.can import Call, can
from eks_pod_identity.review.render_can import WORDS
from eks_pod_identity.review.session import PodSessions, sessions_of
from eks_pod_identity.review.stack_account import (
    Surroundings,
    account_of_stack,
    surroundings_of,
)
from eks_pod_identity.review.stack_json import read_state

_STATES = Path(__file__).parents[2] / "recorded" / "states"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
    ],
}
_READ = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}
_WHERE = Surroundings("111122223333", "eu-west-1")
_ROLE = "urn:pulumi:prod::shop::aws:iam/role:Role::api"


def _resource(type_: str, name: str, inputs: dict[str, Any], **depends: str) -> StackResource:
    return StackResource(
        f"urn:pulumi:prod::shop::{type_}::{name}",
        type_,
        inputs=inputs,
        options={"propertyDependencies": {key: [urn] for key, urn in depends.items()}},
    )


def _preview(document: Any) -> list[StackResource]:  # noqa: ANN401 - JSON text, or a mark
    """A program's first preview: no ARN is known, and the role's name is Pulumi's choice."""
    association = {
        "clusterName": "demo",
        "namespace": "shop",
        "serviceAccount": "api",
        "roleArn": UNKNOWN,
    }
    return [
        _resource("aws:iam/role:Role", "api", {"assumeRolePolicy": json.dumps(_TRUST)}),
        _resource(
            "aws:iam/rolePolicy:RolePolicy",
            "api-read",
            {"role": UNKNOWN, "policy": document},
            role=_ROLE,
        ),
        _resource(
            "aws:eks/podIdentityAssociation:PodIdentityAssociation",
            "api",
            association,
            roleArn=_ROLE,
        ),
    ]


def _decision(resources: list[StackResource], action: str) -> str:
    state = account_of_stack(resources, _WHERE)
    return WORDS[can(next(sessions_of(state)), Call(action, "arn:aws:s3:::x/y"), state).decision]


@pytest.mark.parametrize(
    ("document", "action", "decision"),
    [
        (json.dumps(_READ), "s3:GetObject", "allow"),
        (json.dumps(_READ), "s3:PutObject", "deny"),
        (UNKNOWN, "s3:GetObject", "depends"),
        ("[secret]", "s3:GetObject", "depends"),
    ],
)
def test_a_first_preview_is_joined_by_dependencies(
    document: str, action: str, decision: str
) -> None:
    """No ARN is known yet; a document that is not known either leaves the answer open."""
    assert _decision(_preview(document), action) == decision


def test_policies_of_the_same_program_are_read() -> None:
    """An attached policy that the program makes is known by its dependency."""
    policy = _resource("aws:iam/policy:Policy", "read", {"policy": json.dumps(_READ)})
    attachment = _resource(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "api-attached",
        {"role": UNKNOWN, "policyArn": UNKNOWN},
        role=_ROLE,
        policyArn=policy.urn,
    )
    others = [each for each in _preview("") if "rolePolicy:" not in each.type]

    assert _decision([*others, policy, attachment], "s3:GetObject") == "allow"


@pytest.mark.parametrize("name", ["alone", "cluster", "hosted", "workshop"])
def test_recorded_states_give_every_association_its_role(name: str) -> None:
    """Account and region come from the state's own ARNs, each association finds its role."""
    resources = read_state(json.loads((_STATES / name / "state.json").read_text()))
    assert resources is not None
    where = surroundings_of(resources, Surroundings())
    state = account_of_stack(resources, where)
    pods: list[PodSessions] = list(sessions_of(state))

    assert pods
    assert where.account == "111122223333"
    assert all(each.cluster.arn.startswith("arn:aws:eks:") for each in pods)
    assert all(each.sessions[0].tags for each in pods if not each.association.disable_session_tags)
    assert any(each.sessions[0].role for each in pods)
