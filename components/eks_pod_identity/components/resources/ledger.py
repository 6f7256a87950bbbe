"""What a run declares, written down for the next run's omission guard."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from eks_pod_identity import config as desired
from eks_pod_identity import names
from eks_pod_identity.config import Presence
from eks_pod_identity.config.expansion import EXPANSION_LIST, LIST, omitted_lists
from eks_pod_identity.config.places import Places
from eks_pod_identity.errors import Place
from eks_pod_identity.names import AwsContext, ServiceAccountRef
from eks_pod_identity.planning.addon_permissions import AddonPermissions, PermissionSource
from eks_pod_identity.planning.ledger.omission import Declarations, Entries, Ledger


@dataclass(frozen=True, slots=True)
class LedgerWriter:
    """Writes down what a file declares, with what EKS's recommendations add to it.

    Attributes:
        config: The file.
        permissions: The decision for each add-on, by its name.
        context: Where roles will live, so that their ARNs are known beforehand.
    """

    config: desired.ClusterConfig
    permissions: Mapping[str, AddonPermissions]
    context: AwsContext

    def write(self) -> Ledger:
        """Return the ledger; what the file omits is omitted there too."""
        addons = self.config.addons
        declared = tuple(desired.standalone_associations(self.config))
        omitted = omitted_lists(self.config)
        listed = [each.entry for each in declared if not each.is_expanded]
        expanded = [each.entry for each in declared if each.is_expanded]
        ledger = Ledger(
            associations=None if LIST in omitted else self._entries(listed, ""),
            expanded=None if EXPANSION_LIST in omitted else self._entries(expanded, ""),
            addons=None
            if addons is None
            else {addon.name: self._addon_entries(addon) for addon in addons},
            cluster=self.context.cluster_arn(self.config.metadata.name),
        )
        return replace(ledger, given=frozenset(ledger.roles) - frozenset(self._made(declared)))

    def _made(self, declared: Iterable[desired.DeclaredAssociation]) -> Iterator[str]:
        own = [each.entry for each in declared if not each.entry.role_arn]
        yield from self._entries(own, "").values()
        for addon in self.config.addons or ():
            yield from (self._addon_entries(_without_given_roles(addon)) or {}).values()

    def _addon_entries(self, addon: desired.Addon) -> Entries | None:
        if addon.name not in self.permissions:  # the agent, which has none
            return None
        decision = self.permissions[addon.name]
        if addon.associations_presence is Presence.GIVEN:
            return self._entries(addon.pod_identity_associations or (), decision.namespace)
        if decision.source is PermissionSource.RECOMMENDED:
            refs = [
                ServiceAccountRef(decision.namespace, entry.service_account)
                for entry in decision.recommended
            ]
            return {str(ref): self._made_role_arn(ref, None) for ref in refs}
        return None

    def _entries(
        self, entries: Iterable[desired.PodIdentityAssociation], namespace: str
    ) -> Entries:
        return dict(self._entry(entry, namespace) for entry in entries)

    def _entry(self, entry: desired.PodIdentityAssociation, namespace: str) -> tuple[str, str]:
        ref = ServiceAccountRef(entry.namespace or namespace, entry.service_account_name)
        return str(ref), entry.role_arn or self._made_role_arn(ref, entry.role_name)

    def _made_role_arn(self, ref: ServiceAccountRef, role_name: str | None) -> str:
        cluster = self.config.metadata.name
        return self.context.role_arn(role_name or names.role_name(cluster, ref))


def _without_given_roles(addon: desired.Addon) -> desired.Addon:
    entries = addon.pod_identity_associations or ()
    made = tuple(entry for entry in entries if not entry.role_arn)
    return addon.model_copy(update={"pod_identity_associations": made}) if entries else addon


def declarations(config: desired.ClusterConfig, places: Places) -> Declarations:
    """Return where the file's lists are, or would have to be."""

    def at(*path: str | int) -> tuple[str, Place | None]:
        return places.address(path), places.place(path)

    return Declarations(
        associations=at(*LIST),
        expanded=at(*EXPANSION_LIST),
        addons={addon.name: at("addons", index) for index, addon in enumerate(config.addons or ())},
        addon_list=at("addons"),
        cluster=at("metadata", "name"),
    )
