"""What AWS has in one account and region, as frozen values: clusters, their roles, their policies.

`aws.observe_account` fills them, `audit` judges them. Nothing here reads AWS, nothing here judges.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.cluster import Association, ClusterState, Role


@dataclass(frozen=True, slots=True)
class ManagedPolicy:
    """A managed policy, AWS's or a customer's.

    Attributes:
        arn: Its ARN.
        name: Its name, without path.
        document: What its default version says; None if AWS does not tell.
    """

    arn: str
    name: str
    document: Mapping[str, Any] | None = field(hash=False)

    @property
    def is_of_aws(self) -> bool:
        """Whether it is one of AWS's own, which nobody else can change."""
        return account_of(self.arn) == "aws"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which associations are asked for; None lets all pass."""

    namespace: str | None = None
    service_account: str | None = None

    @property
    def is_all(self) -> bool:
        """Whether every association is asked for."""
        return self.namespace is None and self.service_account is None

    def has(self, association: Association) -> bool:
        """Tell whether an association is asked for."""
        ref = association.service_account
        return self.namespace in {None, ref.namespace} and self.service_account in {None, ref.name}


EVERYTHING = Selection()
"""All associations."""


@dataclass(frozen=True, slots=True)
class AccountState:
    """Clusters of one region, and what of IAM belongs to them.

    Attributes:
        clusters: With all their associations and add-ons, in order of names.
        roles: Those that were looked up and exist, by ARN.
        missing_roles: ARNs that were looked up and do not exist.
        policies: The managed policies of these roles, by ARN.
        notes: What could not be read, a sentence each.
    """

    clusters: tuple[ClusterState, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict, hash=False)
    missing_roles: frozenset[str] = frozenset()
    policies: Mapping[str, ManagedPolicy] = field(default_factory=dict, hash=False)
    notes: tuple[str, ...] = ()


def roles_used(
    clusters: tuple[ClusterState, ...], selection: Selection = EVERYTHING
) -> Iterator[tuple[str, ClusterState, Association]]:
    """Yield the ARN of each role and target role with the association that uses it."""
    for cluster in clusters:
        for each in cluster.associations:
            if selection.has(each):
                yield each.role_arn, cluster, each
                if each.target_role_arn:
                    yield each.target_role_arn, cluster, each


def account_of(arn: str) -> str:
    """Return the account in an ARN; an empty text if there is none."""
    parts = parse_arn(arn)
    return parts.account if parts else ""


def is_of_account(role_arn: str, cluster: ClusterState) -> bool:
    """Tell whether a role is of the cluster's account, so that its credentials can read it."""
    return account_of(role_arn) == account_of(cluster.arn) != ""
