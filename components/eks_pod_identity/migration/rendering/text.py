"""A migration as text: findings, phases with writes, gates and undo, and the proof."""

from collections.abc import Iterable, Iterator, Sequence

from eks_pod_identity.migration.finding import Finding, Level
from eks_pod_identity.migration.place import Member
from eks_pod_identity.migration.proof import RoleProof
from eks_pod_identity.migration.rendering.step_text import step_text
from eks_pod_identity.migration.role_findings import label_of
from eks_pod_identity.migration.steps import Phase, PhaseName
from eks_pod_identity.migration.values import MigrationPlan, Verdict
from eks_pod_identity.prose import counted, wrapped

_SHOWN = 5  # names of a list; --output json has all
_LEVELS = {Level.BLOCKER: "blocker", Level.WARNING: "warning", Level.NOTE: "note   "}
_VERDICTS = {
    Verdict.MIGRATE: "to move",
    Verdict.DONE: "done",
    Verdict.BLOCKED: "blocked",
    Verdict.STAY: "not asked for",
    Verdict.NOTHING: "without access or use",
}


def plan_lines(
    plan: MigrationPlan,
    proofs: Sequence[RoleProof],
    width: int | None,
    upto: PhaseName | None = None,
) -> Iterator[str]:
    """Yield a plan.

    Args:
        plan: The plan.
        proofs: Its proof.
        width: The longest line; None for a pipe.
        upto: The last phase to show; None for all.
    """
    yield summary(plan)
    for finding in sorted(plan.findings, key=_rank):
        yield from finding_lines(finding, width)
    if plan.consents:
        yield from wrapped(
            "access is lost: accept " + ", ".join(plan.consents) + " before phase close",
            width,
            "consent  ",
            " " * 9,
        )
    for phase in plan.phases:
        yield ""
        yield from phase_lines(plan, phase, width)
        if phase.name is upto:
            break
    yield ""
    yield from proof_lines(plan, proofs, width)


def _rank(finding: Finding) -> tuple[int, str, str]:
    return (list(Level).index(finding.kind.level), finding.kind.id, finding.at)


def summary(plan: MigrationPlan) -> str:
    """Return one line: how many service accounts become what, and the result."""
    asked = [each for each in plan.accounts if each.wiring.how.value != "latent"]
    parts = []
    for verdict, words in _VERDICTS.items():
        number = sum(each.verdict is verdict for each in asked)
        if number:
            parts.append(f"{number} {words}")
    listed = ", ".join(parts) or "none uses a role"
    return f"service accounts: {listed}; result: {plan.result}"


def finding_lines(finding: Finding, width: int | None) -> Iterator[str]:
    """Yield a finding: level, id and place, then meaning and reason."""
    yield f"{_LEVELS[finding.kind.level]}  {finding.kind.id}  {finding.at}"
    text = f"{finding.kind.meaning} ({_shortened(finding.reason)})"
    yield from wrapped(text, width, " " * 9, " " * 9)


def _shortened(reason: str) -> str:
    parts = reason.split(", ")
    more = f", and {len(parts) - _SHOWN} more" if len(parts) > _SHOWN else ""
    return ", ".join(parts[:_SHOWN]) + more


def phase_lines(plan: MigrationPlan, phase: Phase, width: int | None) -> Iterator[str]:
    """Yield a phase: its writes, what has to be seen before the next one, and its undo."""
    on_request = "  (on request)" if phase.is_optional else ""
    yield f"{phase.name.value}: {counted(len(phase.steps), 'step')}{on_request}"
    for step in phase.steps:
        yield from wrapped(step_text(step, plan.inventory.home), width, "  - ", "    ")
    for gate in phase.gates:
        yield from wrapped(f"go on when {gate}", width, "  > ", "    ")
    if phase.steps:
        yield from wrapped(f"undo: {phase.undo}", width, "  < ", "    ")


def proof_lines(
    plan: MigrationPlan, proofs: Sequence[RoleProof], width: int | None
) -> Iterator[str]:
    """Yield what is proved, and what is not."""
    yield _verdict(proofs)
    home = plan.inventory.home
    for each in proofs:
        for word, members in (
            ("gains", each.gained),
            ("loses unasked", each.lost_unasked),
            ("loses, with consent", each.lost),
        ):
            if members:
                text = f"{word} {label_of(each.role_arn)}: {_names(members, home)}"
                yield from wrapped(text, width, "  ", "    ")
        for text in each.unproved:
            yield from wrapped(
                f"{label_of(each.role_arn)}: {text}", width, "  not proved: ", "    "
            )


def _verdict(proofs: Sequence[RoleProof]) -> str:
    roles = counted(len(proofs), "role")
    if all(each.holds for each in proofs):
        number = len({(each.role_arn, one) for each in proofs for one in each.lost})
        lost = f", {counted(number, 'loss', 'losses')} to accept" if number else ""
        return f"proof: {roles}, at no moment a gain, or a loss unasked{lost}"
    failing = sum(not each.holds for each in proofs)
    return f"proof: does not hold for {failing} of {roles}"


def _names(members: Iterable[Member], home: str) -> str:
    return _shortened(", ".join(each.label(home) for each in sorted(members)))
