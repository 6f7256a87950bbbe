"""How a command gets to a cluster's Kubernetes API, and what it says if it does not.

In: the options of a command. Out: what was read, or a note. A private endpoint or a caller without
an access entry is nothing out of the ordinary: the command goes on without.
"""

from dataclasses import dataclass
from typing import TypeAlias

from eks_pod_identity.aws.kubernetes_access import cluster_access
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.kubernetes.access import Access, UnreadableError
from eks_pod_identity.kubernetes.kubeconfig import load_access
from eks_pod_identity.kubernetes.observe import observe_kubernetes
from eks_pod_identity.observed.cluster import ClusterState, KubernetesState

Notes: TypeAlias = tuple[str, ...]
"""What is good to know, one line each."""


@dataclass(frozen=True, slots=True)
class KubernetesAccess:
    """A way: that of a kubeconfig if one or a context of it is named, else EKS's own.

    Attributes:
        session: Where EKS is asked, and who signs.
        kubeconfig: The kubeconfig's file.
        context: Its context.
    """

    session: AwsSession
    kubeconfig: str | None = None
    context: str | None = None

    def read(self, cluster: ClusterState) -> tuple[KubernetesState | None, Notes]:
        """Return what Kubernetes has, or None and why not.

        Raises:
            ObservationError: The kubeconfig that was named leads nowhere.
        """
        try:
            return observe_kubernetes(self.access(cluster)), ()
        except UnreadableError as error:
            return None, (f"service accounts are not compared: {error}",)

    def access(self, cluster: ClusterState) -> Access:
        """Return the way, with a token that is good for a minute.

        Raises:
            ObservationError: The kubeconfig that was named leads nowhere.
            UnreadableError: The cluster has no endpoint yet.
        """
        if self.kubeconfig or self.context:
            return load_access(self.kubeconfig, self.context)
        if not cluster.endpoint:
            raise UnreadableError(f'cluster "{cluster.name}" has no endpoint yet')
        return cluster_access(self.session, cluster)
