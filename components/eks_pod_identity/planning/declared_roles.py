"""The roles that a file asks for: given, or made with their documents.

In: entries of a file, and the cluster that the roles are for. Out: desired roles. Must not judge;
that is the planner's part.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
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

_NO_SCOPE: Scope = {}
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
        if declared.made_in and declared.made_in != self.cluster.cluster:
            arn = self.cluster.role_arn(entry.role_name or "", entry.path or "/")
            return GivenRole(arn, declared.made_in)
        users = declared.sharers or (declared.service_account,)
        return self._made(
            users,
            self._permissions(entry, declared.scopes),
            self._trust(users, entry, declared.trust_scope, declared.clusters),
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
        trust = self._trust((ref,), entry)
        return self._made((ref,), self._permissions(entry), trust, tags, entry)

    def of_recommendation(
        self, ref: ServiceAccountRef, entry: RecommendedAssociation, tags: Mapping[str, str]
    ) -> MadeRole:
        """Return the role that EKS recommends for a service account of an add-on."""
        managed, keys = entry.managed_policy_arns, entry.well_known_policies
        permissions = _usual_permissions(managed, keys, self.cluster)
        return self._made((ref,), permissions, self._trust((ref,)), tags)

    def _permissions(
        self, entry: PodIdentityAssociation, scopes: Mapping[str, Scope] = _NO_SCOPES
    ) -> Permissions:
        managed, keys = tuple(entry.permission_policy_arns), entry.well_known_policy_names
        inline = tuple(_own_inline(entry))
        if not inline and not scopes:
            return _usual_permissions(managed, keys, self.cluster)
        well_known = (_well_known(key, self.cluster, scopes.get(key)) for key in keys)
        return merge_permissions((Permissions(managed, inline), *well_known))

    def _trust(
        self,
        users: tuple[ServiceAccountRef, ...],
        entry: PodIdentityAssociation | None = None,
        scope: TrustScope = TrustScope.SERVICE_ACCOUNT,
        clusters: tuple[str, ...] = (),
    ) -> Mapping[str, Any]:
        return build_trust_policy(
            cluster_arn=self.cluster.cluster_arn(self.cluster.cluster),
            service_accounts=users,
            scope=scope,
            session_tags=not (entry and entry.disable_session_tags),
            other_cluster_arns=map(self.cluster.cluster_arn, clusters),
            more=entry.trusted_by if entry else (),
        )

    def _made(  # noqa: PLR0913 - a role has this many parts
        self,
        users: tuple[ServiceAccountRef, ...],
        permissions: Permissions,
        trust_policy: Mapping[str, Any],
        tags: Mapping[str, str],
        entry: PodIdentityAssociation | None = None,
        *,
        is_shared: bool = False,
    ) -> MadeRole:
        own = names.role_name(self.cluster, self.cluster.cluster, users[0])
        former = names.former_role_name(self.cluster.cluster, users[0])
        name = (entry and entry.role_name) or own
        made = MadeRole(
            arn=self.cluster.role_arn(name),
            name=name,
            service_accounts=users,
            trust_policy=trust_policy,
            managed_policy_arns=tuple(sorted(permissions.managed)),
            inline_policies=dict(permissions.inline),
            permissions_boundary_arn=entry.permissions_boundary_arn if entry else None,
            tags=tags,
            is_shared=is_shared,
            is_named=name not in {own, former},
            listed_policy_arns=tuple(entry.permission_policy_arns) if entry else (),
        )
        return self._with_settings(made, entry) if entry else made

    def _with_settings(self, made: MadeRole, entry: PodIdentityAssociation) -> MadeRole:
        path = entry.path or made.path
        return replace(
            made,
            arn=self.cluster.role_arn(made.name, path),
            path=path,
            description=entry.description,
            max_session_duration=entry.max_session_duration,
            force_detach_policies=entry.force_detach_policies,
        )


@lru_cache(maxsize=1024)  # of thousands of roles many are given the same
def _usual_permissions(
    managed: tuple[str, ...], well_known: tuple[str, ...], cluster: PolicyContext
) -> Permissions:
    """Return permissions without an inline policy of the file and without scopes."""
    named = (_well_known(key, cluster) for key in well_known)
    return merge_permissions((Permissions(managed), *named))


def _well_known(key: str, cluster: PolicyContext, scope: Scope | None = None) -> Permissions:
    return WELL_KNOWN_POLICIES[key].build(cluster, cluster.fill_scope(scope or _NO_SCOPE))


def _own_inline(entry: PodIdentityAssociation) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if entry.permission_policy is not None:
        yield entry.permission_policy_name or INLINE_POLICY_NAME, entry.permission_policy
    if entry.grant_target_role and entry.target_role_arn:
        with_tags = not entry.disable_session_tags
        grant = build_target_grant([entry.target_role_arn], session_tags=with_tags)
        yield TARGET_GRANT_NAME, grant
