"""The service accounts that add-ons bring along: made with their software, gone with it.

EKS applies an add-on's objects to the cluster; of these the emulator has the service accounts.
https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-field-management.html
"""

from collections.abc import Iterable

from eks_pod_identity_emulator.eks import AddonView
from eks_pod_identity_emulator.kubernetes.cluster import Cluster
from eks_pod_identity_emulator.kubernetes.kinds import NAMESPACE, SERVICE_ACCOUNT

_MANAGER = "eks"
_WITHOUT_SOFTWARE = frozenset({"CREATE_FAILED"})


class AddonAccounts:
    """Those of one cluster; what was there before an add-on stays when it goes."""

    def __init__(self) -> None:
        self._known: dict[str, set[tuple[str, str]]] = {}
        self._made: set[tuple[str, str]] = set()

    def bring_about(
        self, cluster: Cluster, installed: Iterable[AddonView], preserved: frozenset[str]
    ) -> None:
        """Make what is missing of installed add-ons, and delete what those that went have left.

        Args:
            cluster: The cluster.
            installed: Its add-ons.
            preserved: Names of add-ons that went and left their software behind.
        """
        wanted = {
            addon.name: {(addon.namespace, name) for name in addon.service_accounts}
            for addon in installed
            if addon.status not in _WITHOUT_SOFTWARE
        }
        for addon in self._known.keys() - wanted.keys():
            accounts = self._known.pop(addon)
            if addon not in preserved:
                self._delete(cluster, accounts & self._made)
        for addon, accounts in wanted.items():
            self._make(cluster, addon, accounts)

    def _make(self, cluster: Cluster, addon: str, accounts: set[tuple[str, str]]) -> None:
        known = self._known.setdefault(addon, set())
        for namespace, name in sorted(accounts - known):
            known.add((namespace, name))
            if cluster.objects.find(NAMESPACE, "", namespace) is None:
                cluster.create(NAMESPACE, {"metadata": {"name": namespace}}, _MANAGER)
            if cluster.objects.find(SERVICE_ACCOUNT, namespace, name) is None:
                metadata = {"namespace": namespace, "name": name}
                cluster.create(SERVICE_ACCOUNT, {"metadata": metadata}, _MANAGER)
                self._made.add((namespace, name))

    def _delete(self, cluster: Cluster, accounts: set[tuple[str, str]]) -> None:
        self._made -= accounts
        for namespace, name in sorted(accounts):
            if found := cluster.objects.find(SERVICE_ACCOUNT, namespace, name):
                cluster.delete(SERVICE_ACCOUNT, found)
