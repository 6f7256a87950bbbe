"""From a ClusterConfig to what it asks for in AWS's terms.

In: the file's model, the cluster it is for, and what EKS's catalogue says. Out: desired values, the
same that the components would make. Must not judge; that is the planner's part.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from operator import attrgetter
from typing import Any

from eks_pod_identity import names
from eks_pod_identity.config import (
    Addon,
    ClusterConfig,
    DeclaredAssociation,
    Places,
    PodIdentityAssociation,
    Presence,
    standalone_associations,
)
from eks_pod_identity.config.expansion import EXPANSION_LIST, LIST
from eks_pod_identity.config.places import Path
from eks_pod_identity.iam.trust import TrustScope, build_trust_policy
from eks_pod_identity.iam.well_known import (
    WELL_KNOWN_POLICIES,
    Permissions,
    PolicyContext,
    Scope,
    merge_permissions,
)
from eks_pod_identity.names import Arn, ServiceAccountRef, parse_arn
from eks_pod_identity.planning.addon_permissions import (
    AddonFacts,
    AddonPermissions,
    AddonRequest,
    PermissionSource,
    RecommendedAssociation,
    plan_addon_permissions,
)
from eks_pod_identity.planning.desired import (
    DesiredAddon,
    DesiredAssociation,
    DesiredCluster,
    DesiredRole,
    GivenRole,
    MadeRole,
)
from eks_pod_identity.planning.report import NOWHERE
from eks_pod_identity.planning.state import ClusterState

_INLINE_POLICY_NAME = "permissions"
LISTS = frozenset({LIST, EXPANSION_LIST})
"""Where a file lists standalone associations."""

_NO_SCOPES: Mapping[str, Scope] = {}
_NOTHING: Mapping[str, AddonFacts] = {}


@dataclass(frozen=True, slots=True)
class Declaration:
    """A file, read for one cluster.

    Attributes:
        config: The file's model, without errors.
        cluster: The cluster it is for.
        facts: What EKS's catalogue says of its add-ons, by name.
        places: Looks up positions in the file.
    """

    config: ClusterConfig
    cluster: ClusterState
    facts: Mapping[str, AddonFacts] = field(default_factory=dict, hash=False)
    places: Places = NOWHERE

    def desired(self) -> DesiredCluster:
        """Return what the file asks for."""
        addons = self.config.addons
        omitted = omitted_lists(self.config)
        return DesiredCluster(
            None if omitted == LISTS else _sorted(self._standalone()),
            None
            if addons is None
            else {addon.name: self._addon(index, addon) for index, addon in enumerate(addons)},
            omitted,
        )

    def _standalone(self) -> Iterator[DesiredAssociation]:
        shared: dict[Path, MadeRole] = {}
        for declared in standalone_associations(self.config):
            if not declared.sharers:
                yield self._association(declared, self._role_of(declared))
                continue
            if declared.path not in shared:
                shared[declared.path] = self._shared_role(declared)
            yield self._association(declared, shared[declared.path])

    def _association(self, declared: DeclaredAssociation, role: DesiredRole) -> DesiredAssociation:
        entry = declared.entry
        tags = self._tags(entry.tags)
        session_tags = not entry.disable_session_tags
        return DesiredAssociation(
            service_account=declared.service_account,
            role=role,
            path=declared.path,
            target_role_arn=entry.target_role_arn,
            disable_session_tags=not session_tags,
            policy=entry.policy,
            tags=tags,
            creates_service_account=entry.create_service_account,
        )

    def _addon(self, index: int, addon: Addon) -> DesiredAddon:
        path: Path = ("addons", index)
        permissions = plan_addon_permissions(
            addon_request(self.config, index, self.places), self.facts.get(addon.name)
        )
        return DesiredAddon(
            name=addon.name,
            path=path,
            permissions=permissions,
            associations=self._owned(path, addon, permissions),
            version=permissions.version.version if addon.version and permissions.version else None,
            namespace=addon.namespace,
            service_account_role_arn=addon.service_account_role_arn,
            configuration_values=addon.configuration_values,
            tags=self._tags(addon.tags),
        )

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
                role=self._role(ref, entry, tags),
                path=(*path, "podIdentityAssociations", index),
                addon=addon.name,
            )

    def _recommended(
        self, path: Path, addon: Addon, namespace: str, entry: RecommendedAssociation
    ) -> DesiredAssociation:
        ref = ServiceAccountRef(namespace, entry.service_account)
        permissions = [
            Permissions(managed=entry.managed_policy_arns),
            *map(self._well_known, entry.well_known_policies),
        ]
        tags = self._tags(addon.tags)
        return DesiredAssociation(
            service_account=ref,
            role=self._made_role(ref, permissions, tags),
            path=path,
            addon=addon.name,
        )

    def _role_of(self, declared: DeclaredAssociation) -> DesiredRole:
        tags = self._tags(declared.entry.tags)
        role = self._role(declared.service_account, declared.entry, tags, declared.scopes)
        # Of most roles, and of all that are given, the trust is the usual one.
        if isinstance(role, GivenRole) or not _has_own_trust(declared):
            return role
        return replace(role, trust_policy=self._trust(declared))

    def _shared_role(self, declared: DeclaredAssociation) -> MadeRole:
        role = self._role_of(declared)
        if isinstance(role, GivenRole):
            raise TypeError(f"a given role is not made to be shared: {role.arn}")
        return replace(role, service_accounts=declared.sharers, is_shared=True)

    def _trust(self, declared: DeclaredAssociation) -> Mapping[str, Any]:
        return build_trust_policy(
            cluster_arn=self.cluster.arn,
            service_accounts=declared.sharers or [declared.service_account],
            scope=declared.trust_scope,
            session_tags=not declared.entry.disable_session_tags,
        )

    def _role(
        self,
        ref: ServiceAccountRef,
        entry: PodIdentityAssociation,
        tags: Mapping[str, str],
        scopes: Mapping[str, Scope] = _NO_SCOPES,
    ) -> DesiredRole:
        if entry.role_arn:
            return GivenRole(entry.role_arn)
        permissions = [
            _own_permissions(entry),
            *(self._well_known(key, scopes.get(key)) for key in entry.well_known_policy_names),
        ]
        return self._made_role(
            ref,
            permissions,
            tags,
            name=entry.role_name,
            boundary=entry.permissions_boundary_arn,
        )

    def _made_role(
        self,
        ref: ServiceAccountRef,
        permissions: list[Permissions],
        tags: Mapping[str, str],
        *,
        name: str | None = None,
        boundary: str | None = None,
    ) -> MadeRole:
        name = name or names.role_name(self.cluster.name, ref)
        merged = merge_permissions(permissions)
        return MadeRole(
            arn=role_arn(self.cluster, name),
            name=name,
            service_accounts=(ref,),
            trust_policy=build_trust_policy(cluster_arn=self.cluster.arn, service_accounts=[ref]),
            managed_policy_arns=tuple(sorted(merged.managed)),
            inline_policies=dict(merged.inline),
            permissions_boundary_arn=boundary,
            tags=tags,
        )

    def _well_known(self, key: str, scope: Scope | None = None) -> Permissions:
        if scope:
            context = _context(self.cluster.arn, self.cluster.name)
            return WELL_KNOWN_POLICIES[key].build(context, context.fill_scope(scope))
        return _well_known_permissions(key, self.cluster.arn, self.cluster.name)


def _has_own_trust(declared: DeclaredAssociation) -> bool:
    return bool(
        declared.sharers
        or declared.entry.disable_session_tags
        or declared.trust_scope is not TrustScope.SERVICE_ACCOUNT
    )


def omitted_lists(config: ClusterConfig) -> frozenset[Path]:
    """Return the lists of standalone associations that a file omits, null counted as omitted."""
    block = config.x_eks_pod_identity
    lists = {
        LIST: config.iam.pod_identity_associations if config.iam else None,
        EXPANSION_LIST: block.associations if block else None,
    }
    return frozenset(path for path, entries in lists.items() if entries is None)


@cache
def _well_known_permissions(key: str, cluster_arn: str, cluster: str) -> Permissions:
    return WELL_KNOWN_POLICIES[key].build(_context(cluster_arn, cluster))


def _context(cluster_arn: str, cluster: str) -> PolicyContext:
    arn = _require_arn(cluster_arn)
    return PolicyContext(arn.partition, arn.region, arn.account, cluster)


@cache
def _require_arn(cluster_arn: str) -> Arn:
    arn = parse_arn(cluster_arn)
    if arn is None:
        raise ValueError(f"not the ARN of a cluster: {cluster_arn!r}")
    return arn


def _sorted(entries: Iterable[DesiredAssociation]) -> tuple[DesiredAssociation, ...]:
    return tuple(
        sorted(entries, key=attrgetter("service_account.namespace", "service_account.name"))
    )


def _own_permissions(entry: PodIdentityAssociation) -> Permissions:
    inline: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    if entry.permission_policy is not None:
        name = entry.permission_policy_name or _INLINE_POLICY_NAME
        inline = ((name, entry.permission_policy),)
    return Permissions(tuple(entry.permission_policy_arns), inline)


def role_arn(cluster: ClusterState, name: str) -> str:
    """Return the ARN of a role without path in the cluster's account."""
    arn = _require_arn(cluster.arn)
    return f"arn:{arn.partition}:iam::{arn.account}:role/{name}"


def addon_request(config: ClusterConfig, index: int, places: Places = NOWHERE) -> AddonRequest:
    """Return what a file declares about its add-on of that index."""
    addon = (config.addons or ())[index]
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
    )
