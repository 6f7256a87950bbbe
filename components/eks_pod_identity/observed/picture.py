"""All that decides whether pods of one service account get credentials, as it was observed.

`aws.observe_picture` fills it, `diagnosis` judges it. What could not be read is an `Unread`, which
says why and what would decide; nothing is left out silently.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias, TypeVar

from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.account import AccountState
from eks_pod_identity.observed.cluster import (
    AddonState,
    Association,
    ClusterState,
    ServiceAccountState,
)
from eks_pod_identity.observed.workload import (
    AgentSoftware,
    CallRecord,
    FargateProfile,
    NodeRole,
    NodeState,
    PodState,
)


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that could not be read.

    Attributes:
        why: The reason, in words.
        decide: What to type instead; empty if nothing helps but the right to read.
    """

    why: str
    decide: str = ""


_Thing = TypeVar("_Thing")
Read: TypeAlias = _Thing | Unread
"""A thing, or why it could not be read."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked about.

    Attributes:
        namespace: The namespace.
        name: The name as typed, of a service account or a pod.
        pod: Whether it is the name of a pod.
        account: The service account: that of the pod, if a pod is asked about.
    """

    namespace: str
    name: str
    pod: bool
    account: ServiceAccountRef

    def __str__(self) -> str:
        if self.pod:
            return f"pod {self.namespace}/{self.name}, service account {self.account}"
        return f"service account {self.account}"


@dataclass(frozen=True, slots=True)
class KubernetesPicture:
    """What the cluster's Kubernetes API says.

    Attributes:
        namespaces: All namespaces.
        service_accounts: Those of the namespace, by name.
        pods: The pods of the namespace that are asked about or use the service account.
        other_pods: All pods of the namespace by name, with their service accounts' names.
        nodes: The nodes of these pods, by name; None for one that is gone.
        agent: The Pod Identity Agent's DaemonSets and pods.
        config_maps: The keys of ConfigMaps that these pods take variables from.
        admits: Whether a pod that is created now gets credentials of an association.
    """

    namespaces: Read[frozenset[str]]
    service_accounts: Read[Mapping[str, ServiceAccountState]]
    pods: Read[tuple[PodState, ...]]
    other_pods: Mapping[str, str] = field(default_factory=dict, hash=False)
    nodes: Mapping[str, Read[NodeState | None]] = field(default_factory=dict, hash=False)
    agent: Read[AgentSoftware] = Unread("not asked for")
    config_maps: Mapping[str, Read[frozenset[str]]] = field(default_factory=dict, hash=False)
    admits: Read[bool] = Unread("not asked for")


@dataclass(frozen=True, slots=True)
class Question:
    """What the caller says beside.

    Attributes:
        action: A call that fails, `service:Action`; empty if none is named.
        resource: What it acts on.
        sdks: Names and versions of SDKs that the pods use.
        declared: What a ClusterConfig declares for the service account: nothing is said if None,
            an empty text if it has no entry, else the entry's place.
        declared_accounts: All service accounts that the file has entries for.
        external_agent: Whether a ClusterConfig says that the agent is no add-on.
        resource_tags: Tags of the resource.
    """

    action: str = ""
    resource: str = ""
    sdks: Mapping[str, str] = field(default_factory=dict, hash=False)
    declared: str | None = None
    declared_accounts: tuple[ServiceAccountRef, ...] = ()
    external_agent: bool = False
    resource_tags: Mapping[str, str] = field(default_factory=dict, hash=False)


NOTHING_OF_IAM = AccountState()
"""No roles, as before anything was read."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything.

    Attributes:
        now: When it was observed.
        target: What is asked about.
        cluster_name: The cluster's name.
        region: Its region.
        cluster: The cluster; None if there is none of the name.
        cluster_names: The clusters of the region, if they were listed.
        addons: The cluster's add-ons by name.
        addon_accounts: By add-on, the service accounts that its version names.
        associated: All service accounts that have an association in the cluster.
        association: The association of the service account; None if it has none.
        elsewhere: Other clusters of the region in which the service account has an association.
        iam: The roles of association and nodes, with their policies.
        unread_roles: By ARN, roles that could not be read.
        kubernetes: What Kubernetes says.
        fargate_profiles: The cluster's Fargate profiles.
        node_roles: Roles of nodes, as far as EKS knows them.
        calls: What CloudTrail has on the role and its sessions, newest first.
        question: What the caller says beside.
    """

    now: datetime
    target: Target
    cluster_name: str
    region: str
    cluster: Read[ClusterState | None]
    kubernetes: KubernetesPicture
    cluster_names: tuple[str, ...] = ()
    addons: Read[Mapping[str, AddonState]] = field(default_factory=dict, hash=False)
    addon_accounts: Mapping[str, Read[tuple[str, ...]]] = field(default_factory=dict, hash=False)
    associated: Read[frozenset[ServiceAccountRef]] = frozenset()
    association: Read[Association | None] = None
    elsewhere: tuple[str, ...] = ()
    iam: AccountState = NOTHING_OF_IAM
    unread_roles: Mapping[str, Unread] = field(default_factory=dict, hash=False)
    fargate_profiles: Read[tuple[FargateProfile, ...]] = ()
    node_roles: Read[tuple[NodeRole, ...]] = ()
    calls: Read[tuple[CallRecord, ...]] = ()
    question: Question = Question()

    @property
    def account(self) -> ServiceAccountRef:
        """The service account that is asked about."""
        return self.target.account

    @property
    def pods(self) -> tuple[PodState, ...]:
        """The pods that are looked at; none if they could not be read."""
        found = self.kubernetes.pods
        return () if isinstance(found, Unread) else found

    @property
    def here(self) -> ClusterState | None:
        """The cluster, if it is there and was read."""
        return None if isinstance(self.cluster, Unread) else self.cluster

    @property
    def associated_with(self) -> Association | None:
        """The association, if there is one and it was read."""
        return None if isinstance(self.association, Unread) else self.association
