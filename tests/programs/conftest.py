"""Emulators and programs for the tests that run the real engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.emulated import ROOT, Emulated, Program, copy_program, emulator


@pytest.fixture(name="demo_aws")
def _demo_aws() -> Iterator[Emulated]:
    """An AWS as programs/cluster expects it."""
    with emulator(ROOT / "programs" / "cluster" / "aws.yaml") as emulated:
        yield emulated


@pytest.fixture(name="cluster_program")
def _cluster_program(demo_aws: Emulated, tmp_path: Path) -> Program:
    """programs/cluster on that AWS, before its first run; its stack is named as the test."""
    cluster = ROOT / "programs" / "cluster"
    program = copy_program(cluster, tmp_path / "program", demo_aws, stack=tmp_path.name)
    demo_aws.writes()
    return program
