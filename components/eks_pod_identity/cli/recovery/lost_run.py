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
from eks_pod_identity.recovery.options import with_options
from eks_pod_identity.recovery.replay import Replay, replay


@dataclass(frozen=True, slots=True)
class LostRun:
    """A run that ended before its state was saved.

    Attributes:
        runner: Who ran it.
        record: What is kept of it.
        replayed: The state with what it did.
    """

    runner: StackLock
    record: RunRecord
    replayed: Replay

    @classmethod
    def find(cls, pulumi: Pulumi, record: RunRecord) -> "LostRun | None":
        """Return the lost run of a stack, if there is one; a record that adds nothing is dropped.

        Args:
            pulumi: The stack.
            record: What is kept of its run.

        Raises:
            ObservationError: The stack cannot be read.
            PlanError: The run still runs, or ran on another machine.
        """
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
        yield f"restore: write into the state what it did: {self.replayed.summary}"
        for each in self.replayed.left:
            yield f"left: {each.resource.type} {each.resource.name}: {each.why}"

    def restore(self, pulumi: Pulumi) -> None:
        """Write into the state what the run did.

        Raises:
            ApplyError: Pulumi refuses.
        """
        preview, _ = pulumi.preview()
        touched = self.replayed.touched
        told = (each for each in planned_resources(preview) if each.urn in touched)
        pulumi.put_back(with_options(self.replayed.exported, told))
        self.record.end()


def record_of(pulumi: Pulumi) -> RunRecord:
    """Return the record of a stack, which lies beside the program's Pulumi.yaml.

    Raises:
        ObservationError: There is no Pulumi, no program or no stack.
    """
    return RunRecord.of(_program(pulumi), pulumi.selected())


def has_records(pulumi: Pulumi) -> bool:
    """Tell whether any run of the program is on record; Pulumi is not asked."""
    return RunRecord.are_in(_program(pulumi))


def _program(pulumi: Pulumi) -> Path:
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
