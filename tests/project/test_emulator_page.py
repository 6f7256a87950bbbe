"""docs/emulator.md: its seed file can be read, its settings and options are there."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

from harness.emulated import ROOT
from harness.markdown import fenced_blocks

from eks_pod_identity_emulator.seed import parse_seed
from eks_pod_identity_emulator.settings import Settings

_PAGE = ROOT / "docs" / "emulator.md"
_EMULATOR = Path(sys.executable).parent / "eks-pod-identity-emulator"


def test_seed_file_can_be_read() -> None:
    """Every YAML block is a seed file that the emulator takes."""
    seeds = [parse_seed(block.text) for block in fenced_blocks(_PAGE) if block.language == "yaml"]

    assert [seed.accounts[0].regions[0].clusters[0].name for seed in seeds] == ["demo"]


def test_options_are_those_of_the_command() -> None:
    """No option is told that the command does not take, and no knob is kept back."""
    told = set(re.findall(r"--[a-z-]+[a-z]", _PAGE.read_text()))
    taken: set[str] = set()
    for command in (["serve"], ["exec"], ["pod", "exec"], ["pod", "wait"]):
        asked = subprocess.run([_EMULATOR, *command, "--help"], capture_output=True, check=True)
        taken |= {*re.findall(r"--[a-z-]+[a-z]", asked.stdout.decode())}

    assert told == taken - {"--help"}


def test_settings_are_those_of_the_seed_file() -> None:
    """Each setting named in the table is one, and none is missing but the endpoint's."""
    told = set(re.findall(r"`([a-z]+(?:[A-Z][a-z]+)+)`", _PAGE.read_text()))
    known = {
        re.sub(r"_(.)", lambda part: part[1].upper(), field.name) for field in fields(Settings)
    }

    assert told == known - {"clusterEndpoint"}
