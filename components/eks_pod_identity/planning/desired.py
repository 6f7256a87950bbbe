"""What a file asks for, in AWS's terms: roles with their documents, associations, add-ons.

`declaration` builds these values once from a ClusterConfig. The planner compares them with AWS, the
ledger records them, and the components register them. They hold no order and no positions that
matter: two files that ask for the same give equal values.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from eks_pod_identity.config import EXPANSION_KEY
from eks_pod_identity.config.places import Path
from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.names import ServiceAccountRef, former_role_name
from eks_pod_identity.planning.addon_permissions import AddonPermissions


@dataclass(frozen=True, slots=True)
class GivenRole:
    """A role that the user has; nothing about it is changed.

    Attributes:
        arn: Its ARN.
        made_in: The cluster that makes it by its part of the file, if one does.
    """

    arn: str
    made_in: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class MadeRole:
    """A role that is made for one service account, or for several of one entry to share.

    Attributes:
        arn: Its ARN, known beforehand.
        name: Its name.
        service_accounts: Whose it is.
        is_shared: Whether it was asked for as a role to share, of however many it is.
        is_named: Whether the file chose its name; otherwise it is made of the service account's.
        trust_policy: Who may take it on.
        managed_policy_arns: Sorted, each once.
        listed_policy_arns: Those that the file lists, in its order.
        inline_policies: Documents by policy name.
        permissions_boundary_arn: The managed policy that bounds it.
        tags: The user's tags.
        description: Its description.
        path: Its path.
        max_session_duration: Its longest session, in seconds; None for IAM's default.
        force_detach_policies: Whether policies of others go with it.
    """

    arn: str
    name: str
    service_accounts: tuple[ServiceAccountRef, ...]
    trust_policy: Mapping[str, Any] = field(hash=False)
    managed_policy_arns: tuple[str, ...] = ()
    inline_policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)
    permissions_boundary_arn: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    is_shared: bool = False
    is_named: bool = field(default=False, compare=False)
    listed_policy_arns: tuple[str, ...] = field(default=(), compare=False)
    description: str | None = None
    path: str = "/"
    max_session_duration: int | None = None
    force_detach_policies: bool = field(default=False, compare=False)

    @property
    def service_account(self) -> ServiceAccountRef:
        """Whose it is, if it is not shared."""
        return self.service_accounts[0]


DesiredRole: TypeAlias = GivenRole | MadeRole


@dataclass(frozen=True, slots=True)
class DesiredAssociation:
    """An association, standalone or of an add-on.

    Attributes:
        service_account: Whose pods get the role.
        role: The role.
        path: Where the file asks for it.
        addon: The add-on that shall own it; None for a standalone one.
        target_role_arn: The role that EKS assumes from the first one.
        disable_session_tags: Whether EKS shall leave its session tags out.
        policy: The session policy, JSON text.
        tags: The user's tags of the association.
        creates_service_account: Whether the service account is made with it.
        omitted: The keys of the file, among those that `""` or `{}` would empty, that it leaves
            out.
    """

    service_account: ServiceAccountRef
    role: DesiredRole
    path: Path = field(compare=False)
    addon: str | None = None
    target_role_arn: str | None = None
    disable_session_tags: bool = False
    policy: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    creates_service_account: bool = False
    omitted: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def is_expanded(self) -> bool:
        """Whether it comes from the block `x-eks-pod-identity`."""
        return self.path[0] == EXPANSION_KEY


@dataclass(frozen=True, slots=True)
class DesiredAddon:
    """An add-on.

    Attributes:
        name: EKS's name of it.
        path: Where the file asks for it.
        permissions: Where its permissions come from, and what EKS would refuse.
        associations: Those it shall own; None where the file leaves them as they are.
        version: The version to run; None for EKS's default, or the one that runs.
        namespace: Where to install it; None for EKS's own.
        service_account_role_arn: Its IRSA role.
        configuration_values: JSON or YAML text; None to keep what there is.
        resolve_conflicts: eksctl's word for what becomes of fields that others changed.
        tags: The user's tags.
        omitted: As of associations.
    """

    name: str
    path: Path = field(compare=False)
    permissions: AddonPermissions = field(compare=False)
    associations: tuple[DesiredAssociation, ...] | None = None
    version: str | None = None
    namespace: str | None = None
    service_account_role_arn: str | None = None
    configuration_values: str | None = None
    resolve_conflicts: str | None = field(default=None, compare=False)
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    omitted: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class DesiredCluster:
    """All that a file asks for.

    Attributes:
        cluster: The cluster it is for, and where that is.
        associations: Standalone ones by service account; None where the file omits both lists.
        addons: By name; None where the file omits the list.
        omitted: The lists of standalone associations that the file omits.
        region: The region that the file names.
        has_external_agent: Whether the cluster's agent is no add-on of EKS.
    """

    cluster: PolicyContext
    associations: tuple[DesiredAssociation, ...] | None
    addons: Mapping[str, DesiredAddon] | None = field(hash=False)
    omitted: frozenset[Path] = frozenset()
    region: str = ""
    has_external_agent: bool = False

    def all_associations(self) -> Iterator[DesiredAssociation]:
        """Yield every association, standalone ones first."""
        yield from self.associations or ()
        for addon in (self.addons or {}).values():
            yield from addon.associations or ()

    def former_names(self) -> Mapping[str, str]:
        """Return by generated names of roles those of earlier versions, which roles may have."""
        return {
            role.name: former_role_name(self.cluster.cluster, role.service_account)
            for role in (each.role for each in self.all_associations())
            if isinstance(role, MadeRole) and not role.is_named and not role.is_shared
        }

    def with_names(self, names: Mapping[str, str]) -> "DesiredCluster":
        """Return the same with other names for roles whose name is generated.

        Args:
            names: The name that a role keeps, by the one it would get.
        """
        if not names:
            return self

        def renamed(entry: DesiredAssociation) -> DesiredAssociation:
            role = entry.role
            if not isinstance(role, MadeRole) or role.is_named or role.name not in names:
                return entry
            name = names[role.name]
            arn = self.cluster.role_arn(name, role.path)
            return replace(entry, role=replace(role, name=name, arn=arn))

        return self._each(renamed)

    def _each(self, change: Callable[[DesiredAssociation], DesiredAssociation]) -> "DesiredCluster":
        addons = {
            name: replace(
                addon, associations=addon.associations and tuple(map(change, addon.associations))
            )
            for name, addon in (self.addons or {}).items()
        }
        return replace(
            self,
            associations=self.associations and tuple(map(change, self.associations)),
            addons=None if self.addons is None else addons,
        )

    def with_default_tags(self, tags: Mapping[str, str]) -> "DesiredCluster":
        """Return the same with tags that Pulumi's AWS provider adds; the file's own outdo them."""
        if not tags:
            return self
        addons = self.addons
        return replace(
            self,
            associations=_tagged_all(self.associations, tags),
            addons=addons and {name: _tagged_addon(each, tags) for name, each in addons.items()},
        )


def _tagged_addon(addon: DesiredAddon, tags: Mapping[str, str]) -> DesiredAddon:
    associations = _tagged_all(addon.associations, tags)
    return replace(addon, tags={**tags, **addon.tags}, associations=associations)


def _tagged_all(
    entries: tuple[DesiredAssociation, ...] | None, tags: Mapping[str, str]
) -> tuple[DesiredAssociation, ...] | None:
    return entries and tuple(_tagged(entry, tags) for entry in entries)


def _tagged(entry: DesiredAssociation, tags: Mapping[str, str]) -> DesiredAssociation:
    role = entry.role
    if isinstance(role, MadeRole):
        role = replace(role, tags={**tags, **role.tags})
    return replace(entry, role=role, tags={**tags, **entry.tags})
