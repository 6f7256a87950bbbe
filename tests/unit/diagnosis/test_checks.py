"""Checks of `doctor` on pictures: what the emulator cannot bring about, and what is not known."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from eks_pod_identity.diagnosis.diagnose import CHECKS, diagnose
from eks_pod_identity.diagnosis.finding import Verdict
from eks_pod_identity.diagnosis.sdk_versions import OLDEST, is_too_old, known_sdk
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.account import AccountState
from eks_pod_identity.observed.cluster import (
    AddonState,
    Association,
    ClusterState,
    Role,
    ServiceAccountState,
)
from eks_pod_identity.observed.picture import KubernetesPicture, Picture, Target, Unread
from eks_pod_identity.observed.workload import (
    AgentSoftware,
    CallRecord,
    Container,
    NodeRole,
    NodeState,
    PodState,
)

_NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
_ACCOUNT = ServiceAccountRef("shop", "api")
_ROLE = "arn:aws:iam::111122223333:role/api"
_NODES = "arn:aws:iam::111122223333:role/nodes"
_AGENT = "eks-pod-identity-agent"
_TOKEN = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token"  # noqa: S105 - a path
_ENV = {
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": _TOKEN,
}


def _allowing(*actions: str, **statement: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
    one = {"Effect": "Allow", "Action": list(actions), **statement}
    return {"Version": "2012-10-17", "Statement": [one]}


def _trust() -> Mapping[str, Any]:
    return _allowing(
        "sts:AssumeRole", "sts:TagSession", Principal={"Service": "pods.eks.amazonaws.com"}
    )


def _pod(**changes: Any) -> PodState:  # noqa: ANN401 - of every field
    pod = PodState(
        "shop",
        "api-1",
        "api",
        created=_NOW - timedelta(hours=1),
        node="node-1",
        containers=(Container("app", env=_ENV),),
        owner=("Deployment", "api"),
    )
    return replace(pod, **changes)


def _picture() -> Picture:
    """Return a picture of a set-up in which all is well."""
    association = Association("a-1", "arn", _ACCOUNT, _ROLE, created=_NOW - timedelta(hours=9))
    association = replace(association, modified=association.created)
    here = ClusterState("demo", "arn:aws:eks:eu-west-1:111122223333:cluster/demo", "1.35")
    roles = {
        _ROLE: Role(
            _ROLE, "api", _trust(), inline_policies={"own": _allowing("s3:*", Resource="*")}
        ),
        _NODES: Role(_NODES, "nodes", {}, inline_policies={"own": _allowing("*", Resource="*")}),
    }
    agent = PodState("kube-system", "agent-1", node="node-1", owner=("DaemonSet", _AGENT))
    return Picture(
        now=_NOW,
        target=Target("shop", "api", pod=False, account=_ACCOUNT),
        cluster_name="demo",
        region="eu-west-1",
        cluster=here,
        kubernetes=KubernetesPicture(
            namespaces=frozenset({"shop"}),
            service_accounts={"api": ServiceAccountState(_ACCOUNT)},
            pods=(_pod(),),
            nodes={"node-1": NodeState("node-1", {"eks.amazonaws.com/nodegroup": "main"})},
            agent=AgentSoftware((f"kube-system/{_AGENT}",), (agent,)),
            admits=True,
        ),
        addons={_AGENT: AddonState(_AGENT, "v1.3.10", "ACTIVE", "arn")},
        associated=frozenset({_ACCOUNT}),
        association=association,
        iam=AccountState((replace(here, associations=(association,)),), roles),
        node_roles=(NodeRole(_NODES, "node group main", "main"),),
    )


def _kubernetes(**changes: Any) -> Picture:  # noqa: ANN401 - of every field
    picture = _picture()
    return replace(picture, kubernetes=replace(picture.kubernetes, **changes))


def _causes(picture: Picture) -> list[str]:
    return [each.fault.id for each in diagnose(picture).findings if each.fault]


def _unknown(picture: Picture) -> set[str]:
    found = diagnose(picture).findings
    return {each.check for each in found if each.verdict is Verdict.UNKNOWN}


def test_what_is_well_is_healthy() -> None:
    """No check finds fault with a set-up that works."""
    found = diagnose(_picture())

    assert found.verdict is Verdict.OK
    assert {each.check for each in found.findings} == {name for name, _ in CHECKS}


def test_agent_that_is_not_ready_is_a_cause() -> None:
    """A pod of the agent on the node is not enough: it has to be ready."""
    agent = PodState("kube-system", "agent-1", node="node-1", ready=False, phase="Pending")
    picture = _kubernetes(agent=AgentSoftware((f"kube-system/{_AGENT}",), (agent,)))

    assert _causes(picture) == ["doctor-agent-not-ready"]


def test_association_that_the_webhook_does_not_know_is_a_cause() -> None:
    """What EKS's webhook says of a new pod decides, whatever EKS's API says."""
    assert _causes(_kubernetes(admits=False)) == ["doctor-association-not-settled"]


def test_pod_that_the_webhook_missed_is_a_cause() -> None:
    """A pod that was admitted long after the association, and has nothing of it."""
    picture = _kubernetes(pods=(_pod(containers=(Container("app"),)),))

    assert _causes(picture) == ["doctor-pod-without-credentials"]


def test_missing_role_of_nodes_is_a_cause() -> None:
    """EKS names a role for the pod's node group that IAM does not have."""
    picture = _picture()
    roles = {arn: role for arn, role in picture.iam.roles.items() if arn != _NODES}
    iam = replace(picture.iam, roles=roles, missing_roles=frozenset({_NODES}))

    assert _causes(replace(picture, iam=iam)) == ["doctor-node-role-missing"]


def test_partition_without_pod_identity_is_a_cause() -> None:
    """In China EKS has no Pod Identity, so nothing else is worth while."""
    arn = "arn:aws-cn:eks:cn-north-1:111122223333:cluster/demo"
    picture = replace(_picture(), cluster=ClusterState("demo", arn, "1.35"), association=None)

    assert _causes(picture) == ["doctor-region-unsupported", "doctor-association-missing"]


def test_role_of_before_a_change_cannot_be_told() -> None:
    """The agent keeps credentials for hours: a pod that is older than a change may have either."""
    picture = _picture()
    association = picture.association
    assert isinstance(association, Association)
    changed = replace(association, modified=_NOW - timedelta(minutes=5))
    later = replace(picture, now=_NOW + timedelta(hours=7))

    assert _unknown(replace(picture, association=changed)) == {"admission"}
    assert _unknown(replace(later, association=changed)) == set()


@pytest.mark.parametrize(
    ("field", "checks"),
    [
        ("cluster", {"cluster"}),
        ("addons", set()),
        ("association", {"association"}),
        ("fargate_profiles", set()),
        ("node_roles", {"node role"}),
        ("calls", {"refused calls"}),
    ],
)
def test_what_cannot_be_read_is_not_passed(field: str, checks: set[str]) -> None:
    """Without a right to read, what it decides is unknown, unless something else decides it."""
    picture = replace(_picture(), **{field: Unread("not allowed", "ask for it")})
    found = diagnose(picture)

    assert _unknown(picture) == checks
    assert all(each.help for each in found.findings if each.verdict is Verdict.UNKNOWN)


@pytest.mark.parametrize(
    ("field", "checks"),
    [
        ("pods", {"admission"}),
        ("service_accounts", {"service account"}),
        ("agent", {"agent on node"}),
        ("admits", set()),
        ("nodes", {"compute"}),
    ],
)
def test_what_kubernetes_does_not_show_is_not_passed(field: str, checks: set[str]) -> None:
    """The same for each part of the Kubernetes API."""
    unread = Unread("not allowed", "kubectl")
    changes: dict[str, Any] = {field: {"node-1": unread} if field == "nodes" else unread}

    assert _unknown(_kubernetes(**changes)) == checks


def test_unreadable_role_leaves_what_rests_on_it_open() -> None:
    """A role that may not be read is neither there nor gone."""
    picture = _picture()
    iam = replace(picture.iam, roles={_NODES: picture.iam.roles[_NODES]})
    found = replace(picture, iam=iam, unread_roles={_ROLE: Unread("denied", "aws iam get-role")})

    assert _unknown(found) == {"role", "permissions"}


def test_refusal_of_another_pods_session_is_not_held_against_these() -> None:
    """Session tags tell sessions of one role apart."""
    tags = {"kubernetes-namespace": "store", "kubernetes-service-account": "api"}
    refused = CallRecord(
        _NOW, "sqs.amazonaws.com", "CreateQueue", _ROLE, "eks-x", error_code="AccessDenied"
    )
    assumed = CallRecord(
        _NOW,
        "sts.amazonaws.com",
        "AssumeRole",
        resources=(_ROLE,),
        session_tags=tags,
        assumed_session="eks-x",
    )
    own = replace(assumed, session_tags={**tags, "kubernetes-namespace": "shop"})

    assert _causes(replace(_picture(), calls=(refused, assumed))) == []
    assert _causes(replace(_picture(), calls=(refused, own))) == ["doctor-call-refused"]


@pytest.mark.parametrize(
    ("sdk", "version", "old"),
    [
        ("boto3", "1.34.40", True),
        ("boto3", "1.34.41", False),
        ("Python", "1.28", True),
        ("aws-cli", "1.29.9", True),
        ("aws-cli", "1.30.0", False),
        ("awscli", "2.14.0", True),
        ("aws-sdk-go-v2", "release-2023-11-13", True),
        ("aws-sdk-go-v2", "release-2023-11-14", False),
        ("aws-sdk-js-v3", "v3.458.0", False),
        ("boto3", "latest", None),
    ],
)
def test_versions_of_sdks_are_compared_by_their_numbers(
    sdk: str, version: str, old: object
) -> None:
    """The list of the user guide decides; a word is no version."""
    name = known_sdk(sdk)

    assert name in OLDEST
    assert is_too_old(name, version) is old
