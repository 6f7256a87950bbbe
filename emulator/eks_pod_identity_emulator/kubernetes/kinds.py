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
    def qualified(self) -> str:
        """The resource as error messages name it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


NAMESPACE = Kind("", "Namespace", "namespaces", "ns", namespaced=False)
SERVICE_ACCOUNT = Kind("", "ServiceAccount", "serviceaccounts", "sa")
POD = Kind("", "Pod", "pods", "po")
SERVICE = Kind("", "Service", "services", "svc")
DEPLOYMENT = Kind("apps", "Deployment", "deployments", "deploy")
DAEMON_SET = Kind("apps", "DaemonSet", "daemonsets", "ds")

KINDS = (NAMESPACE, SERVICE_ACCOUNT, POD, SERVICE, DEPLOYMENT, DAEMON_SET)
GROUPS = ("", "apps")

TOKEN_REQUEST = Kind("authentication.k8s.io", "TokenRequest", "tokenrequests", "")
"""What a service account's `token` takes and answers; it is kept nowhere."""
