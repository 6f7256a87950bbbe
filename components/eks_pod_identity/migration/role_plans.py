"""Roles of a migration: who can assume each before and after, and the documents between."""

from collections.abc import Iterator, Sequence

from eks_pod_identity.iam.document import Document
from eks_pod_identity.migration.callers import Callers, pods_of
from eks_pod_identity.migration.documents import Movement, trust_after, trust_during
from eks_pod_identity.migration.inventory import RoleFacts
from eks_pod_identity.migration.judgement import Judgement
from eks_pod_identity.migration.owner import owner_of
from eks_pod_identity.migration.place import Member
from eks_pod_identity.migration.role_findings import other_principals
from eks_pod_identity.migration.statements import statements_of
from eks_pod_identity.migration.steps import CreateRole
from eks_pod_identity.migration.subjects import TokenStatement, token_statements
from eks_pod_identity.migration.values import AccountPlan, Reached, RolePlan, Verdict
from eks_pod_identity.migration.wiring import How


def roles_in_play(judgement: Judgement, rows: Sequence[AccountPlan]) -> tuple[str, ...]:
    """Return the roles that somebody uses or could assume, by ARN."""
    wired = {each.wiring.role_arn for each in rows}
    reached = {arn for arn, each in judgement.callers.items() if each.irsa}
    return tuple(sorted((wired | reached) & set(judgement.callers)))


def movement_of(judgement: Judgement, rows: Sequence[AccountPlan], arn: str) -> Movement:
    """Return who moves to a role, and who may lose nothing of it."""
    moving = [each for each in _of(rows, arn) if each.verdict is Verdict.MIGRATE]
    members = {each.member: _source(each) for each in moving}
    stuck = {
        each.member
        for each in _of(rows, arn)
        if each.verdict in {Verdict.BLOCKED, Verdict.STAY} and each.wiring.how is not How.LATENT
    }
    reached = set(judgement.callers[arn].irsa)
    outside = {each for each in reached if not judgement.ask.has(each)}
    return Movement(
        members,
        pods_of(judgement.inventory, judgement.callers, arn),
        frozenset(stuck | outside | (reached & set(judgement.own))),
        may_narrow=not judgement.inventory.unread
        and not any(each.unread for each in judgement.inventory.clusters),
    )


def _of(rows: Sequence[AccountPlan], arn: str) -> list[AccountPlan]:
    return [each for each in rows if each.wiring.role_arn == arn]


def _source(row: AccountPlan) -> str | None:
    plan = row.association
    return plan.role_arn if plan and plan.target_role_arn else None


def documents_of(
    judgement: Judgement, role: RoleFacts, moves: Movement
) -> tuple[Document, Document]:
    """Return the trust policies during and after; the one that is there if nothing moves."""
    if not moves.members:
        return role.trust, role.trust
    during = trust_during(judgement.inventory, role.arn, role.trust, moves)
    return during, trust_after(judgement.inventory, role.arn, during, moves)


def role_plans(
    judgement: Judgement, rows: Sequence[AccountPlan], new_roles: Sequence[CreateRole]
) -> Iterator[RolePlan]:
    """Yield the plan of each role in play."""
    inventory = judgement.inventory
    local = {each.role_arn: Callers(inventory, each.role_arn, each.trust) for each in new_roles}
    found = {}
    for arn in roles_in_play(judgement, rows):
        moves = movement_of(judgement, rows, arn)
        during, closed = documents_of(judgement, inventory.roles[arn], moves)
        found[arn] = (during, closed, Callers(inventory, arn, closed))
    ends = {**judgement.callers, **local, **{arn: each[2] for arn, each in found.items()}}
    for arn, (during, closed, callers) in found.items():
        before = Reached(
            frozenset(judgement.callers[arn].irsa), pods_of(inventory, judgement.callers, arn)
        )
        after = Reached(frozenset(callers.irsa), pods_of(inventory, ends, arn, _planned(rows)))
        yield _role_plan(judgement, rows, inventory.roles[arn], before, after, during, closed)


def _planned(rows: Sequence[AccountPlan]) -> list[tuple[Member, str, str | None]]:
    return [
        (each.member, plan.role_arn, plan.target_role_arn)
        for each in rows
        if each.verdict is Verdict.MIGRATE and (plan := each.association)
    ]


def _role_plan(  # noqa: PLR0913, PLR0917 - what a role plan is made of
    judgement: Judgement,
    rows: Sequence[AccountPlan],
    role: RoleFacts,
    before: Reached,
    after: Reached,
    during: Document,
    closed: Document,
) -> RolePlan:
    dropped = tuple(_dropped(judgement, role, closed))
    names_nobody = any(each.names_no_subject for each in dropped)
    lost = {
        each: _why_lost(rows, role.arn, each, names_nobody=names_nobody)
        for each in sorted(before.all - after.all)
    }
    future = tuple(text for each in dropped for text in _future(each))
    return RolePlan(
        role,
        owner_of(role),
        before,
        after,
        lost,
        tuple(dict.fromkeys(future)),
        other_principals(role),
        during,
        closed,
    )


def _dropped(judgement: Judgement, role: RoleFacts, closed: Document) -> Iterator[TokenStatement]:
    """Yield the statements for web identity that the last document does not have any more."""
    statements, left = statements_of(role.trust), statements_of(closed)
    for each in token_statements(judgement.inventory, judgement.callers[role.arn], statements):
        if statements[each.number] not in left:
            yield each


def _future(statement: TokenStatement) -> Iterator[str]:
    if statement.names_no_subject:
        yield "every service account that is created later"
    else:
        yield from statement.patterns
    yield from map(str, statement.not_there)


def _why_lost(rows: Sequence[AccountPlan], arn: str, member: Member, *, names_nobody: bool) -> str:
    others = [
        each.wiring.role_arn
        for each in rows
        if each.member == member
        and each.wiring.role_arn != arn
        and each.wiring.how is not How.LATENT
    ]
    if others:
        return f"uses {others[0]}; an association has one role"
    if names_nobody:
        return "the trust policy named no subject; nothing wires it to the role"
    return "latent: nothing wires it to the role"


def too_large(plan: RolePlan, quota: int) -> str:
    """Return by how much documents exceed a quota; empty if they fit."""
    before, during, after = plan.sizes
    if not plan.is_written or max(during, after) <= quota:
        return ""
    where = "during the move and after it" if after > quota else "during the move"
    needed = max(during, after)
    return f"{where} it needs {needed:,} characters, the quota is {quota:,}; now {before:,}"
