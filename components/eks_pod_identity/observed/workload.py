"""What runs in a cluster, as far as it decides about credentials: pods, nodes, the agent's pods.

`kubernetes.observe_workload` fills these values, `diagnosis` judges them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from eks_pod_identity.names import ServiceAccountRef

COMPUTE_TYPE_LABEL = "eks.amazonaws.com/compute-type"
NODEGROUP_LABEL = "eks.amazonaws.com/nodegroup"
FARGATE_PROFILE_LABEL = "eks.amazonaws.com/fargate-profile"
OS_LABEL = "kubernetes.io/os"
AUTO_MODE = "EKS Auto Mode"


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a pod.

    Attributes:
        name: Its name.
        image: Its image, as written.
        env: Its variables; None for a value that comes from elsewhere.
        env_from: ConfigMaps and Secrets that it takes all variables from, as kind and name.
    """

    name: str
    image: str = ""
    env: Mapping[str, str | None] = field(default_factory=dict, hash=False)
    env_from: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PodState:
    """A pod as it was admitted.

    Attributes:
        namespace: Its namespace.
        name: Its name.
        service_account: The name of its service account.
        created: When it was admitted.
        node: The node that it runs on; empty if it has none yet.
        phase: Kubernetes' word: `Pending`, `Running` and so on.
        ready: Whether it is ready.
        labels: Its labels.
        annotations: Its annotations.
        node_selector: Which nodes it asks for.
        containers: Init containers and containers.
        owner: Kind and name of what it belongs to, such as a Deployment; empty if nothing.
    """

    namespace: str
    name: str
    service_account: str = "default"
    created: datetime | None = None
    node: str = ""
    phase: str = "Running"
    ready: bool = True
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)
    node_selector: Mapping[str, str] = field(default_factory=dict, hash=False)
    containers: tuple[Container, ...] = ()
    owner: tuple[str, str] = ("", "")

    @property
    def ref(self) -> ServiceAccountRef:
        """Its service account."""
        return ServiceAccountRef(self.namespace, self.service_account)

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class NodeState:
    """A node.

    Attributes:
        name: Its name.
        labels: Its labels, which hold operating system, compute type and node group.
    """

    name: str
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def nodegroup(self) -> str:
        """The managed node group that it is of; empty if of none."""
        return self.labels.get(NODEGROUP_LABEL, "")


@dataclass(frozen=True, slots=True)
class AgentSoftware:
    """The Pod Identity Agent as it runs in a cluster, whoever installed it.

    Attributes:
        daemon_sets: `namespace/name` of its DaemonSets.
        pods: Its pods.
    """

    daemon_sets: tuple[str, ...] = ()
    pods: tuple[PodState, ...] = ()


@dataclass(frozen=True, slots=True)
class FargateProfile:
    """A Fargate profile: which pods it takes.

    Attributes:
        name: Its name.
        selectors: Namespace and labels, each; both may have wildcards.
    """

    name: str
    selectors: tuple[tuple[str, Mapping[str, str]], ...] = field(default=(), hash=False)


@dataclass(frozen=True, slots=True)
class NodeRole:
    """A role of nodes, which the agent calls EKS Auth with.

    Attributes:
        arn: The role.
        source: Where that is known from, such as `node group main`.
        nodegroup: The node group whose nodes have it; empty for other nodes.
    """

    arn: str
    source: str
    nodegroup: str = ""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call as CloudTrail has it.

    Attributes:
        time: When.
        source: The service's endpoint name, such as `s3.amazonaws.com`.
        name: The operation.
        role_arn: The role of the session that called; empty if it was no session of a role.
        session: That session's name.
        resources: ARNs that the record names.
        assumed_session: The session that it made, of calls that assume a role.
        session_tags: Session tags of the request, of calls that assume a role.
        cluster: The cluster that the request names.
        error_code: AWS's code; empty if the call succeeded.
        error_message: AWS's text.
    """

    time: datetime
    source: str
    name: str
    role_arn: str = ""
    session: str = ""
    resources: tuple[str, ...] = ()
    assumed_session: str = ""
    session_tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    cluster: str = ""
    error_code: str = ""
    error_message: str = ""

    def __str__(self) -> str:
        when = self.time.strftime("%Y-%m-%d %H:%M:%SZ")
        return f"{when} {self.source} {self.name} {self.error_code or 'succeeded'}"
