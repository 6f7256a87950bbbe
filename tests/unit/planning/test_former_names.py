"""Generated names of roles: apart for every region and account, and kept where a stack has them."""

from typing import Any

import pytest

from eks_pod_identity.iam.trust import TrustScope, build_trust_policy
from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.names import ServiceAccountRef, former_role_name, is_role_name, role_name
from eks_pod_identity.observed.cluster import Role
from eks_pod_identity.observed.ownership import CLUSTER_TAG, STACK_TAG
from eks_pod_identity.planning.former_names import kept_names

_STACK = "shop/prod"
_API = ServiceAccountRef("shop", "api")
_HERE = PolicyContext("aws", "eu-west-1", "111122223333", "prod")
_OTHER_REGION = PolicyContext("aws", "us-east-1", "111122223333", "prod")
_TAGS = {CLUSTER_TAG: "prod", STACK_TAG: _STACK}
_NEW, _OLD = role_name(_HERE, "prod", _API), former_role_name("prod", _API)


def _role(cluster: PolicyContext, scope: TrustScope, **tags: str) -> Role:
    trust = build_trust_policy(
        cluster_arn=cluster.cluster_arn(cluster.cluster), service_accounts=[_API], scope=scope
    )
    return Role(_HERE.role_arn(_OLD), _OLD, trust, tags=tags)


def _kept(role: Role | None, stack: str | None = _STACK) -> dict[str, str]:
    roles = {_OLD: role} if role else {}
    return kept_names({_NEW: _OLD}, roles, _HERE, stack)


@pytest.mark.parametrize(
    "other",
    [
        _OTHER_REGION,
        PolicyContext("aws", "eu-west-1", "444455556666", "prod"),
        PolicyContext("aws-cn", "eu-west-1", "111122223333", "prod"),
    ],
)
def test_clusters_of_one_name_never_meet_in_a_role(other: PolicyContext) -> None:
    """Partition, region and account count, and IAM takes the name."""
    assert role_name(other, "prod", _API) != _NEW
    assert is_role_name(_NEW)
    assert role_name(_HERE, "x" * 100, ServiceAccountRef("n" * 63, "s" * 253)).startswith("x")


def test_a_role_of_this_cluster_keeps_its_name() -> None:
    """Its trust policy says which cluster it is for."""
    assert _kept(_role(_HERE, TrustScope.SERVICE_ACCOUNT)) == {_NEW: _OLD}


@pytest.mark.parametrize("tags", [{}, _TAGS], ids=["untagged", "tagged alike"])
def test_a_role_of_another_region_is_left_alone(tags: dict[str, Any]) -> None:
    """Whatever its tags say, for they name no region."""
    assert _kept(_role(_OTHER_REGION, TrustScope.SERVICE_ACCOUNT, **tags)) == {}


def test_a_role_that_names_no_cluster_is_known_by_its_tags() -> None:
    """A wide scope leaves the cluster out of the trust policy."""
    open_role = _role(_HERE, TrustScope.ACCOUNT, **_TAGS)

    assert _kept(open_role) == {_NEW: _OLD}
    assert _kept(open_role, None) == {_NEW: _OLD}
    assert _kept(open_role, "shop/dev") == {}
    assert _kept(_role(_HERE, TrustScope.ACCOUNT)) == {}
    assert _kept(None) == {}
