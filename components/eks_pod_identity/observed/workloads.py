"""What runs in a cluster: workloads, pods and nodes, as far as it decides about credentials.

`kubernetes.observe_workloads` fills them. Nothing here reads, and nothing here judges.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import ServiceAccountState


@dataclass(frozen=True, slots=True)
class Container:
    """A container with the environment that its template or its pod shows.

    Attributes:
        name: Its name.
        environment: Values by variable; empty for a variable that is taken from elsewhere.
        image: Its image.
    """

    name: str
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)
    image: str = ""


@dataclass(frozen=True, slots=True)
class Workload:
    """What makes pods: a Deployment, StatefulSet, DaemonSet, CronJob, …, with its pod template.

    Attributes:
        kind: Kubernetes' kind.
        ref: Its namespace and name.
        service_account: The name of its pods' service account, `default` if none is named.
        containers: Those of its template, init containers too.
        labels: Those of its template, which Fargate profiles select by.
        os: The operating system that its template asks for; empty if it asks for none.
        mounts_token: Whether it mounts a token for STS itself.
    """

    kind: str
    ref: ServiceAccountRef
    service_account: str
    containers: tuple[Container, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    os: str = ""
    mounts_token: bool = False

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod that is not finished.

    Attributes:
        ref: Its namespace and name.
        service_account: Its service account's name.
        containers: With the environment that admission gave them.
        node: The node it runs on; empty before it is scheduled.
        fargate_profile: The profile that took it; empty on other nodes.
        owner: `Kind name` of what made it, such as `ReplicaSet api-5d8f`; empty if nothing did.
    """

    ref: ServiceAccountRef
    service_account: str
    containers: tuple[Container, ...] = ()
    node: str = ""
    fargate_profile: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A node: its operating system as Kubernetes labels it, and what kind of machine it is."""

    name: str
    os: str = "linux"
    compute_type: str = ""


@dataclass(frozen=True, slots=True)
class Workloads:
    """All of a cluster's service accounts, workloads, pods and nodes."""

    service_accounts: Mapping[ServiceAccountRef, ServiceAccountState] = field(
        default_factory=dict, hash=False
    )
    workloads: tuple[Workload, ...] = ()
    pods: tuple[Pod, ...] = ()
    nodes: tuple[Node, ...] = ()
