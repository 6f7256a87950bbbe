"""`wait_until_settled` on the real engine: pods come once their association has arrived."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.emulated import ROOT, Program, copy_program, emulator

_WORKSHOP = ROOT / "programs" / "workshop"
_WAIT = '"wait_until_settled": SECONDS,\n            "service_account": service_account_name'
_CREDENTIALS = "http://169.254.170.23/v1/credentials"


def _program(folder: Path, seconds: str, spread: str) -> Iterator[Program]:
    with emulator(_WORKSHOP / "aws.yaml", "--association-spread-seconds", spread) as aws:
        program = copy_program(_WORKSHOP, folder / "program", aws)
        program.replace(
            "__main__.py",
            '"service_account": service_account_name',
            _WAIT.replace("SECONDS", seconds),
        )
        program.replace(
            "__main__.py",
            'pulumi.export("roleArn"',
            'pulumi.export("revision", association.revision)\n    pulumi.export("roleArn"',
        )
        yield program


@pytest.fixture(name="patient")
def _patient(tmp_path: Path) -> Iterator[Program]:
    """The workshop's program, which waits; an association takes some seconds to arrive."""
    yield from _program(tmp_path, "120", "4")


@pytest.fixture(name="hopeless")
def _hopeless(tmp_path: Path) -> Iterator[Program]:
    """The same with an association that does not arrive in time."""
    yield from _program(tmp_path, "0", "3600")


def test_pod_comes_after_its_association_has_arrived(patient: Program) -> None:
    """With the wait the pod has credentials at once, and a second run neither waits nor writes."""
    first = patient.up()
    second = patient.up("--expect-no-changes")
    credentials = patient.pulumi("stack", "output", "credentials").output.strip()
    revision = patient.pulumi("stack", "output", "revision").output.strip()

    assert first.code == 0, first.output
    assert credentials == _CREDENTIALS
    assert len(revision) == 12
    assert second.code == 0, second.output


def test_wait_that_fails_stops_the_pod_and_is_repeated(hopeless: Program) -> None:
    """No pod is made without credentials; the next run waits again and stops again."""
    first, second = hopeless.up(), hopeless.up()

    for run in (first, second):
        assert run.code != 0
        assert "the association of ns-a/sa1 has not settled: new pods do not get" in run.output
    cluster = "eksworkshop-eksctl"
    assert [pod for pod in hopeless.emulated.pods(cluster) if pod["namespace"] == "ns-a"] == []
