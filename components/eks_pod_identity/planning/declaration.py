"""From a ClusterConfig to what it asks for in AWS's terms.

In: the file's model, the cluster it is for, and what EKS's catalogue says. Out: desired values, the
same that the components would make. Must not judge; that is the planner's part.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import Any

from eks_pod_identity import names
from eks_pod_identity.config import (
    Addon,
    ClusterConfig,
    Places,
    PodIdentityAssociation,
    Presence,
)
from eks_pod_identity.config.places import Path
from eks_pod_identity.iam.trust import build_trust_policy
from eks_pod_identity.iam.well_known import (
    WELL_KNOWN_POLICIES,
    Permissions,
    PolicyContext,
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
    GivenRole,
    MadeRole,
)
from eks_pod_identity.planning.report import NOWHERE
from eks_pod_identity.planning.state import ClusterState

_INLINE_POLICY_NAME = "permissions"
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
        iam = self.config.iam.pod_identity_associations if self.config.iam else None
        addons = self.config.addons
        return DesiredCluster(
            None if iam is None else _sorted(map(self._standalone, range(len(iam)), iam)),
            None
            if addons is None
            else {addon.name: self._addon(index, addon) for index, addon in enumerate(addons)},
        )

    def _standalone(self, index: int, entry: PodIdentityAssociation) -> DesiredAssociation:
        ref = ServiceAccountRef(entry.namespace, entry.service_account_name)
        tags = self._tags(entry.tags)
        session_tags = not entry.disable_session_tags
        return DesiredAssociation(
            service_account=ref,
            role=self._role(ref, entry, tags, session_tags=session_tags),
            path=("iam", "podIdentityAssociations", index),
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

    def _role(
        self,
        ref: ServiceAccountRef,
        entry: PodIdentityAssociation,
        tags: Mapping[str, str],
        *,
        session_tags: bool = True,
    ) -> GivenRole | MadeRole:
        if entry.role_arn:
            return GivenRole(entry.role_arn)
        permissions = [
            _own_permissions(entry),
            *map(self._well_known, entry.well_known_policy_names),
        ]
        return self._made_role(
            ref,
            permissions,
            tags,
            name=entry.role_name,
            boundary=entry.permissions_boundary_arn,
            session_tags=session_tags,
        )

    def _made_role(  # noqa: PLR0913 - a role has this many parts
        self,
        ref: ServiceAccountRef,
        permissions: list[Permissions],
        tags: Mapping[str, str],
        *,
        name: str | None = None,
        boundary: str | None = None,
        session_tags: bool = True,
    ) -> MadeRole:
        name = name or names.role_name(self.cluster.name, ref)
        merged = merge_permissions(permissions)
        return MadeRole(
            arn=role_arn(self.cluster, name),
            name=name,
            service_account=ref,
            trust_policy=build_trust_policy(
                cluster_arn=self.cluster.arn, service_accounts=[ref], session_tags=session_tags
            ),
            managed_policy_arns=tuple(sorted(merged.managed)),
            inline_policies=dict(merged.inline),
            permissions_boundary_arn=boundary,
            tags=tags,
        )

    def _well_known(self, key: str) -> Permissions:
        return _well_known_permissions(key, self.cluster.arn, self.cluster.name)


@cache
def _well_known_permissions(key: str, cluster_arn: str, cluster: str) -> Permissions:
    arn = _require_arn(cluster_arn)
    context = PolicyContext(arn.partition, arn.region, arn.account, cluster)
    return WELL_KNOWN_POLICIES[key].build(context)


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
