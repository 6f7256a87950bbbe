"""An engine that is killed between AWS's deed and its own checkpoint: recover, up, all is well."""

import time
from typing import Any

import pytest
from harness.aws_relay import AwsRelay
from harness.emulated import Emulated, Program
from harness.interruption import aws_state, exported, recover, started


def _kill_at(program: Program, relay: AwsRelay, nth_write: int) -> None:
    """Kill an update when AWS has done the nth write and the engine has not heard of it."""
    relay.hold_from(nth_write)
    with started(program) as run:
        assert relay.wait_until_held(), run.end().output
        # What went on beside it comes to an end: Pulumi writes a checkpoint in place, and one that
        # is cut in the middle is another matter than a deed that is not in it.
        time.sleep(1)
        run.kill()
    relay.release()


def _assert_converges(program: Program, aws: Emulated, wanted: dict[str, Any]) -> None:
    """Recover, up, and see that AWS has what it would have had, and that nothing is left to do."""
    recovered = recover(program, "--yes")
    first = program.up()
    second = program.up("--expect-no-changes")

    assert recovered.code == 0, recovered.output
    assert first.code == 0, recovered.output + first.output
    assert second.code == 0, second.output
    assert aws_state(aws) == wanted
    assert not exported(program).get("pending_operations")


@pytest.mark.parametrize("nth_write", [1, 3, 5, 7, 9])
def test_killed_at_any_write_recovers(
    program: Program,
    relay: AwsRelay,
    aws: Emulated,
    undisturbed: dict[str, Any],
    nth_write: int,
) -> None:
    """Nothing is made twice, nothing is orphaned, and AWS ends as if nobody had been killed."""
    _kill_at(program, relay, nth_write)

    _assert_converges(program, aws, undisturbed)
