"""From a ClusterConfig to what it asks for in AWS's terms.

In: the file's model, the cluster it is for, and the decided permissions of its add-ons. Out: the
desired state, from which plan, ledger and components make theirs. Must not judge; that is the
planner's part.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

from eks_pod_identity.config import (
    Addon,
    ClusterConfig,
    DeclaredAssociation,
    Places,
    PodIdentityAssociation,
    Presence,
    is_given,
    standalone_associations,
)
from eks_pod_identity.config.expansion import EXPANSION_LIST, LIST, omitted_lists
from eks_pod_identity.config.places import Path
from eks_pod_identity.config.section import eksctl_key
from eks_pod_identity.errors import Place
from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.planning.addon_permissions import (
    AddonPermissions,
    AddonRequest,
    PermissionSource,
    RecommendedAssociation,
)
from eks_pod_identity.planning.declared_roles import DeclaredRoles
from eks_pod_identity.planning.desired import (
    DesiredAddon,
    DesiredAssociation,
    DesiredCluster,
    DesiredRole,
)
from eks_pod_identity.planning.report import NOWHERE

_JUDGED_FIELDS: tuple[Path, ...] = (
    ("name",),
    ("version",),
    ("podIdentityAssociations",),
    ("useDefaultPodIdentityAssociations",),
    ("configurationValues",),
)
_LISTS = frozenset({LIST, EXPANSION_LIST})


@dataclass(frozen=True, slots=True)
class Declaration:
    """A file, read for one cluster.

    Attributes:
        config: The file's model, without errors.
        cluster: The cluster it is for.
        permissions: Where the permissions of each add-on come from, by its name.
    """

    config: ClusterConfig
    cluster: PolicyContext
    permissions: Mapping[str, AddonPermissions]

    @property
    def _roles(self) -> DeclaredRoles:
        return DeclaredRoles(self.cluster)

    def desired(self) -> DesiredCluster:
        """Return what the file asks for."""
        addons = self.config.addons
        omitted = omitted_lists(self.config)
        return DesiredCluster(
            self.cluster,
            None if omitted == _LISTS else _sorted(self._standalone()),
            None
            if addons is None
            else {addon.name: self._addon(index, addon) for index, addon in enumerate(addons)},
            omitted,
            self.config.metadata.region,
            self.config.has_external_agent,
        )

    def _standalone(self) -> Iterator[DesiredAssociation]:
        shared: dict[Path, DesiredRole] = {}  # made once, as large as they may be
        for declared in standalone_associations(self.config):
            tags = self._tags(declared.entry.tags)
            role = shared.get(declared.path) or self._roles.of_standalone(declared, tags)
            if declared.sharers:
                shared[declared.path] = role
            yield self._association(declared, role, tags)

    def _association(
        self, declared: DeclaredAssociation, role: DesiredRole, tags: Mapping[str, str]
    ) -> DesiredAssociation:
        entry = declared.entry
        return DesiredAssociation(
            service_account=declared.service_account,
            role=role,
            path=declared.path,
            target_role_arn=entry.target_role_arn,
            disable_session_tags=bool(entry.disable_session_tags),
            policy=entry.policy,
            tags=tags,
            creates_service_account=entry.create_service_account,
            omitted=self._omitted(entry, "target_role_arn", "policy"),
        )

    def _addon(self, index: int, addon: Addon) -> DesiredAddon:
        path: Path = ("addons", index)
        permissions = self.permissions[addon.name]
        return DesiredAddon(
            name=addon.name,
            path=path,
            permissions=permissions,
            associations=self._owned(path, addon, permissions),
            version=permissions.version.version if addon.version and permissions.version else None,
            namespace=addon.namespace,
            service_account_role_arn=addon.service_account_role_arn,
            configuration_values=addon.configuration_values,
            resolve_conflicts=addon.resolve_conflicts.value if addon.resolve_conflicts else None,
            tags=self._tags(addon.tags),
            omitted=self._omitted(addon),
        )

    def _omitted(self, entry: PodIdentityAssociation | Addon, *fields: str) -> frozenset[str]:
        tags = () if is_given(self.config.metadata, "tags") else ("tags",)
        return frozenset(eksctl_key(each) for each in (*fields, *tags) if not is_given(entry, each))

    def _tags(self, own: Mapping[str, str]) -> Mapping[str, str]:
        common = self.config.metadata.tags
        return {**common, **own} if own else common

    def _owned(
        self, path: Path, addon: Addon, permissions: AddonPermissions
    ) -> tuple[DesiredAssociation, ...] | None:
        if addon.associations_presence is Presence.GIVEN:
            return _sorted(self._listed(path, addon, permissions.namespace))
        if permissions.source is PermissionSource.RECOMMENDED:
            return _sorted(
                self._recommended(path, addon, permissions.namespace, entry)
                for entry in permissions.recommended
            )
        return None

    def _listed(self, path: Path, addon: Addon, namespace: str) -> Iterator[DesiredAssociation]:
        tags = self._tags(addon.tags)
        for index, entry in enumerate(addon.pod_identity_associations or ()):
            ref = ServiceAccountRef(entry.namespace or namespace, entry.service_account_name)
            yield DesiredAssociation(
                service_account=ref,
                role=self._roles.of_addon(ref, entry, tags),
                path=(*path, "podIdentityAssociations", index),
                addon=addon.name,
            )

    def _recommended(
        self, path: Path, addon: Addon, namespace: str, entry: RecommendedAssociation
    ) -> DesiredAssociation:
        ref = ServiceAccountRef(namespace, entry.service_account)
        return DesiredAssociation(
            service_account=ref,
            role=self._roles.of_recommendation(ref, entry, self._tags(addon.tags)),
            path=path,
            addon=addon.name,
        )


def _sorted(entries: Iterable[DesiredAssociation]) -> tuple[DesiredAssociation, ...]:
    return tuple(
        sorted(entries, key=attrgetter("service_account.namespace", "service_account.name"))
    )


def addon_requests(config: ClusterConfig, places: Places = NOWHERE) -> tuple[AddonRequest, ...]:
    """Return what a file declares about each of its add-ons."""
    addons = enumerate(config.addons or ())
    return tuple(_request(config, index, addon, places) for index, addon in addons)


def _request(config: ClusterConfig, index: int, addon: Addon, places: Places) -> AddonRequest:
    entries = addon.pod_identity_associations
    return AddonRequest(
        name=addon.name,
        address=places.address(("addons", index)),
        place=places.place(("addons", index)),
        version=addon.version,
        namespace=addon.namespace,
        service_accounts=None
        if entries is None
        else tuple(entry.service_account_name for entry in entries),
        irsa=addon.service_account_role_arn is not None,
        use_recommended=addon.use_default_pod_identity_associations,
        auto_apply=config.auto_apply_associations,
        configuration_values=addon.configuration_values,
        field_places=dict(_field_places(("addons", index), addon, places)),
    )


def _field_places(path: Path, addon: Addon, places: Places) -> Iterator[tuple[str, Place]]:
    """Yield where the keys of an add-on are that EKS may have something against."""
    count = len(addon.pod_identity_associations or ())
    accounts = (("podIdentityAssociations", index, "serviceAccountName") for index in range(count))
    for below in (*_JUDGED_FIELDS, *accounts):
        if place := places.place((*path, *below)):
            yield NOWHERE.address(below), place
