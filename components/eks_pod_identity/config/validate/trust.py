"""Rules of trust policies: that those of shared roles are no longer than IAM takes."""

from collections.abc import Iterator

from eks_pod_identity.config.cluster import ClusterConfig
from eks_pod_identity.config.expansion import clusters_of, sharers_of
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.pattern import AssociationPattern, Expansion
from eks_pod_identity.config.validate.arn import partition_of
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.document import (
    TRUST_POLICY_MAX_SIZE,
    TRUST_POLICY_QUOTA_MAX,
    document_size,
)
from eks_pod_identity.iam.trust import TrustScope, build_trust_policy
from eks_pod_identity.names import cluster_arn, is_region

_ACCOUNT = "111122223333"  # all account ids are of this length


def validate_trust_policy_quota(block: Expansion, scope: Scope) -> Iterator[Problem]:
    """A quota is what IAM gives by default, or what it gives on request."""
    quota = block.trust_policy_quota
    if quota is not None and not TRUST_POLICY_MAX_SIZE <= quota <= TRUST_POLICY_QUOTA_MAX:
        yield scope.at("trustPolicyQuota").problem(
            Fault.TRUST_POLICY_QUOTA_OUT_OF_RANGE,
            f"{quota:,} characters, and IAM gives an account {TRUST_POLICY_MAX_SIZE:,}"
            f" to {TRUST_POLICY_QUOTA_MAX:,}",
            help=[f"trustPolicyQuota: {TRUST_POLICY_QUOTA_MAX}"],
        )


def validate_trust_policy_size(
    entry: AssociationPattern, config: ClusterConfig, scope: Scope
) -> Iterator[Problem]:
    """A shared role trusts its service accounts by name, and a trust policy has room for some."""
    is_long = entry.is_shared or entry.trusted_by
    if not is_long or not entry.size or not is_region(config.metadata.region):
        return
    size = document_size(_longest(entry, config))
    quota = (config.x_eks_pod_identity or Expansion()).trust_policy_quota or TRUST_POLICY_MAX_SIZE
    if size > quota:
        yield scope.problem(
            Fault.TRUST_POLICY_TOO_LARGE,
            f"the trust policy of {entry.size:,} service accounts has {size:,} characters,"
            f" and IAM takes {quota:,}",
            help=list(_ways_out(entry, quota)),
        )


def _longest(entry: AssociationPattern, config: ClusterConfig) -> dict[str, object]:
    # A name of the same length, since that of the file may be one that no cluster can have.
    name = "c" * max(1, *map(len, clusters_of(entry, config)))
    region = config.metadata.region
    return build_trust_policy(
        cluster_arn=cluster_arn(partition_of(region), region, _ACCOUNT, name),
        service_accounts=sharers_of(entry),
        scope=entry.trust_scope or TrustScope.SERVICE_ACCOUNT,
        session_tags=not entry.disable_session_tags,
        other_cluster_arns=_others(entry, config),
        more=entry.trusted_by,
    )


def _others(entry: AssociationPattern, config: ClusterConfig) -> Iterator[str]:
    region = config.metadata.region
    for number, name in enumerate(clusters_of(entry, config) if entry.is_across_clusters else ()):
        # Of the same length, and apart from each other.
        other = f"{number}".rjust(max(1, len(name)), "c")
        yield cluster_arn(partition_of(region), region, _ACCOUNT, other)


def _ways_out(entry: AssociationPattern, quota: int) -> Iterator[str]:
    yield "for a role for each association, delete role: shared"
    yield "for several roles, split the entry"
    if entry.trust_scope in (None, TrustScope.SERVICE_ACCOUNT):
        yield "to trust every service account of these namespaces, add trustScope: namespace"
    if quota < TRUST_POLICY_QUOTA_MAX:
        yield (
            f"if the account's quota was raised (to {TRUST_POLICY_QUOTA_MAX:,} at most), say so:"
            f" trustPolicyQuota: {TRUST_POLICY_QUOTA_MAX}"
        )
