"""The parts of a recovery put together: Pulumi's state, AWS's answers, the plan, and its steps.

The order of the steps keeps a recovery that is itself interrupted harmless: pending operations are
cleared last, so that a second recovery sees what the first one saw.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

from eks_pod_identity.cli.recovery.account_look_up import look_up_accounts
from eks_pod_identity.cli.recovery.aws_look_up import by_provider, look_up_in_aws
from eks_pod_identity.cli.recovery.lost_run import LostRun, has_records, record_of
from eks_pod_identity.cli.recovery.object_probe import probe_objects
from eks_pod_identity.cli.stack.checkpoint import Damage, find_damage
from eks_pod_identity.cli.stack.lock import Holder, StackLock, backend_folder, find_locks
from eks_pod_identity.cli.stack.project_file import project_name
from eks_pod_identity.cli.stack.pulumi import Pulumi
from eks_pod_identity.errors import PlanError, Problem, Severity
from eks_pod_identity.observed.stack import StackResource, StackState, planned_creations
from eks_pod_identity.recovery.candidate import Candidate, find_candidates
from eks_pod_identity.recovery.import_file import build_import_file
from eks_pod_identity.recovery.look_up import LookUp, merged
from eks_pod_identity.recovery.objects import is_made_by, is_object
from eks_pod_identity.recovery.options import with_options
from eks_pod_identity.recovery.plan import Action, RecoveryPlan, plan_recovery

_MAX_LINES = 5


@dataclass(frozen=True, slots=True)
class Situation:
    """What was found.

    Attributes:
        plan: What is to be done.
        stale_locks: Locks of processes that have ended.
        warnings: What could not be looked at.
    """

    plan: RecoveryPlan
    stale_locks: tuple[StackLock, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing to do."""
        return not self.plan.steps and not self.stale_locks

    @property
    def has_work(self) -> bool:
        """Whether there is more to do than to tell what is left to a human."""
        return bool(self.stale_locks) or len(self.plan.of(Action.KEEP)) < len(self.plan.steps)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a recovery.

    Attributes:
        foreign: What turned out to be somebody else's.
        is_pending: Whether Pulumi still has pending creations that were to be cleared.
    """

    foreign: tuple[Problem, ...] = ()
    is_pending: bool = False


class Recovery:
    """A recovery of one stack."""

    def __init__(self, pulumi: Pulumi) -> None:
        self._pulumi = pulumi

    def damage(self) -> tuple[Damage, ...]:
        """Return what keeps Pulumi from reading the stack; nothing is changed.

        Raises:
            ObservationError: There is no Pulumi, or nothing is left of the stack's state.
            PlanError: Somebody works on the stack.
        """
        folder, project = self._backend_folder, project_name(self._pulumi.folder)
        if folder is None or not project:
            return ()
        damages = find_damage(folder, project, self._pulumi.stack_name)
        for damage in damages:
            _refuse_live_locks(find_locks(folder, damage.stack))
        return damages

    def lost(self) -> LostRun | None:
        """Return a run that ended before its state was saved; nothing is changed.

        Raises:
            ObservationError: The stack cannot be read.
            PlanError: Somebody works on the stack.
        """
        if not has_records(self._pulumi):
            return None
        lost = LostRun.find(self._pulumi, record_of(self._pulumi))
        if lost:
            _refuse_live_locks(self._locks(StackState.from_export(lost.replayed.exported)))
        return lost

    def restore(self, lost: LostRun) -> None:
        """Write into the state what a lost run did.

        Raises:
            ApplyError: Pulumi refuses.
        """
        if self._locks(StackState.from_export(lost.replayed.exported)):
            self._pulumi.cancel()
        lost.restore(self._pulumi)

    def look(self) -> Situation:
        """Return what was found; nothing is changed.

        Raises:
            ObservationError: The stack or AWS cannot be read.
            PlanError: Somebody works on the stack.
        """
        stack = StackState.from_export(self._pulumi.export())
        locks = self._locks(stack)
        _refuse_live_locks(locks)
        planned, warnings = self._planned()
        found, unseen = self._look_up(stack, find_candidates(stack, planned))
        return Situation(plan_recovery(stack, planned, found), locks, warnings + unseen)

    def do(self, situation: Situation) -> Outcome:
        """Do what was found necessary.

        Raises:
            ApplyError: Pulumi refuses a step; what was done before it stays done.
        """
        plan = situation.plan
        if situation.stale_locks:
            self._pulumi.cancel()
        foreign = self._import(plan)
        if plan.stack.operations:
            self._clear(plan)
        return Outcome(foreign, self._complete(plan))

    def _import(self, plan: RecoveryPlan) -> tuple[Problem, ...]:
        """Bring back what was made, and return what turns out to be somebody else's."""
        imports = plan.of(Action.IMPORT)
        for step in imports:
            if step.replaces:
                self._pulumi.rename(step.resource.urn, _free_name(plan.stack, step.resource))
        if imports:
            self._pulumi.import_(build_import_file(plan.stack, imports))
        return tuple(self._give_foreign_objects_back(plan))

    def _clear(self, plan: RecoveryPlan) -> None:
        # Pulumi clears all at once, or one by one with an id that it has no use for.
        some = {step.resource.urn: step.import_id or "none" for step in plan.cleared}
        keep = bool(plan.stays_pending)
        self._pulumi.refresh(
            _targets(plan), clear_all=not keep and bool(some), cleared=some if keep else {}
        )

    def _complete(self, plan: RecoveryPlan) -> bool:
        """Give what was imported its options, and return whether pending creations are left."""
        exported = self._pulumi.export()
        left = {each.resource.urn for each in StackState.from_export(exported).operations}
        imported = [step.resource for step in plan.of(Action.IMPORT)]
        # To put a state back is to clear what is pending, so this waits for the next run then.
        if imported and not left:
            self._pulumi.put_back(with_options(exported, imported))
        return bool(left & {step.resource.urn for step in plan.cleared})

    @cached_property
    def _backend_folder(self) -> Path | None:
        folder = backend_folder(self._pulumi.backend_url())
        return folder and self._pulumi.folder / folder

    def _locks(self, stack: StackState) -> tuple[StackLock, ...]:
        if self._backend_folder is None:
            return ()
        # An engine that is killed before its first step leaves a lock on a stack without resources.
        name = stack.full_name or f"{project_name(self._pulumi.folder)}/{self._pulumi.selected()}"
        return find_locks(self._backend_folder, name)

    def _planned(self) -> tuple[tuple[StackResource, ...], tuple[Problem, ...]]:
        preview, done = self._pulumi.preview()
        warnings = () if done.code == 0 else (_program_fails(preview, done.said),)
        return tuple(planned_creations(preview)), warnings

    def _look_up(
        self, stack: StackState, candidates: Sequence[Candidate]
    ) -> tuple[LookUp, tuple[Problem, ...]]:
        objects = [each for each in candidates if is_object(each.resource)]
        accounts, unseen = look_up_accounts(stack, [each for each in objects if not each.pending])
        found = merged(
            *(
                look_up_in_aws(stack, provider, group)
                for provider, group in by_provider(candidates).items()
            ),
            probe_objects(self._pulumi, stack, [each for each in objects if each.pending]),
            accounts,
        )
        return found, unseen

    def _give_foreign_objects_back(self, plan: RecoveryPlan) -> Iterator[Problem]:
        """Take those objects out of the state again that the interrupted run did not make."""
        # Also those of a recovery that was interrupted just here.
        steps = dict.fromkeys((*plan.cleared, *plan.of(Action.IMPORT)))
        objects = [each for each in steps if is_object(each.resource)]
        if not objects:
            return
        state = StackState.from_export(self._pulumi.export())
        for step in objects:
            known = state.by_urn.get(step.resource.urn)
            if known and not is_made_by(state.full_name, step.resource, known):
                self._pulumi.remove(step.resource.urn)
                yield _foreign(step.what)


def _refuse_live_locks(locks: Sequence[StackLock]) -> None:
    live = [lock for lock in locks if lock.holder is not Holder.GONE]
    if live:
        help_ = "wait for it; if it has surely ended, pulumi cancel, then this command again"
        problem = Problem(
            "stack-locked",
            "pulumi",
            "the stack is locked by an update that may still run",
            observed=tuple(map(str, live)),
            help=(help_,),
        )
        raise PlanError([problem])


def _program_fails(preview: Mapping[str, Any], said: Sequence[str]) -> Problem:
    told = [each["message"].strip() for each in preview.get("diagnostics") or ()]
    return Problem(
        "program-fails",
        "pulumi",
        "the program does not run to its end, so only pending operations are looked at",
        severity=Severity.WARNING,
        observed=tuple(line for text in told or said for line in text.splitlines())[:_MAX_LINES],
        help=("pulumi preview shows why; this command can be run again after it",),
    )


def _free_name(stack: StackState, resource: StackResource) -> str:
    """Return a name for what is being replaced, so that its successor gets the old one."""
    names = (f"superseded-{number}" for number in count(1))
    return next(
        f"{resource.name}-{name}" for name in names if f"{resource.urn}-{name}" not in stack.by_urn
    )


def _targets(plan: RecoveryPlan) -> tuple[str, ...]:
    """Return what a refresh has to read; if nothing, then the stack itself, which costs nothing."""
    known = plan.stack.by_urn
    urns = (step.resource.urn for step in plan.of(Action.REFRESH) if step.resource.urn in known)
    return tuple(urns) or (plan.stack.root_urn,)


def _foreign(what: str) -> Problem:
    return Problem(
        "object-foreign",
        "kubernetes",
        f"{what} was there before, and was left alone",
        severity=Severity.WARNING,
        help=("leave createServiceAccount out if it is managed elsewhere",),
    )
