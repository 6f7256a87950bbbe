"""What is found of things that a stack may have made."""

import pytest
from harness.loopback_aws import ACCOUNT, LoopbackAws

from eks_pod_identity.aws.look_up import look_up
from eks_pod_identity.errors import ObservationError
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import AddonState, Association, Role
from eks_pod_identity.observed.stack import StackResource
from eks_pod_identity.recovery.candidate import Candidate
from eks_pod_identity.recovery.identity import (
    AddonIdentity,
    AssociationIdentity,
    AttachmentIdentity,
    Identity,
    RoleIdentity,
)
from eks_pod_identity.recovery.sign_in import SignIn

_REF = ServiceAccountRef("dev", "app")


def test_each_kind_is_found_by_its_name(aws: LoopbackAws) -> None:
    """Roles by name, associations by service account, add-ons by cluster; the rest is not there."""
    aws.declare_role("made", tags={"eks-pod-identity/stack": "shop/dev"})
    id_ = aws.declare_association("prod", "dev", "app")
    aws.declare_association("prod", "dev", "other")
    aws.declare_addon("prod", "vpc-cni")

    found = look_up(
        SignIn(),
        _candidates(
            role=RoleIdentity("made"),
            part=AttachmentIdentity("made", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
            missing=RoleIdentity("missing"),
            association=AssociationIdentity("prod", _REF),
            addon=AddonIdentity("prod", "vpc-cni"),
            coredns=AddonIdentity("prod", "coredns"),
        ),
    )

    assert set(found) == {"role", "part", "association", "addon"}
    assert isinstance(found["role"], Role)
    assert found["role"].tags == {"eks-pod-identity/stack": "shop/dev"}
    assert found["part"] == found["role"]
    assert isinstance(found["association"], Association)
    assert found["association"].id == id_
    assert isinstance(found["addon"], AddonState)


def test_nothing_is_asked_for_that_nobody_seeks(aws: LoopbackAws) -> None:
    """Whoever seeks a role only needs no rights on EKS."""
    look_up(SignIn(), _candidates(role=RoleIdentity("missing")))

    assert aws.calls == ["GetCallerIdentity", "GetRole"]


def test_cluster_that_is_gone_has_nothing(aws: LoopbackAws) -> None:
    """An association or add-on of a deleted cluster does not exist, and that is no error."""
    aws.refuse("/clusters/gone/", "ResourceNotFoundException", "No cluster found", status=404)

    found = look_up(
        SignIn(),
        _candidates(
            association=AssociationIdentity("gone", _REF), addon=AddonIdentity("gone", "vpc-cni")
        ),
    )

    assert found == {}


def test_aws_that_cannot_be_read_is_not_taken_for_empty(aws: LoopbackAws) -> None:
    """A denied read ends the recovery, for what is not seen would be forgotten."""
    aws.refuse("/clusters/prod/", "AccessDeniedException", status=403)

    with pytest.raises(ObservationError) as caught:
        look_up(SignIn(), _candidates(addon=AddonIdentity("prod", "vpc-cni")))

    assert [problem.id for problem in caught.value.problems] == ["aws-access-denied"]


@pytest.mark.usefixtures("aws")
def test_credentials_of_another_account_are_refused() -> None:
    """In another account nothing of the stack exists, and all of it would be forgotten."""
    with pytest.raises(ObservationError) as caught:
        look_up(SignIn(accounts=frozenset({"444455556666"})), ())

    (problem,) = caught.value.problems
    assert problem.id == "aws-account-differs"
    assert f"the credentials are of account {ACCOUNT}" in problem.message
    assert "444455556666" in problem.message


def _candidates(**identities: Identity) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(StackResource(urn, "type"), identity, pending=True)
        for urn, identity in identities.items()
    )
