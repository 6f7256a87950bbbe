"""An AWS that throttles, fails now and then, and is slow to know of roles: up gets through.

So does a recovery of a run that was killed in the middle of it.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from harness.emulated import ROOT, copy_program, emulator
from harness.interruption import Moment, aws_state, kill_at, recover, relayed_emulator

_INPUT = Path(__file__).parent / "inputs" / "small.yaml"
_NEEDED = Counter(
    CreateAddon=2,
    CreateRole=2,
    AttachRolePolicy=2,
    PutRolePolicy=1,
    CreatePodIdentityAssociation=2,
)


@pytest.mark.parametrize(
    "flags",
    [
        pytest.param(("--throttle-rate", "0.3"), id="throttled"),
        pytest.param(("--error-rate", "0.1"), id="server-errors"),
        pytest.param(
            ("--iam-spread-seconds", "2", "--association-spread-seconds", "2"), id="slow-to-spread"
        ),
    ],
)
def test_up_converges_and_destroy_leaves_nothing(tmp_path: Path, flags: tuple[str, ...]) -> None:
    """Each thing is made once, a second run writes nothing, and nothing is left at the end."""
    cluster = ROOT / "programs" / "cluster"
    with emulator(cluster / "aws.yaml", *flags) as aws:
        program = copy_program(cluster, tmp_path / "program", aws)
        program.write("cluster.yaml", _INPUT.read_text())
        roles_before = aws.role_names()
        aws.writes()

        first = program.up()
        refused = aws.failed_writes()
        done = aws.writes() - refused
        second = program.up("--expect-no-changes")
        written_again = aws.writes()
        end = program.destroy()

        assert first.code == 0, first.output
        assert done == _NEEDED
        assert second.code == 0, second.output
        assert written_again == {}
        assert end.code == 0, end.output
        assert aws.associations("demo") == {}
        assert aws.role_names() == roles_before


@pytest.mark.parametrize("moment", [Moment("CreateRole", nth=2), Moment("", held=2)], ids=str)
def test_killed_run_converges(tmp_path: Path, undisturbed: dict[str, Any], moment: Moment) -> None:
    """Throttled, failing, slow and killed half-way: nothing is made twice or left behind."""
    cluster = ROOT / "programs" / "cluster"
    slow = ("--iam-spread-seconds", "2", "--association-spread-seconds", "2")
    unsteady = ("--throttle-rate", "0.2", "--error-rate", "0.05", *slow)
    with relayed_emulator(cluster / "aws.yaml", *unsteady) as emulated:
        program = copy_program(cluster, tmp_path / "program", emulated.through_relay)
        program.write("cluster.yaml", _INPUT.read_text())
        kill_at(moment, program, emulated.relay)

        recovered = recover(program, "--yes")
        up = program.up()
        again = program.up("--expect-no-changes")

        assert recovered.code == 0, recovered.output
        assert up.code == 0, up.output
        assert again.code == 0, again.output
        assert aws_state(emulated.aws) == undisturbed
