"""The proof that nobody gains and nobody loses unasked, made from the documents, not from the plan.

Sets are worked out again at each moment. That the trust policies alone let in nobody else, of any
cluster, existing or not, is proved by `access`. Witnesses show the border of each statement.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from eks_pod_identity.access.callers import Kind
from eks_pod_identity.access.reach import Answer, reaches_of
from eks_pod_identity.access.relation import minus, with_source
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.iam.document import Document, canonical_json
from eks_pod_identity.migration.callers import Callers, pods_of, policy_of
from eks_pod_identity.migration.inventory import Inventory
from eks_pod_identity.migration.place import Member
from eks_pod_identity.migration.statements import bound_statements, statements_of
from eks_pod_identity.migration.values import MigrationPlan, Reached, RolePlan, Verdict
from eks_pod_identity.names import ServiceAccountRef, parse_arn

_UNCHANGED = (Kind.TOKENS, Kind.SERVICES, Kind.OWN_CALLERS, Kind.OTHER_CALLERS)


@dataclass(frozen=True, slots=True)
class Witness:
    """A service account at the border of a role's trust policy, and whether it is let in."""

    who: str
    is_in: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """Who can assume a role at one moment of a migration."""

    name: str
    reached: Reached


@dataclass(frozen=True, slots=True)
class RoleProof:
    """What is proved of one role.

    Attributes:
        role_arn: The role.
        moments: Before, and after each phase that changes who can.
        gained: Who can at some moment that could not before.
        lost: Who can no longer at the end, and was named.
        lost_unasked: Who uses the role today and cannot at some moment.
        unproved: What could not be decided, a sentence each.
        witnesses: Service accounts just inside and just outside.
        digests: SHA-256 of the documents before, during and after.
    """

    role_arn: str
    moments: tuple[Moment, ...]
    gained: frozenset[Member]
    lost: frozenset[Member]
    lost_unasked: frozenset[Member]
    unproved: tuple[str, ...]
    witnesses: tuple[Witness, ...]
    digests: Mapping[str, str]

    @property
    def holds(self) -> bool:
        """Whether nobody gains, nobody loses unasked, and all of it is proved."""
        return not (self.gained or self.lost_unasked or self.unproved)


def prove(plan: MigrationPlan) -> tuple[RoleProof, ...]:
    """Return a proof for each role in play."""
    found = {each.role.arn: each for each in plan.roles}
    local = {
        each.role_arn: Callers(plan.inventory, each.role_arn, each.trust) for each in plan.new_roles
    }
    texts = {
        name: {**_callers(plan, name), **(local if name != "before" else {})}
        for name in ("before", "during", "closed")
    }
    return tuple(_role_proof(plan, each, texts) for each in found.values())


def _callers(plan: MigrationPlan, name: str) -> dict[str, Callers]:
    inventory = plan.inventory
    documents = {each.role.arn: _document(each, name) for each in plan.roles}
    return {arn: Callers(inventory, arn, text) for arn, text in documents.items()}


def _document(plan: RolePlan, name: str) -> Document:
    return {"before": plan.role.trust, "during": plan.during, "closed": plan.closed}[name]


def _role_proof(
    plan: MigrationPlan, role: RolePlan, texts: Mapping[str, Mapping[str, Callers]]
) -> RoleProof:
    arn, planned = role.role.arn, _planned(plan)
    moments = (
        Moment("before", _reached(plan.inventory, texts["before"], arn, ())),
        Moment("trust", _reached(plan.inventory, texts["during"], arn, ())),
        Moment("associate", _reached(plan.inventory, texts["during"], arn, planned)),
        Moment("close", _reached(plan.inventory, texts["closed"], arn, planned)),
    )
    before, after = moments[0].reached.all, moments[-1].reached.all
    users = {
        each.member
        for each in plan.accounts
        if each.wiring.role_arn == arn and each.verdict not in {Verdict.NOTHING, Verdict.DONE}
    }
    named = frozenset(role.lost) - users
    missing = {each for one in moments for each in (before & users) - one.reached.all}
    return RoleProof(
        arn,
        moments,
        frozenset(each for one in moments for each in one.reached.all - before),
        (before - after) & named,
        frozenset(missing | ((before - after) - named)),
        tuple(_unproved(role, moments[-1].reached.pods)),
        tuple(_witnesses(plan, role, texts["closed"][arn])),
        {name: _digest(_document(role, name)) for name in ("before", "during", "closed")},
    )


def _planned(plan: MigrationPlan) -> list[tuple[Member, str, str | None]]:
    return [
        (each.member, found.role_arn, found.target_role_arn)
        for each in plan.moving
        if (found := each.association)
    ]


def _reached(
    inventory: Inventory,
    callers: Mapping[str, Callers],
    arn: str,
    planned: Sequence[tuple[Member, str, str | None]],
) -> Reached:
    return Reached(frozenset(callers[arn].irsa), pods_of(inventory, callers, arn, planned))


def _unproved(role: RolePlan, pods: frozenset[Member]) -> Iterator[str]:
    """Yield what the trust policies may let in besides, whoever exists."""
    arn = parse_arn(role.role.arn)
    if arn is None or not role.is_written:
        return
    setting = Setting(arn.account, arn.partition)
    own = [each for each in pods if each.place.account == arn.account]
    wanted = {
        **role.role.trust,
        "Statement": [*statements_of(role.role.trust), *_ideal(own)],
    }
    for name, text in (("during", role.during), ("after", role.closed)):
        if not _adds_nobody(wanted, text, Kind.OWN_PODS, setting):
            yield f"trust {name} may let in pods other than those that move"
        for kind in _UNCHANGED if len(own) == len(pods) else (Kind.TOKENS, Kind.SERVICES):
            if not _adds_nobody(role.role.trust, text, kind, setting):
                yield f"trust {name} may let in {kind.value} that the trust policy before did not"


def _ideal(members: Sequence[Member]) -> Iterator[Mapping[str, object]]:
    """Yield a statement for each service account: what grouping must not exceed."""
    for each in sorted(members):
        yield from ({**one, "Sid": ""} for one in bound_statements([each]))


def _adds_nobody(old: Document, new: Document, kind: Kind, setting: Setting) -> bool:
    policies = (policy_of(_without_sids(old)), policy_of(_without_sids(new)))
    before, after = map(with_source, reaches_of(policies, kind, setting))
    return minus(after, before).answer is Answer.NO


def _without_sids(document: Document) -> Document:
    statements = [
        {key: value for key, value in each.items() if key != "Sid"}
        for each in statements_of(document)
    ]
    return {**document, "Statement": statements}


def _witnesses(plan: MigrationPlan, role: RolePlan, callers: Callers) -> Iterator[Witness]:
    """Yield the first service account that moves, and its nearest neighbours."""
    moving = [each for each in plan.moving if each.wiring.role_arn == role.role.arn]
    if not moving or (moving[0].association and moving[0].association.target_role_arn):
        return
    first = moving[0].member
    around = (first, *_neighbours(first))
    for each in around:
        yield Witness(each.label(plan.inventory.home), callers.lets_pods_in(each))


def _neighbours(member: Member) -> Iterator[Member]:
    place, ref = member.place, member.ref
    yield Member(place, ServiceAccountRef(ref.namespace, f"{ref.name}-x"))
    yield Member(place, ServiceAccountRef(f"{ref.namespace}-x"[:63], ref.name))
    yield Member(replace(place, cluster=f"{place.cluster}-x"), ref)


def _digest(document: Document) -> str:
    return hashlib.sha256(canonical_json(document).encode()).hexdigest()
