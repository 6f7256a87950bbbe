"""What a migration has to know: accounts, clusters, roles, providers, stacks, as frozen values.

`aws.inventory` and `kubernetes.inventory` fill them. Nothing here reads, and nothing here judges.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from eks_pod_identity.iam.document import TRUST_POLICY_MAX_SIZE
from eks_pod_identity.migration.place import Member, Place
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import AddonState, Association, ServiceAccountState
from eks_pod_identity.observed.workload import FargateProfile
from eks_pod_identity.observed.workloads import Node, Pod, Workload


@dataclass(frozen=True, slots=True)
class Addon:
    """An add-on with the service accounts that EKS's catalogue names for it.

    Attributes:
        state: As it is installed.
        service_accounts: Names that EKS takes associations for; empty if it takes none.
    """

    state: AddonState
    service_accounts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster and everything in it that plays a part.

    Attributes:
        place: Which.
        issuer: Host and path of its OIDC issuer, without `https://`; empty if it has none.
        auto_mode: Whether Auto Mode manages its nodes, which have the agent built in.
        offers_pod_identity: Whether its region takes associations.
        addons: What is installed.
        associations: All of them.
        service_accounts: All of them.
        workloads: All of them.
        pods: Those that are not finished.
        nodes: All of them.
        fargate_profiles: All of them.
        unread: Why something of it could not be read; then nothing may be closed for it.
    """

    place: Place
    issuer: str = ""
    auto_mode: bool = False
    offers_pod_identity: bool = True
    addons: tuple[Addon, ...] = ()
    associations: tuple[Association, ...] = ()
    service_accounts: Mapping[ServiceAccountRef, ServiceAccountState] = field(
        default_factory=dict, hash=False
    )
    workloads: tuple[Workload, ...] = ()
    pods: tuple[Pod, ...] = ()
    nodes: tuple[Node, ...] = ()
    fargate_profiles: tuple[FargateProfile, ...] = ()
    unread: tuple[str, ...] = ()

    def members(self) -> Iterator[Member]:
        """Yield its service accounts, in order."""
        return (Member(self.place, ref) for ref in sorted(self.service_accounts))


@dataclass(frozen=True, slots=True)
class Stack:
    """A CloudFormation stack that has a role.

    Attributes:
        name: Its name.
        region: Where it is.
        logical_id: What the role is called in it.
        tags: Its tags.
        cdk_path: `aws:cdk:path` of the role in its template; empty if CDK did not write it.
    """

    name: str
    region: str
    logical_id: str
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    cdk_path: str = ""

    @property
    def is_of_eksctl(self) -> bool:
        """Whether eksctl made it."""
        return "alpha.eksctl.io/cluster-name" in self.tags


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role that may be reached by IRSA or by Pod Identity.

    Attributes:
        arn: Its ARN, with its path.
        name: Its name, without path.
        account: Its account.
        trust: Its trust policy as IAM returns it.
        tags: Its tags.
        stack: The stack that has it.
        program: `project/stack` of the Pulumi stack that has it, and its name there.
    """

    arn: str
    name: str
    account: str
    trust: Mapping[str, Any] = field(hash=False)
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    stack: Stack | None = None
    program: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """An OIDC provider of IAM.

    Attributes:
        arn: Its ARN.
        account: Its account.
        host: Its issuer without `https://`.
        client_ids: The audiences that STS takes.
    """

    arn: str
    account: str
    host: str
    client_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inventory:
    """All accounts and clusters that were looked at.

    Attributes:
        home: The caller's account; labels leave it out.
        clusters: All of them, in order, asked for or not.
        roles: Those that trust an OIDC provider or EKS Pod Identity or are wired, by ARN.
        providers: Of all accounts.
        read_accounts: Accounts of which all roles were read.
        quotas: Characters of a trust policy by account, where it is not IAM's default.
        unread: What could not be read, a sentence each.
    """

    home: str
    clusters: tuple[Cluster, ...] = ()
    roles: Mapping[str, RoleFacts] = field(default_factory=dict, hash=False)
    providers: tuple[Provider, ...] = ()
    read_accounts: frozenset[str] = frozenset()
    quotas: Mapping[str, int] = field(default_factory=dict, hash=False)
    unread: tuple[str, ...] = ()

    def quota(self, account: str) -> int:
        """Return how many characters a trust policy of an account may have."""
        return self.quotas.get(account, TRUST_POLICY_MAX_SIZE)

    def cluster(self, place: Place) -> Cluster:
        """Return a cluster.

        Raises:
            KeyError: There is none.
        """
        return {each.place: each for each in self.clusters}[place]
