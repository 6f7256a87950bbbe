"""The service accounts that add-ons bring along: made with their software, gone with it.

EKS applies an add-on's objects to the cluster; of these the emulator has the service accounts,
annotated with the add-on's IRSA role.
https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-field-management.html
"""

from collections.abc import Iterable, Sequence

from eks_pod_identity_emulator.eks import AddonView
from eks_pod_identity_emulator.kubernetes.cluster import Cluster
from eks_pod_identity_emulator.kubernetes.injection import IRSA_ROLE
from eks_pod_identity_emulator.kubernetes.kinds import NAMESPACE, SERVICE_ACCOUNT

_MANAGER = "eks"
_WITHOUT_SOFTWARE = frozenset({"CREATE_FAILED"})


class AddonAccounts:
    """Those of one cluster; what was there before an add-on stays when it goes."""

    def __init__(self) -> None:
        self._known: dict[str, set[tuple[str, str]]] = {}
        self._made: set[tuple[str, str]] = set()
        self._annotated: dict[str, tuple[str, frozenset[tuple[str, str]]]] = {}

    def bring_about(
        self, cluster: Cluster, installed: Sequence[AddonView], preserved: frozenset[str]
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
        self._annotate_all(cluster, installed)

    def _annotate_all(self, cluster: Cluster, installed: Iterable[AddonView]) -> None:
        """Annotate the accounts of add-ons with an IRSA role, those alone whose role changed.

        What somebody writes over it stays until the add-on's next update, as on EKS.
        """
        for addon in installed:
            role = addon.service_account_role_arn
            named = frozenset((addon.namespace, name) for name in addon.irsa_accounts)
            before = self._annotated.get(addon.name)
            after = (role, named) if role and addon.status not in _WITHOUT_SOFTWARE else None
            if before == after:
                continue
            for account in sorted(before[1] if before else ()):
                _annotate(cluster, account, None)
            self._annotated.pop(addon.name, None)
            if after:
                self._annotated[addon.name] = after
                for account in sorted(named):
                    _annotate(cluster, account, role)

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


def _annotate(cluster: Cluster, account: tuple[str, str], role: str | None) -> None:
    """Write the annotation of a role, or take it off; everything else of the account stays."""
    found = cluster.objects.find(SERVICE_ACCOUNT, *account)
    if found is None:
        return
    annotations = dict(found["metadata"].get("annotations") or {})
    annotations.pop(IRSA_ROLE, None)
    if role is not None:
        annotations[IRSA_ROLE] = role
    changed = {**found, "metadata": {**found["metadata"], "annotations": annotations}}
    cluster.replace(SERVICE_ACCOUNT, changed, _MANAGER)
