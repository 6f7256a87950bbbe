"""`eks-pod-identity up` without checkpoints: whatever ends it, nothing is lost, no orphan left."""

import os
import signal
import time
from typing import Any

import pytest
from harness.aws_relay import AwsRelay
from harness.emulated import Emulated, Program, Run, run_command
from harness.interruption import Moment, aws_state, exported, kill_at, recover, started

_RUN = ("eks-pod-identity", "up", "--yes", "--skip-preview")
_API = "      serviceAccountName: api\n"


def _up(program: Program, *options: str) -> Run:
    return run_command([*_RUN, *options], program.emulated.environment, program.folder)


def _ok(*runs: Run) -> None:
    for run in runs:
        assert run.code == 0, run.output


@pytest.mark.parametrize(
    "moment", [Moment("/pod-identity-associations", nth=2), Moment("", held=3)], ids=str
)
def test_killed_first_run_comes_back_at_once(
    program: Program, relay: AwsRelay, aws: Emulated, undisturbed: dict[str, Any], moment: Moment
) -> None:
    """Nothing was saved: one recover restores what was done and looks up what was under way."""
    kill_at(moment, program, relay, run=_RUN)
    assert exported(program).get("resources") in (None, [])
    aws.writes()

    refused = _up(program)
    recovered = recover(program, "--yes")

    assert (refused.code, "run-cut-off" in refused.output) == (1, True), refused.output
    assert not aws.writes()
    assert "restore: write into the state what it did" in recovered.output
    _ok(recovered, _up(program), program.up("--expect-no-changes"))
    assert aws_state(aws) == undisturbed


def test_killed_change_comes_back(program: Program, relay: AwsRelay, aws: Emulated) -> None:
    """What the run deleted and made is restored, and destroy follows at once, in good order."""
    before = aws_state(aws)
    _ok(_up(program))
    program.replace("cluster.yaml", _API, _API + "      roleName: renamed-api\n")
    kill_at(Moment("DetachRolePolicy"), program, relay, run=_RUN)

    recovered = recover(program, "--yes")

    _ok(recovered, program.destroy())
    assert aws_state(aws)["roles"] == before["roles"]
    assert aws_state(aws)["associations"] == {}


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_asked_to_end_saves(
    program: Program, relay: AwsRelay, number: signal.Signals
) -> None:
    """A closed terminal ends nothing; a request to end does, after the state is saved."""
    relay.hold_from("CreateRole", 1)
    with started(program, run=_RUN) as run:
        assert relay.wait_until_held(1)
        if number == signal.SIGTERM:
            run.process.terminate()
        else:
            os.killpg(run.process.pid, number)
        time.sleep(1)
        relay.release()
        ended = run.end()

    assert (ended.code == 0) is (number == signal.SIGHUP), ended.output
    assert any("iam/role" in each["type"] for each in exported(program)["resources"])
    assert not list((program.folder / ".eks-pod-identity").glob("runs/*"))
    _ok(_up(program), program.up("--expect-no-changes"))


def test_a_run_that_fails_saves(program: Program) -> None:
    """A refused run ends with the code of pulumi up, and leaves nothing to recover."""
    program.replace("cluster.yaml", _API, "      serviceAccountName: API\n")

    failed = _up(program)
    recovered = recover(program, "--yes")

    assert failed.code not in {0, 128 + signal.SIGKILL}
    assert "nothing to recover" in recovered.output
