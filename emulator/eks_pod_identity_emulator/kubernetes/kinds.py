"""The kinds of object that the emulated clusters know."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object and where it lives in the API.

    Attributes:
        group: API group; "" for the core group.
        name: The kind, such as "Pod".
        plural: The resource in URLs, such as "pods".
        short_name: What kubectl's users type.
        namespaced: Whether its objects live in namespaces.
    """

    group: str
    name: str
    plural: str
    short_name: str
    namespaced: bool = True

    @property
    def api_version(self) -> str:
        """What objects carry as apiVersion."""
        return f"{self.group}/v1" if self.group else "v1"

    @property
    def runs_pods(self) -> bool:
        """Whether a controller makes pods of its objects' templates."""
        return self in WORKLOADS

    @property
    def qualified(self) -> str:
        """The resource as error messages name it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


NAMESPACE = Kind("", "Namespace", "namespaces", "ns", namespaced=False)
SERVICE_ACCOUNT = Kind("", "ServiceAccount", "serviceaccounts", "sa")
POD = Kind("", "Pod", "pods", "po")
SERVICE = Kind("", "Service", "services", "svc")
DEPLOYMENT = Kind("apps", "Deployment", "deployments", "deploy")
DAEMON_SET = Kind("apps", "DaemonSet", "daemonsets", "ds")

REPLICA_SET = Kind("apps", "ReplicaSet", "replicasets", "rs")
STATEFUL_SET = Kind("apps", "StatefulSet", "statefulsets", "sts")
JOB = Kind("batch", "Job", "jobs", "")
CRON_JOB = Kind("batch", "CronJob", "cronjobs", "cj")
NODE = Kind("", "Node", "nodes", "no", namespaced=False)
LEASE = Kind("coordination.k8s.io", "Lease", "leases", "")

WORKLOADS = (DEPLOYMENT, DAEMON_SET, REPLICA_SET, STATEFUL_SET, JOB)
KINDS = (NAMESPACE, NODE, SERVICE_ACCOUNT, POD, SERVICE, *WORKLOADS, CRON_JOB, LEASE)
GROUPS = ("", "apps", "batch", "coordination.k8s.io")

TOKEN_REQUEST = Kind("authentication.k8s.io", "TokenRequest", "tokenrequests", "")
"""What a service account's `token` takes and answers; it is kept nowhere."""
