"""Assumes an association's role for a pod, and then its target role if it has one.

Each hop is held to IAM's rules: the service is let in by the first role's trust policy alone, the
target by its trust policy and the first role's own policies, in one account or across two.
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from eks_pod_identity_emulator.authorization import (
    Policies,
    Principal,
    Request,
    ResourcePolicy,
    decide,
    parse_policy,
)
from eks_pod_identity_emulator.eks import AssociationView
from eks_pod_identity_emulator.eks_auth.context import (
    SERVICE,
    Hop,
    chained_context,
    service_context,
)
from eks_pod_identity_emulator.eks_auth.refusals import role_not_assumable
from eks_pod_identity_emulator.eks_auth.role import AssumableRole, Roles
from eks_pod_identity_emulator.eks_auth.subject import PodSubject
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.sessions import Assumption, Session, Sessions
from eks_pod_identity_emulator.settings import Settings

_CHAINED_SECONDS = (
    3_600  # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
)


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """One AssumeRole that EKS made, as CloudTrail shows it.

    Attributes:
        session: The session.
        passed_tags: Tags of the request; inherited ones are not among them.
        external_id: ExternalId of the request, or None.
        policy: Session policy of the request, or None.
    """

    session: Session
    passed_tags: Mapping[str, str] = field(default_factory=dict)
    external_id: str | None = None
    policy: str | None = None


class RoleAssumer:
    """Makes the sessions of pods."""

    def __init__(
        self,
        roles: Roles,
        sessions: Sessions,
        organizations: Mapping[str, str],
        settings: Settings,
    ) -> None:
        """Set up.

        Args:
            roles: IAM.
            sessions: Issues credentials.
            organizations: Organization's id by account.
            settings: How long sessions last, and what goes along with session tags.
        """
        self._roles = roles
        self._sessions = sessions
        self._organizations = organizations
        self._settings = settings

    def assume(
        self, pod: PodSubject, association: AssociationView, record: Callable[[AssumedRole], None]
    ) -> Session:
        """Return the session that a pod gets.

        Args:
            pod: The pod.
            association: Its service account's association.
            record: Told each role that is assumed.

        Raises:
            AuthError: A role cannot be assumed.
        """
        tags = {} if association.disable_session_tags else pod.session_tags()
        target = association.target_role_arn
        policy = association.policy
        hop = Hop(pod.new_session_name(), tags, None)
        role = self._role(association.role_arn)
        self._check_service(role, pod, hop)
        first = self._issue(role, hop, self._seconds, None if target else policy)
        record(AssumedRole(first, tags, None, None if target else policy))
        if target is None:
            return first
        with_id = not tags or self._settings.external_id_with_tags
        chained = Hop(hop.session_name, tags, association.external_id if with_id else None)
        last = self._chain(role, first, self._role(target), chained, policy)
        record(AssumedRole(last, {}, chained.external_id, policy))
        return last

    @property
    def _seconds(self) -> int:
        return self._settings.pod_session_seconds

    def _role(self, arn: str) -> AssumableRole:
        role = self._roles.find(arn)
        if role is None:
            raise role_not_assumable(f"role {arn} does not exist")
        return role

    def _check_service(self, role: AssumableRole, pod: PodSubject, hop: Hop) -> None:
        """Ask the trust policy of the association's role; nothing else speaks for a service."""
        organization = self._organizations.get(pod.cluster_arn.split(":")[4])
        context = service_context(pod.cluster_arn, organization, hop, role.tags)
        policies = Policies(resource=ResourcePolicy.trust(role.account, parse_policy(role.trust)))
        for action in hop.actions:
            request = Request(Principal.service(SERVICE), action, role.arn, context)
            if not decide(request, policies).allowed:
                why = f"the trust policy of {role.arn} does not allow {SERVICE} to {action}"
                raise role_not_assumable(why)

    def _chain(
        self,
        source: AssumableRole,
        session: Session,
        target: AssumableRole,
        hop: Hop,
        policy: str | None,
    ) -> Session:
        """Ask the first role's policies and the target's trust policy."""
        context = chained_context(source, session, hop, target.tags)
        trust = ResourcePolicy.trust(target.account, parse_policy(target.trust))
        try:
            policies = Policies(self._roles.policies(source.arn), trust)
        except ApiError as error:
            raise role_not_assumable(f"policies of {source.arn}: {error.message}") from error
        for action in hop.actions:
            request = Request(session.principal, action, target.arn, context)
            decision = decide(request, policies)
            if decision.refused_by is not None:
                by = decision.refused_by.value
                why = f"{source.arn} may not {action} on {target.arn}: {by}"
                raise role_not_assumable(why)
        return self._issue(target, hop, min(self._seconds, _CHAINED_SECONDS), policy)

    def _issue(self, role: AssumableRole, hop: Hop, seconds: int, policy: str | None) -> Session:
        assumption = Assumption(
            role_arn=role.arn,
            role_id=role.id,
            session_name=hop.session_name,
            seconds=seconds,
            issued_by="eks-auth:AssumeRoleForPodIdentity",
            tags=hop.tags,
            transitive_keys=frozenset(hop.tags),
            policies=None if policy is None else (policy,),
        )
        return self._sessions.issue(assumption)
