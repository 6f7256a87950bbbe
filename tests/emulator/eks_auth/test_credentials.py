"""Credentials of pods: what a session has, and what roles see when they are assumed."""

from datetime import timedelta
from typing import Any

import pytest
from harness.eks import ACCOUNT, CLUSTER
from harness.eks_auth import ORGANIZATION, SOURCE, TARGET, EksAuth, trust_of

from eks_pod_identity_emulator.settings import Settings

_CLUSTER_ARN = f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/{CLUSTER}"
_EXTERNAL_ID = f"eu-west-1/{ACCOUNT}/{CLUSTER}/web/api"
_BOTH = ["sts:AssumeRole", "sts:TagSession"]


@pytest.fixture
def auth() -> EksAuth:
    """EKS Auth, with a pod that has no association yet."""
    return EksAuth()


def _target(condition: dict[str, Any] | None = None) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": SOURCE}, "Action": _BOTH}
    if condition:
        statement["Condition"] = condition
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_pod_gets_a_session_of_six_hours_with_six_transitive_tags(auth: EksAuth) -> None:
    """Session name, duration and tags are those of the CloudTrail event in AWS's blog."""
    association = auth.associate()

    answer = auth.ask()

    credentials = answer["credentials"]
    session = auth.sessions.find(credentials["accessKeyId"], credentials["sessionToken"])
    assert session is not None
    assert session.expires_at - session.issued_at == timedelta(hours=6)
    assert dict(session.inherited_tags) == {
        "eks-cluster-arn": _CLUSTER_ARN,
        "eks-cluster-name": CLUSTER,
        "kubernetes-namespace": "web",
        "kubernetes-service-account": "api",
        "kubernetes-pod-name": "api-1",
        "kubernetes-pod-uid": auth.pod_uid(),
    }
    name = session.assumption.session_name
    assert name.startswith("eks-demo-api-1-")
    assert answer["assumedRoleUser"] == {
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/web-api/{name}",
        "assumeRoleId": f"AROAEXAMPLE:{name}",
    }
    assert answer["subject"] == {"namespace": "web", "serviceAccount": "api"}
    assert answer["podIdentityAssociation"]["associationId"] == association["associationId"]


@pytest.mark.parametrize(
    "condition",
    [
        {"ArnEquals": {"aws:SourceArn": _CLUSTER_ARN}},
        {"StringEquals": {"aws:SourceAccount": ACCOUNT, "aws:SourceOrgID": ORGANIZATION}},
        {"StringEquals": {"aws:RequestTag/kubernetes-service-account": "api"}},
        {"StringLike": {"aws:RequestTag/kubernetes-pod-name": "api-*"}},
        {"ForAllValues:StringEquals": {"sts:TransitiveTagKeys": ["eks-*"]}},
        {"ForAnyValue:StringEquals": {"aws:TagKeys": ["kubernetes-pod-uid"]}},
        {"Null": {"aws:PrincipalTag/kubernetes-namespace": "true"}},
        {"Null": {"sts:ExternalId": "true"}},
    ],
)
def test_trust_sees_what_eks_sends(auth: EksAuth, condition: dict[str, Any]) -> None:
    """The cluster, its account and organization, six tags and their keys are in the request."""
    auth.associate()
    auth.declare_trust(trust_of(condition))

    if "ForAllValues:StringEquals" in condition:
        assert auth.refusal(auth.token()).code == "AccessDeniedException"
    else:
        assert auth.ask()


def test_without_session_tags_none_is_sent(auth: EksAuth) -> None:
    """With tags disabled the session has none, and TagSession is not asked for."""
    auth.associate(disableSessionTags=True)
    auth.declare_trust(
        trust_of({"Null": {"aws:RequestTag/kubernetes-namespace": "true"}}, action=_BOTH[0])
    )

    credentials = auth.ask()["credentials"]

    session = auth.sessions.find(credentials["accessKeyId"], credentials["sessionToken"])
    assert session is not None
    assert session.assumption.tags == {}


def test_association_works_once_it_has_spread() -> None:
    """Before its delay is over an association is not found, as in EKS."""
    auth = EksAuth(Settings(association_spread_seconds=5))
    auth.associate()
    early = auth.refusal(auth.token())

    auth.eks.clock.advance(5)

    assert early.code == "ResourceNotFoundException"
    assert auth.ask()


def test_target_role_gets_an_hour_and_the_inherited_tags(auth: EksAuth) -> None:
    """The target's trust sees the first role as caller, and the tags as its and the request's."""
    auth.associate(targetRoleArn=TARGET)
    condition = {
        "ArnEquals": {"aws:PrincipalArn": SOURCE},
        "StringEquals": {
            "aws:RequestTag/kubernetes-namespace": "web",
            "aws:PrincipalTag/kubernetes-service-account": "api",
        },
        "Null": {"sts:ExternalId": "true"},
    }
    auth.declare_target(_target(condition), _BOTH)

    credentials = auth.ask()["credentials"]

    session = auth.sessions.find(credentials["accessKeyId"], credentials["sessionToken"])
    assert session is not None
    assert session.assumption.role_arn == TARGET
    assert session.expires_at - session.issued_at == timedelta(hours=1)
    assert session.inherited_tags["kubernetes-namespace"] == "web"
    assert [one.session.assumption.role_arn for one in auth.assumed] == [SOURCE, TARGET]
    assert auth.assumed[1].passed_tags == {}


def test_target_role_gets_the_external_id_while_tags_are_off(auth: EksAuth) -> None:
    """Without tags the external id is what binds the target to the service account."""
    auth.associate(targetRoleArn=TARGET, disableSessionTags=True)
    auth.declare_target(_target({"StringEquals": {"sts:ExternalId": _EXTERNAL_ID}}), _BOTH[:1])

    auth.ask()

    assert [one.external_id for one in auth.assumed] == [None, _EXTERNAL_ID]


def test_knob_sends_the_external_id_with_tags_too() -> None:
    """AWS's pages can be read either way; the knob takes the other reading."""
    auth = EksAuth(Settings(external_id_with_tags=True))
    auth.associate(targetRoleArn=TARGET)
    auth.declare_target(_target({"StringEquals": {"sts:ExternalId": _EXTERNAL_ID}}), _BOTH)

    auth.ask()

    assert auth.assumed[1].external_id == _EXTERNAL_ID


@pytest.mark.parametrize("target", [None, TARGET])
def test_session_policy_is_on_the_last_session_only(auth: EksAuth, target: str | None) -> None:
    """A target role's session is limited by the policy, the one on the way to it is not."""
    policy = '{"Version":"2012-10-17","Statement":[]}'
    policy = policy.replace("[]", '[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]')
    more = {"targetRoleArn": target} if target else {}
    auth.associate(disableSessionTags=True, policy=policy, **more)
    auth.declare_target(_target(), _BOTH)

    auth.ask()

    policies = [one.session.assumption.policies for one in auth.assumed]
    assert policies == ([None, (policy,)] if target else [(policy,)])


def test_each_request_makes_a_session_of_its_own(auth: EksAuth) -> None:
    """Two answers have two sessions, with names and keys of their own."""
    auth.associate()

    first, second = auth.ask(), auth.ask()

    assert first["assumedRoleUser"] != second["assumedRoleUser"]
    assert first["credentials"]["accessKeyId"] != second["credentials"]["accessKeyId"]
