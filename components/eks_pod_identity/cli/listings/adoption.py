"""An adoption for people and for programs: what is taken over, who made it, what to do there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eks_pod_identity.adoption.holdings import Holding
from eks_pod_identity.adoption.verdict import Advice
from eks_pod_identity.cli.adoption.rounds import Look
from eks_pod_identity.cli.terminal.report import problems_to_json
from eks_pod_identity.cli.terminal.table import Row, Table, fitting_table
from eks_pod_identity.planning.plan import Plan
from eks_pod_identity.planning.rendering.json_report import plan_to_json
from eks_pod_identity.prose import wrapped

_UNKNOWN = "not known"


def adoption_lines(look: Look, width: int | None) -> Iterator[str]:
    """Yield what is taken over, and what to do at the tools that made it."""
    cluster = look.sides.observed.name
    if not look.holdings:
        yield f'nothing to adopt: nothing that the file declares is in cluster "{cluster}"'
        yield f"without being in stack {look.stack}"
    else:
        yield from _found_lines(look, width)
    for advice in look.advice:
        yield from _advice_lines(advice, width)


def _found_lines(look: Look, width: int | None) -> Iterator[str]:
    tables = [_table(look, is_wide=True), _table(look, is_wide=False)]
    yield from fitting_table(tables, width).text_lines(width)
    count = len(look.importable.ids)
    yield from wrapped(f"{count} resources, with the policies of roles: stack {look.stack}", width)
    for each in look.names:
        yield from wrapped(f"roleName: {each.name} is written at {each.entry_address}", width)


def _table(look: Look, *, is_wide: bool) -> Table:
    columns = ("KIND", "NAME", "MADE BY")
    if is_wide:
        rows = (Row((each.kind.value, each.name, _makers(each))) for each in look.holdings)
        return Table(columns, tuple(rows))
    rows = (Row((e.kind.value, e.name), below=((_makers(e),),)) for e in look.holdings)
    return Table(columns[:2], tuple(rows))


def _makers(holding: Holding) -> str:
    return ", ".join(map(str, holding.makers)) or _UNKNOWN


def _advice_lines(advice: Advice, width: int | None) -> Iterator[str]:
    things = f", for {', '.join(advice.things)}" if advice.things else ""
    yield from wrapped(f"once pulumi up has run, at {advice.maker}{things}:", width)
    yield from (f"  {line}" for line in advice.text.splitlines())


def adoption_to_json(look: Look, plan: Plan | None, written: Path | None) -> dict[str, Any]:
    """Return an adoption as JSON.

    Args:
        look: What was found.
        plan: What is left to do; None if nothing was imported.
        written: The import file, if one was written.
    """
    return {
        "cluster": look.sides.observed.name,
        "stack": look.stack,
        "things": [_thing(each) for each in look.holdings],
        "resources": len(look.importable.ids),
        "roleNames": [{"entry": each.entry_address, "name": each.name} for each in look.names],
        "importFile": str(written) if written else None,
        "imported": plan is not None,
        "advice": [_advice(each) for each in look.advice],
        "problems": problems_to_json(look.warnings),
        "plan": plan_to_json(plan or look.plan),
    }


def _thing(holding: Holding) -> dict[str, Any]:
    return {
        "kind": holding.kind.value,
        "name": holding.name,
        "arn": holding.arn,
        "makers": [
            {"tool": each.tool.value, "stack": each.stack or None, "isGuess": each.is_guess}
            for each in holding.makers
        ],
    }


def _advice(advice: Advice) -> dict[str, Any]:
    return {
        "tool": advice.maker.tool.value,
        "stack": advice.maker.stack or None,
        "things": list(advice.things),
        "text": advice.text,
    }
