"""The roles that a file asks for: given, or made with their documents.

In: entries of a file, and the cluster that the roles are for. Out: desired roles. Must not judge;
that is the planner's part.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from eks_pod_identity import names
from eks_pod_identity.config import DeclaredAssociation, PodIdentityAssociation
from eks_pod_identity.iam.target_trust import build_target_grant
from eks_pod_identity.iam.trust import TrustScope, build_trust_policy
from eks_pod_identity.iam.well_known import (
    WELL_KNOWN_POLICIES,
    Permissions,
    PolicyContext,
    Scope,
    merge_permissions,
)
from eks_pod_identity.names import INLINE_POLICY_NAME, TARGET_GRANT_NAME, ServiceAccountRef
from eks_pod_identity.planning.addon_permissions import RecommendedAssociation
from eks_pod_identity.planning.desired import DesiredRole, GivenRole, MadeRole

_NO_SCOPES: Mapping[str, Scope] = {}


@dataclass(frozen=True, slots=True)
class DeclaredRoles:
    """Makes desired roles of entries.

    Attributes:
        cluster: The cluster whose pods take them on.
    """

    cluster: PolicyContext

    def of_standalone(self, declared: DeclaredAssociation, tags: Mapping[str, str]) -> DesiredRole:
        """Return the role of a standalone association; one of several has theirs."""
        entry = declared.entry
        if entry.role_arn:
            return GivenRole(entry.role_arn)
        users = declared.sharers or (declared.service_account,)
        return self._made(
            users,
            self._permissions(entry, declared.scopes),
            self._trust(users, declared.trust_scope, session_tags=not entry.disable_session_tags),
            tags,
            entry,
            is_shared=bool(declared.sharers),
        )

    def of_addon(
        self, ref: ServiceAccountRef, entry: PodIdentityAssociation, tags: Mapping[str, str]
    ) -> DesiredRole:
        """Return the role of an entry of an add-on."""
        if entry.role_arn:
            return GivenRole(entry.role_arn)
        return self._made((ref,), self._permissions(entry), self._trust((ref,)), tags, entry)

    def of_recommendation(
        self, ref: ServiceAccountRef, entry: RecommendedAssociation, tags: Mapping[str, str]
    ) -> MadeRole:
        """Return the role that EKS recommends for a service account of an add-on."""
        permissions = [
            Permissions(managed=entry.managed_policy_arns),
            *(self._well_known(key) for key in entry.well_known_policies),
        ]
        return self._made((ref,), permissions, self._trust((ref,)), tags)

    def _permissions(
        self, entry: PodIdentityAssociation, scopes: Mapping[str, Scope] = _NO_SCOPES
    ) -> list[Permissions]:
        return [
            _own_permissions(entry),
            _target_grant(entry),
            *(self._well_known(key, scopes.get(key)) for key in entry.well_known_policy_names),
        ]

    def _trust(
        self,
        users: tuple[ServiceAccountRef, ...],
        scope: TrustScope = TrustScope.SERVICE_ACCOUNT,
        *,
        session_tags: bool = True,
    ) -> Mapping[str, Any]:
        return build_trust_policy(
            cluster_arn=self.cluster.cluster_arn(self.cluster.cluster),
            service_accounts=users,
            scope=scope,
            session_tags=session_tags,
        )

    def _made(  # noqa: PLR0913 - a role has this many parts
        self,
        users: tuple[ServiceAccountRef, ...],
        permissions: Iterable[Permissions],
        trust_policy: Mapping[str, Any],
        tags: Mapping[str, str],
        entry: PodIdentityAssociation | None = None,
        *,
        is_shared: bool = False,
    ) -> MadeRole:
        own = names.role_name(self.cluster, self.cluster.cluster, users[0])
        former = names.former_role_name(self.cluster.cluster, users[0])
        name = (entry and entry.role_name) or own
        merged = merge_permissions(permissions)
        return MadeRole(
            arn=self.cluster.role_arn(name),
            name=name,
            service_accounts=users,
            trust_policy=trust_policy,
            managed_policy_arns=tuple(sorted(merged.managed)),
            inline_policies=dict(merged.inline),
            permissions_boundary_arn=entry.permissions_boundary_arn if entry else None,
            tags=tags,
            is_shared=is_shared,
            is_named=name not in {own, former},
            listed_policy_arns=tuple(entry.permission_policy_arns) if entry else (),
        )

    def _well_known(self, key: str, scope: Scope | None = None) -> Permissions:
        if not scope:
            return _unscoped(key, self.cluster)
        return WELL_KNOWN_POLICIES[key].build(self.cluster, self.cluster.fill_scope(scope))


@cache
def _unscoped(key: str, cluster: PolicyContext) -> Permissions:
    return WELL_KNOWN_POLICIES[key].build(cluster)


def _target_grant(entry: PodIdentityAssociation) -> Permissions:
    if not (entry.grant_target_role and entry.target_role_arn):
        return Permissions()
    with_tags = not entry.disable_session_tags
    grant = build_target_grant([entry.target_role_arn], session_tags=with_tags)
    return Permissions(inline=((TARGET_GRANT_NAME, grant),))


def _own_permissions(entry: PodIdentityAssociation) -> Permissions:
    inline: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    if entry.permission_policy is not None:
        name = entry.permission_policy_name or INLINE_POLICY_NAME
        inline = ((name, entry.permission_policy),)
    return Permissions(tuple(entry.permission_policy_arns), inline)
