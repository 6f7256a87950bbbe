"""Ctrl-C: the engine ends what has begun, and the next run goes on where it stopped."""

import time
from typing import Any

import pytest
from harness.aws_relay import AwsRelay
from harness.emulated import Emulated, Program
from harness.interruption import aws_state, pending, started


@pytest.mark.parametrize("operation", ["CreateRole", "/addons", "/pod-identity-associations"])
def test_interrupted_run_is_finished_by_the_next(
    program: Program,
    relay: AwsRelay,
    aws: Emulated,
    undisturbed: dict[str, Any],
    operation: str,
) -> None:
    """Nothing is pending after Ctrl-C, nothing made twice; AWS ends as if it had not been."""
    relay.hold_from(operation)
    with started(program) as run:
        assert relay.wait_until_held(), run.end().output
        run.interrupt()
        time.sleep(0.5)  # the engine hears of the interrupt before AWS answers
        relay.release()
        interrupted = run.end()
    left = pending(program)

    next_run = program.up()

    assert interrupted.code != 0
    assert left == []
    assert next_run.code == 0, next_run.output
    assert aws_state(aws) == undisturbed
