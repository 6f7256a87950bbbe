"""The DaemonSet of an installed Pod Identity Agent: a labelled pod on each node.

Of add-ons' workloads the emulator has this one, which the user guide has its readers look for:
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html. Its pods do nothing; what
answers in the agent's name is below /_agent/.
"""

from collections.abc import Iterable
from typing import Any

from eks_pod_identity_emulator.eks import AddonView
from eks_pod_identity_emulator.kubernetes.cluster import Cluster
from eks_pod_identity_emulator.kubernetes.kinds import DAEMON_SET

_AGENT = "eks-pod-identity-agent"
_MANAGER = "eks"
_WITHOUT_SOFTWARE = frozenset({"CREATE_FAILED"})


class AgentDaemonSet:
    """That of one cluster; a DaemonSet of that name that was there before is left alone."""

    def __init__(self) -> None:
        self._made: dict[str, Any] | None = None

    def bring_about(
        self, cluster: Cluster, installed: Iterable[AddonView], preserved: frozenset[str]
    ) -> None:
        """Make, update or delete it, as the add-on came, changed or went.

        Args:
            cluster: The cluster.
            installed: Its add-ons.
            preserved: Names of add-ons that went and left their software behind.
        """
        found = [
            addon
            for addon in installed
            if addon.name == _AGENT and addon.status not in _WITHOUT_SOFTWARE
        ]
        if found:
            self._make(cluster, _daemon_set(found[0]))
        elif self._made is not None and _AGENT not in preserved:
            self._delete(cluster, self._made)

    def _make(self, cluster: Cluster, wanted: dict[str, Any]) -> None:
        if wanted == self._made:
            return
        metadata = wanted["metadata"]
        observed = cluster.objects.find(DAEMON_SET, metadata["namespace"], metadata["name"])
        if observed is None:
            cluster.create(DAEMON_SET, wanted, _MANAGER)
        elif self._made is not None:
            cluster.replace(DAEMON_SET, wanted, _MANAGER)
        self._made = wanted

    def _delete(self, cluster: Cluster, made: dict[str, Any]) -> None:
        metadata = made["metadata"]
        found = cluster.objects.find(DAEMON_SET, metadata["namespace"], metadata["name"])
        if found is not None:
            cluster.delete(DAEMON_SET, found)
        self._made = None


def _daemon_set(addon: AddonView) -> dict[str, Any]:
    labels = {"app.kubernetes.io/instance": _AGENT, "app.kubernetes.io/name": _AGENT}
    container = {"name": _AGENT, "image": f"eks/{_AGENT}:{addon.version.partition('-')[0]}"}
    template = {
        "metadata": {"labels": labels},
        "spec": {"hostNetwork": True, "containers": [container]},
    }
    return {
        "metadata": {"namespace": addon.namespace, "name": _AGENT, "labels": labels},
        "spec": {"selector": {"matchLabels": labels}, "template": template},
    }
