"""An engine that is killed while it writes down what it knows: recover reads on, up converges."""

import signal
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from harness.aws_relay import AwsRelay
from harness.emulated import Emulated, Program, Run
from harness.interruption import Moment, aws_state, kill_at, pending, recover, started
from harness.torn_write import CAN_TRACE, killed_at_write

_UNREADABLE = "Pulumi cannot read the state of eks-pod-identity/test:"


@pytest.mark.skipif(not CAN_TRACE, reason="strace kills the engine at one write; it needs root")
def test_killed_in_the_middle_of_a_write(
    program: Program, relay: AwsRelay, aws: Emulated, undisturbed: dict[str, Any]
) -> None:
    """Pulumi reads nothing any more; after recover and up, AWS has what it would have had."""
    relay.hold_from("CreateRole")
    with started(program) as run:
        assert relay.wait_until_held(), run.end().output
        with killed_at_write(run.process.pid, _attributes(program)):
            relay.release()
        run.kill()
    unreadable = program.up()

    recovered = recover(program, "--yes")

    assert "failed to load checkpoint: EOF" in unreadable.output
    _assert_succeeded(recovered)
    assert recovered.output.startswith(_UNREADABLE)
    assert "take test.json.attrs away" in recovered.output
    _assert_succeeded(program.up(), program.up("--expect-no-changes"))
    assert aws_state(aws) == undisturbed


def test_cut_off_state_makes_way_for_its_copy(
    program: Program, relay: AwsRelay, aws: Emulated, undisturbed: dict[str, Any]
) -> None:
    """The copy knows of one step less, which is looked up as all others are."""
    kill_at(Moment("AttachRolePolicy", held=2), program, relay)
    state = _state(program)
    state.write_bytes(whole := state.read_bytes()[: state.stat().st_size // 2])
    unreadable = program.pulumi("stack", "export")

    asked = recover(program)
    untouched = state.read_bytes()
    recovered = recover(program, "--yes")

    assert "unexpected end of JSON input" in unreadable.output
    assert asked.code == 1
    assert asked.output.endswith("nothing was done; --yes does it\n")
    assert untouched == whole
    _assert_succeeded(recovered)
    assert "(test.json.bak)" in recovered.output
    assert pending(program) == []
    _assert_succeeded(program.up(), program.up("--expect-no-changes"))
    assert aws_state(aws) == undisturbed


def test_stack_that_lost_all_it_knew_comes_back(
    program: Program, aws: Emulated, undisturbed: dict[str, Any]
) -> None:
    """An empty state is filled again: up makes components, recover what stands below them."""
    empty = _state(program).read_bytes()
    _assert_succeeded(program.up())
    _state(program).write_bytes(empty)

    stuck = program.up()
    first = recover(program, "--yes")
    program.up()
    second = recover(program, "--yes")

    assert "EntityAlreadyExists" in stuck.output
    assert first.code == 1
    assert "which lost its component" in first.output
    assert first.output.endswith("stops at what is there; then recover again\n")
    _assert_succeeded(second, program.up(), program.up("--expect-no-changes"))
    assert aws_state(aws) == undisturbed


def test_state_that_somebody_writes_is_left_alone(program: Program, relay: AwsRelay) -> None:
    """What looks cut off may be half written, as long as the lock's process runs."""
    relay.hold_from("CreateRole")
    with started(program) as run:
        assert relay.wait_until_held(), run.end().output
        run.process.send_signal(signal.SIGSTOP)
        _attributes(program).write_text("")
        beside = recover(program, "--yes")
        left = _attributes(program).read_text()
        run.kill()

    assert beside.code == 1
    assert "[stack-locked]" in beside.output
    assert left == ""


def test_lock_of_a_run_that_had_not_begun_is_taken_away(program: Program) -> None:
    """Killed before its first step, an engine leaves a lock on a stack that has nothing."""
    with started(program) as run:
        _wait_for_lock(program)
        run.kill()
    refused = program.up()

    recovered = recover(program, "--yes")

    assert "currently locked by 1 lock" in refused.output
    _assert_succeeded(recovered)
    assert f"process {run.process.pid}" in recovered.output
    _assert_succeeded(program.up())


def _assert_succeeded(*runs: Run) -> None:
    for run in runs:
        assert run.code == 0, run.output


def _backend(program: Program) -> Path:
    folder = urlsplit(program.emulated.environment["PULUMI_BACKEND_URL"]).path
    return Path(folder) / ".pulumi"


def _state(program: Program) -> Path:
    return _backend(program) / "stacks" / "eks-pod-identity" / "test.json"


def _attributes(program: Program) -> Path:
    return _state(program).with_name("test.json.attrs")


def _wait_for_lock(program: Program) -> None:
    patience = time.monotonic() + 60
    while not list(_backend(program).glob("locks/organization/eks-pod-identity/test/*.json")):
        assert time.monotonic() < patience
        time.sleep(0.01)
