"""`migrate status`: each service account with its role, what it uses today, and what comes."""

from collections.abc import Iterator

from eks_pod_identity.cli.terminal.table import Row, Table, fitting_table
from eks_pod_identity.migration.role_findings import label_of
from eks_pod_identity.migration.values import AccountPlan, MigrationPlan, Verdict
from eks_pod_identity.migration.wiring import How

_COLUMNS = ("SERVICE ACCOUNT", "NOW", "VERDICT", "FINDINGS", "ROLE")
_NARROW = ("SERVICE ACCOUNT", "NOW", "VERDICT")


def status_table(plan: MigrationPlan, width: int | None) -> Iterator[str]:
    """Yield the lines of the table; roles and findings go below a row where it is too narrow."""
    rows = [each for each in plan.accounts if each.wiring.how is not How.LATENT]
    rows.sort(key=lambda each: (each.member, each.wiring.role_arn))
    if not rows:
        return
    home = plan.inventory.home
    wide = Table(_COLUMNS, tuple(Row(_cells(plan, each, home)) for each in rows))
    narrow = Table(
        _NARROW,
        tuple(
            Row(cells[:3], ((cells[4], cells[3]),))
            for each in rows
            for cells in (_cells(plan, each, home),)
        ),
    )
    yield from fitting_table((wide, narrow), width).text_lines(width)


def _cells(plan: MigrationPlan, row: AccountPlan, home: str) -> tuple[str, str, str, str, str]:
    return (
        row.member.label(home),
        _now(plan, row),
        row.verdict.value,
        ", ".join(dict.fromkeys(each.kind.id for each in row.findings)),
        label_of(row.wiring.role_arn),
    )


def _now(plan: MigrationPlan, row: AccountPlan) -> str:
    """Return which ways lead to the role today."""
    role = next((each for each in plan.roles if each.role.arn == row.wiring.role_arn), None)
    if role is None:
        return "unknown" if row.verdict is Verdict.BLOCKED else "no access"
    ways = [
        name
        for name, members in (("IRSA", role.before.irsa), ("Pod Identity", role.before.pods))
        if row.member in members
    ]
    return " + ".join(ways) or "no access"
