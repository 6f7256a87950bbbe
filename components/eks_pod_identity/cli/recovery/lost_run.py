"""A run that was cut off before its state was saved, and how the state learns of it.

In: Pulumi and the record that `up` kept. Out: what the run did, and a state that has it. What was
under way then is looked up afterwards, as after every interrupted run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eks_pod_identity.cli.stack.lock import Holder, StackLock
from eks_pod_identity.cli.stack.project_file import project_folder
from eks_pod_identity.cli.stack.pulumi import Pulumi
from eks_pod_identity.cli.stack.run_record import RunRecord
from eks_pod_identity.errors import PlanError, Problem
from eks_pod_identity.observed.stack import planned_resources
from eks_pod_identity.prose import counted
from eks_pod_identity.recovery.replay import Replay, replay
from eks_pod_identity.recovery.restored import restored


@dataclass(frozen=True, slots=True)
class LostRun:
    """A run whose state was not saved.

    Attributes:
        runner: Who ran it.
        record: What is kept of it.
        replayed: The state with what it did.
    """

    runner: StackLock
    record: RunRecord
    replayed: Replay

    @classmethod
    def find(cls, pulumi: Pulumi) -> "LostRun | None":
        """Return the lost run of a stack, if there is one; a record that adds nothing is dropped.

        Raises:
            ObservationError: The stack cannot be read.
            PlanError: The run still runs, or ran on another machine.
        """
        record = RunRecord.of(program_folder(pulumi), pulumi.selected())
        runner = record.runner()
        if runner is None:
            return None
        if runner.holder is not Holder.GONE:
            raise PlanError([_still_runs(runner, record)])
        replayed = replay(pulumi.export(), record.journal())
        if not replayed.is_needed:
            record.end()
            return None
        return cls(runner, record, replayed)

    def lines(self) -> Iterator[str]:
        """Yield what the run did, for people."""
        yield "a run ended before its state was saved:"
        yield f"  {self.runner}"
        counts = (
            (len(self.replayed.made), "made"),
            (len(self.replayed.changed), "changed"),
            (len(self.replayed.gone), "deleted"),
        )
        told = [f"{counted(count, 'resource')} {word}" for count, word in counts if count]
        yield f"restore: write into the state what it did: {', '.join(told) or 'nothing'}"
        for each in self.replayed.left:
            yield f"left: {each.resource.type} {each.resource.name}: {each.why}"

    def restore(self, pulumi: Pulumi) -> None:
        """Write into the state what the run did.

        Raises:
            ApplyError: Pulumi refuses.
        """
        preview, _ = pulumi.preview()
        pulumi.put_back(restored(self.replayed, planned_resources(preview)))
        self.record.end()


def program_folder(pulumi: Pulumi) -> Path:
    """Return the folder of a program's Pulumi.yaml, which may be above the one that is given."""
    return project_folder(pulumi.folder) or pulumi.folder


def _still_runs(runner: StackLock, record: RunRecord) -> Problem:
    marker = record.folder / "run.json"
    ways = (
        "wait for it",
        f"if it ran on another machine that is gone, look at the stack, then delete {marker}",
    )
    return Problem(
        "run-still-runs",
        "pulumi",
        "a run of this stack has not ended",
        observed=(str(runner),),
        help=ways,
    )
