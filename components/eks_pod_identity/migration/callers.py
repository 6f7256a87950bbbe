"""Which service accounts a trust policy lets in, by IRSA and by Pod Identity.

A token may ask for any audience, so reach by IRSA is asked for each client id of the provider; the
annotation plays no part. What depends on a key that no document shows counts as reach, and is
named: https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from eks_pod_identity.access.asked import YES, admits
from eks_pod_identity.access.callers import Kind
from eks_pod_identity.access.reach import Answer, Reach, reach_of
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.iam.evaluation import (
    CLAIMS,
    Context,
    Decision,
    Policy,
    Principal,
    PrincipalKind,
    Request,
    Statement,
    Truth,
    compile_policy,
    is_allowed,
)
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.migration.inventory import Cluster, Inventory, Provider
from eks_pod_identity.migration.place import Member, Place
from eks_pod_identity.names import ServiceAccountRef, parse_arn
from eks_pod_identity.observed.cluster import Association

GLOBAL_FAMILIES = frozenset({"aws", "sts"})
"""Services whose condition keys a call for web identity may carry, besides the claims."""
WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"


class TrustUnreadableError(ValueError):
    """A trust policy is malformed; its text says how."""


def policy_of(trust: Mapping[str, Any]) -> Policy:
    """Return a trust policy ready to be asked.

    Raises:
        TrustUnreadableError: It is malformed.
    """
    loaded = load_document(trust, DocumentKind.TRUST)
    if isinstance(loaded, tuple):
        raise TrustUnreadableError(str(loaded[0]))
    return compile_policy(loaded)


def token_request(
    provider: Provider, ref: ServiceAccountRef, audience: str, foreign: frozenset[str] = frozenset()
) -> Request:
    """Return the call of a pod with a token of its cluster.

    Args:
        provider: The OIDC provider of the cluster.
        ref: The pod's service account.
        audience: What the token was asked for.
        foreign: Keys that no such call carries, besides the claims of other providers.
    """
    claims = {
        f"{provider.host}:sub": f"system:serviceaccount:{ref}".replace("/", ":"),
        f"{provider.host}:aud": audience,
        f"{provider.host}:iss": f"https://{provider.host}",
        "aws:FederatedProvider": provider.arn,
        "aws:PrincipalIsAWSService": "false",
    }
    context = Context.of(claims, absent=[CLAIMS, *foreign], complete=False)
    return Request(Principal(PrincipalKind.FEDERATED, provider.arn), WEB_IDENTITY, context=context)


def token_decision(
    policy: Policy,
    provider: Provider,
    ref: ServiceAccountRef,
    foreign: frozenset[str] | None = None,
) -> Decision:
    """Decide on the tokens of a service account, with whatever audience it asks for.

    Args:
        policy: The trust policy.
        provider: The OIDC provider of the service account's cluster.
        ref: The service account.
        foreign: The foreign keys of the policy, if they are known already.
    """
    found = Decision.DENIED
    foreign = foreign_keys(policy, provider) if foreign is None else foreign
    for audience in provider.client_ids:
        decision = is_allowed(policy, token_request(provider, ref, audience, foreign)).decision
        if decision is Decision.ALLOWED:
            return decision
        found = decision if decision is Decision.UNPROVED else found
    return found


def foreign_keys(policy: Policy, provider: Provider) -> frozenset[str]:
    """Return the condition keys of a policy that no token of a provider has, such as a typo."""
    return frozenset(
        condition.key
        for statement in policy.statements
        for condition in statement.conditions
        if condition.key.partition(":")[0] not in GLOBAL_FAMILIES
        and condition.key.rpartition(":")[0] != provider.host.lower()
    )


def names_provider(statement: Statement, provider: Provider) -> bool:
    """Tell whether a statement lets tokens of a provider in, conditions left out."""
    principal = Principal(PrincipalKind.FEDERATED, provider.arn)
    return (
        statement.names_action(WEB_IDENTITY) is Truth.YES
        and statement.names_principal(principal) is not Truth.NO
    )


class Callers:
    """Who gets in by one trust policy of one role.

    Raises:
        TrustUnreadableError: The trust policy is malformed.
    """

    def __init__(self, inventory: Inventory, role_arn: str, trust: Mapping[str, Any]) -> None:
        self._inventory = inventory
        self.role_arn = role_arn
        self.policy = policy_of(trust)
        arn = parse_arn(role_arn)
        self.account = arn.account if arn else ""
        self._setting = Setting(self.account, arn.partition if arn else "aws")
        self._reaches: dict[Kind, Reach] = {}

    @cached_property
    def denials(self) -> tuple[Statement, ...]:
        """The statements that deny."""
        return tuple(each for each in self.policy.statements if not each.allow)

    def providers(self) -> Iterator[Provider]:
        """Yield the OIDC providers of the role's account."""
        return (each for each in self._inventory.providers if each.account == self.account)

    def clusters(self) -> tuple[Cluster, ...]:
        """Return all clusters that were looked at."""
        return self._inventory.clusters

    @cached_property
    def irsa(self) -> Mapping[Member, Decision]:
        """The service accounts that get in by a token, and whether that is proved."""
        return dict(self._tokens(self.policy))

    def by_statement(self, number: int) -> Mapping[Member, Decision]:
        """Return whom one statement lets in, denials counted."""
        return dict(self._tokens(self.alone(number)))

    def alone(self, number: int) -> Policy:
        """Return a policy of one statement and all denials."""
        return self.alone_of(self.policy.statements[number])

    def alone_of(self, statement: Statement) -> Policy:
        """Return the same for a statement itself."""
        return Policy((statement, *self.denials))

    def _tokens(self, policy: Policy) -> Iterator[tuple[Member, Decision]]:
        for provider in self.providers():
            if not any(names_provider(each, provider) for each in policy.statements if each.allow):
                continue
            for cluster in self._inventory.clusters:
                if cluster.issuer == provider.host:
                    yield from self._admitted(policy, provider, cluster.members())

    @staticmethod
    def _admitted(
        policy: Policy, provider: Provider, members: Iterable[Member]
    ) -> Iterator[tuple[Member, Decision]]:
        foreign = foreign_keys(policy, provider)
        for member in members:
            decision = token_decision(policy, provider, member.ref, foreign)
            if decision is not Decision.DENIED:
                yield member, decision

    def reach(self, kind: Kind) -> Reach:
        """Return the exact set of calls of one kind of caller."""
        if kind not in self._reaches:
            self._reaches[kind] = reach_of(self.policy, kind, self._setting)
        return self._reaches[kind]

    def lets_pods_in(self, member: Member, *, session_tags: bool = True) -> bool:
        """Tell whether an association of a service account would get the role."""
        if member.place.account != self.account:
            return False  # EKS refuses an association with a role of another account
        return self._is_in(Kind.OWN_PODS, member, _flag(session_tags) | {"source keys": YES})

    def lets_chain_in(self, member: Member, source_arn: str, *, session_tags: bool = True) -> bool:
        """Tell whether an association whose target is the role would get it."""
        source = parse_arn(source_arn)
        if source is None:
            return False
        kind = Kind.OWN_CHAIN if source.account == self.account else Kind.OTHER_CHAIN
        known = _flag(session_tags) | {"role or user": source.resource}
        return self._is_in(kind, member, known)

    def _is_in(self, kind: Kind, member: Member, more: Mapping[str, str | None]) -> bool:
        known = {
            "account": member.place.account,
            "region": member.place.region,
            "cluster": member.place.cluster,
            "namespace": member.ref.namespace,
            "service account": member.ref.name,
            **more,
        }
        # What is not proved counts as reach: a migration must not give more than it took.
        return admits(self.reach(kind), known) is not Answer.NO


def _flag(session_tags: object) -> dict[str, str | None]:
    return {"session tags": YES if session_tags else None}


def pods_of(
    inventory: Inventory,
    callers: Mapping[str, Callers],
    role_arn: str,
    planned: Iterable[tuple[Member, str, str | None]] = (),
) -> frozenset[Member]:
    """Return whose associations end in a role, as role or as target, and are let in.

    Args:
        inventory: With the associations that there are.
        callers: By role, those of the documents that are meant.
        role_arn: The role.
        planned: Further associations: service account, role, target role.
    """
    found = set()
    for member, source, target, tags in (*_associations(inventory), *_with_tags(planned)):
        role = callers.get(source)
        if role is None or role_arn != (target or source):
            continue
        if not role.lets_pods_in(member, session_tags=tags):
            continue
        last = callers.get(role_arn)
        if target is None or (
            last is not None and last.lets_chain_in(member, source, session_tags=tags)
        ):
            found.add(member)
    return frozenset(found)


def _associations(inventory: Inventory) -> Iterator[tuple[Member, str, str | None, bool]]:
    for cluster in inventory.clusters:
        for each in cluster.associations:
            yield (*_ends(cluster.place, each), not each.disable_session_tags)


def _ends(place: Place, each: Association) -> tuple[Member, str, str | None]:
    return Member(place, each.service_account), each.role_arn, each.target_role_arn


def _with_tags(
    planned: Iterable[tuple[Member, str, str | None]],
) -> Iterator[tuple[Member, str, str | None, bool]]:
    return ((*each, True) for each in planned)
