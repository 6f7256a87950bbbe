"""The plan of a migration: from an inventory and what is asked for to phases.

What blocks one service account blocks those that cannot move without it: others of its add-on, and
of a role whose trust policy would not fit. The rest goes on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from eks_pod_identity.config import AGENT_ADDON
from eks_pod_identity.migration.callers import Callers
from eks_pod_identity.migration.finding import Finding, FindingKind
from eks_pod_identity.migration.inventory import Cluster, Inventory
from eks_pod_identity.migration.judgement import Judgement
from eks_pod_identity.migration.local_role import local_role
from eks_pod_identity.migration.owner import KUBECTL, annotation_writer
from eks_pod_identity.migration.phases import CRITICAL_ADDONS, has_agent, phases_of
from eks_pod_identity.migration.role_findings import label_of, owner_findings, trust_findings
from eks_pod_identity.migration.role_plans import (
    documents_of,
    movement_of,
    role_plans,
    too_large,
)
from eks_pod_identity.migration.steps import CreateRole
from eks_pod_identity.migration.values import (
    AccountPlan,
    Ask,
    MigrationPlan,
    PlannedAssociation,
    RolePlan,
    Verdict,
)
from eks_pod_identity.migration.wiring import How, Wiring
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.ownership import MANAGED_BY_LABEL


def plan_migration(inventory: Inventory, ask: Ask) -> MigrationPlan:
    """Return the plan of a migration.

    Args:
        inventory: All accounts and clusters that were looked at.
        ask: What is to be moved.
    """
    judgement = Judgement(inventory, ask)
    rows = [_row(judgement, each) for each in (*judgement.wirings, *judgement.latent)]
    rows = _settle(judgement, rows)
    new_roles = _new_roles(judgement, rows)
    roles = tuple(role_plans(judgement, rows, new_roles))
    findings = tuple(dict.fromkeys(_findings(judgement, rows, roles)))
    consents = _consents(findings, roles)
    moving = [each for each in rows if each.verdict is Verdict.MIGRATE]
    return MigrationPlan(
        inventory,
        ask,
        _result(judgement, rows, roles),
        tuple(rows),
        roles,
        new_roles,
        findings,
        consents,
        phases_of(inventory, moving, roles, new_roles, consents),
    )


def _row(judgement: Judgement, wiring: Wiring) -> AccountPlan:
    verdict, findings = judgement.verdict(wiring)
    if verdict is not Verdict.MIGRATE:
        return AccountPlan(wiring, verdict, findings=findings)
    return AccountPlan(
        wiring,
        verdict,
        _association(judgement, wiring),
        _writer(judgement, wiring),
        findings,
    )


def _association(judgement: Judgement, wiring: Wiring) -> PlannedAssociation:
    found = judgement.associations.get(wiring.member)
    if found:
        return PlannedAssociation(
            found.role_arn, found.target_role_arn, found.owner_addon or "", exists=True
        )
    role = parse_arn(wiring.role_arn)
    if role and role.account != wiring.member.place.account:
        local = local_role(judgement.inventory, wiring.member, wiring.role_arn)
        return PlannedAssociation(local.role_arn, wiring.role_arn)
    addon = wiring.by if wiring.how is How.ADDON and _is_supported(judgement, wiring) else ""
    return PlannedAssociation(wiring.role_arn, addon=addon)


def _is_supported(judgement: Judgement, wiring: Wiring) -> bool:
    cluster = judgement.inventory.cluster(wiring.member.place)
    return any(
        each.state.name == wiring.by and wiring.member.ref.name in each.service_accounts
        for each in cluster.addons
    )


def _writer(judgement: Judgement, wiring: Wiring) -> str:
    account = judgement.inventory.cluster(wiring.member.place).service_accounts.get(
        wiring.member.ref
    )
    role = judgement.inventory.roles.get(wiring.role_arn)
    if account is None or wiring.how is How.ADDON:
        return ""
    return annotation_writer(account, of_program=bool(role and role.program))[0]


def _settle(judgement: Judgement, rows: list[AccountPlan]) -> list[AccountPlan]:
    """Return rows with all that is blocked by what others cannot do."""
    while True:
        stopped = {**_addon_stops(rows), **_role_stops(judgement, rows)}
        if not stopped:
            return rows
        rows = [_stopped(each, stopped.get(number)) for number, each in enumerate(rows)]


def _stopped(row: AccountPlan, finding: Finding | None) -> AccountPlan:
    if finding is None:
        return row
    return replace(
        row, verdict=Verdict.BLOCKED, association=None, findings=(*row.findings, finding)
    )


def _addon_stops(rows: Sequence[AccountPlan]) -> dict[int, Finding]:
    """Return who cannot move because another service account of the add-on cannot."""
    blocked = {
        (each.member.place, each.wiring.by): each.findings[-1]
        for each in rows
        if each.wiring.how is How.ADDON and each.verdict is Verdict.BLOCKED
    }
    return {
        number: blocked[key]
        for number, each in enumerate(rows)
        if each.wiring.how is How.ADDON
        and each.verdict is Verdict.MIGRATE
        and (key := (each.member.place, each.wiring.by)) in blocked
    }


def _role_stops(judgement: Judgement, rows: Sequence[AccountPlan]) -> dict[int, Finding]:
    """Return who cannot move because of the trust policy that its role would need."""
    found: dict[int, Finding] = {}
    fits = _misfits(judgement, rows)
    for number, each in enumerate(rows):
        arn = each.wiring.role_arn
        if each.verdict is not Verdict.MIGRATE:
            continue
        if arn in fits:
            found[number] = Finding(FindingKind.TRUST_SIZE, label_of(arn), fits[arn], role_arn=arn)
        elif not _gets_in(judgement, rows, each):
            at = each.member.label(judgement.inventory.home)
            kind = FindingKind.POD_CALL_DENIED
            found[number] = Finding(kind, at, label_of(arn), each.member, arn)
    return found


def _misfits(judgement: Judgement, rows: Sequence[AccountPlan]) -> dict[str, str]:
    plans = role_plans(judgement, rows, _new_roles(judgement, rows))
    quotas = judgement.inventory
    reasons = {each.role.arn: too_large(each, quotas.quota(each.role.account)) for each in plans}
    return {arn: reason for arn, reason in reasons.items() if reason}


def _gets_in(judgement: Judgement, rows: Sequence[AccountPlan], row: AccountPlan) -> bool:
    arn, plan = row.wiring.role_arn, row.association
    moves = movement_of(judgement, rows, arn)
    during, _ = documents_of(judgement, judgement.inventory.roles[arn], moves)
    callers = Callers(judgement.inventory, arn, during)
    if plan and plan.target_role_arn:
        return callers.lets_chain_in(row.member, plan.role_arn)
    return callers.lets_pods_in(row.member)


def _new_roles(judgement: Judgement, rows: Sequence[AccountPlan]) -> tuple[CreateRole, ...]:
    return tuple(
        local_role(judgement.inventory, each.member, plan.target_role_arn)
        for each in rows
        if each.verdict is Verdict.MIGRATE
        and (plan := each.association)
        and plan.target_role_arn
        and not plan.exists
    )


def _findings(
    judgement: Judgement, rows: Sequence[AccountPlan], roles: Sequence[RolePlan]
) -> Iterator[Finding]:
    asked = [each for each in rows if each.verdict is not Verdict.STAY]
    for each in asked:
        yield from each.findings
        yield from _of_account(judgement, each)
    touched = {each.wiring.role_arn for each in asked}
    for plan in roles:
        if plan.role.arn in touched:
            yield from owner_findings(plan.role, plan.owner)
            callers = judgement.callers[plan.role.arn]
            yield from trust_findings(judgement.inventory, judgement.ask, plan.role, callers)
            yield from _of_role(judgement, rows, plan)
    for cluster in judgement.inventory.clusters:
        if cluster.place in judgement.ask.places:
            yield from _of_cluster(judgement, cluster, rows)


def _of_account(judgement: Judgement, row: AccountPlan) -> Iterator[Finding]:
    home, member, arn = judgement.inventory.home, row.member, row.wiring.role_arn
    account = judgement.inventory.cluster(member.place).service_accounts.get(member.ref)
    at = member.label(home)
    if row.verdict is not Verdict.MIGRATE or account is None:
        return
    if row.association and row.association.target_role_arn and not row.association.exists:
        reason = f"{arn}; local role {row.association.role_arn.rpartition('/')[2]} and target role"
        yield Finding(FindingKind.ROLE_IN_OTHER_ACCOUNT, at, reason, member, arn)
    if account.labels.get(MANAGED_BY_LABEL) == "eksctl":
        reason = f"label {MANAGED_BY_LABEL}: eksctl"
        yield Finding(FindingKind.OF_EKSCTL, at, reason, member, arn)
    if member.ref.name == "default":
        yield Finding(FindingKind.DEFAULT_ACCOUNT, at, str(member.ref), member, arn)
    if row.wiring.how is How.ANNOTATION:
        role = judgement.inventory.roles.get(arn)
        is_program = bool(role and role.program)
        who, why = annotation_writer(account, of_program=is_program)
        if who != KUBECTL and not is_program:
            kind = FindingKind.ANNOTATION_MANAGED
            yield Finding(kind, at, f"{who}: {why}", member, arn)


def _of_role(
    judgement: Judgement, rows: Sequence[AccountPlan], plan: RolePlan
) -> Iterator[Finding]:
    arn, at = plan.role.arn, label_of(plan.role.arn)
    wired = [
        each for each in rows if each.wiring.role_arn == arn and each.wiring.how is not How.LATENT
    ]
    names = [each.member.label(judgement.inventory.home) for each in wired]
    addons = {each.wiring.by for each in wired if each.wiring.how is How.ADDON}
    if addons and any(each.wiring.how is not How.ADDON for each in wired):
        yield Finding(FindingKind.SHARED_WITH_ADDON, at, ", ".join(names), role_arn=arn)
    elif len(wired) > 1:
        yield Finding(FindingKind.SHARED_ROLE, at, ", ".join(names), role_arn=arn)
    if plan.lost:
        lost = ", ".join(each.label(judgement.inventory.home) for each in plan.lost)
        yield Finding(FindingKind.LATENT_REACH, at, lost, role_arn=arn)


def _of_cluster(
    judgement: Judgement, cluster: Cluster, rows: Sequence[AccountPlan]
) -> Iterator[Finding]:
    at = cluster.place.label(judgement.inventory.home)
    moving = [
        each
        for each in rows
        if each.member.place == cluster.place and each.verdict is Verdict.MIGRATE
    ]
    if moving and not has_agent(cluster):
        yield Finding(FindingKind.AGENT_MISSING, at, AGENT_ADDON)
    for each in moving:
        if each.wiring.how is How.ADDON:
            place = f"{at} {each.wiring.by}"
            if not _is_supported(judgement, each.wiring):
                reason = "EKS's catalogue names no service account for it"
                yield Finding(FindingKind.ADDON_WITHOUT_SUPPORT, place, reason)
            if each.wiring.by in CRITICAL_ADDONS:
                yield Finding(FindingKind.CRITICAL_ADDON, place, "UpdateAddon restarts its pods")


def _consents(findings: Sequence[Finding], roles: Sequence[RolePlan]) -> tuple[str, ...]:
    """Return what a person has to accept: of roles that close, what needs consent."""
    closing = {each.role.arn for each in roles if each.closed != each.during and each.future}
    closing |= {each.role.arn for each in roles if each.lost}
    found = [
        each.kind.id for each in findings if each.kind.needs_consent and each.role_arn in closing
    ]
    return tuple(dict.fromkeys(found))


def _result(judgement: Judgement, rows: Sequence[AccountPlan], roles: Sequence[RolePlan]) -> str:
    asked = {each.verdict for each in rows if judgement.ask.has(each.member)}
    if Verdict.MIGRATE not in asked:
        return "blocked" if Verdict.BLOCKED in asked else "nothing"
    if Verdict.BLOCKED in asked:
        return "partly"
    return "narrower" if any(each.lost for each in roles) else "equal"
