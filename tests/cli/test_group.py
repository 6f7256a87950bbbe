"""The commands as a group: what is loaded for which, and what a misspelt one is told."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eks_pod_identity.cli import app
from eks_pod_identity.cli.group import CommandGroup

_FILE = Path(__file__).parents[1] / "cases" / "config" / "good-every-addon-field.yaml"
_SDKS = ("boto3", "botocore", "pulumi", "rich")
_LOADED = """
import sys
from typer.testing import CliRunner
from eks_pod_identity.cli import app
result = CliRunner().invoke(app, sys.argv[1:])
assert result.exit_code == 0, result.output
print(*sys.modules)
"""


@pytest.mark.parametrize(
    ("arguments", "needless"),
    [
        (("--version",), (*_SDKS, "pydantic", "ruamel.yaml")),
        (("validate", str(_FILE)), _SDKS),
        (("policies", "velero"), _SDKS),
        (("schema",), _SDKS),
    ],
)
def test_command_loads_no_more_than_it_needs(
    arguments: tuple[str, ...], needless: tuple[str, ...]
) -> None:
    """A check in an editor or a hook starts at once: SDKs take seconds."""
    command = [sys.executable, "-c", _LOADED, *arguments]

    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    assert "eks_pod_identity.cli" in loaded
    assert not set(needless) & set(loaded)


def test_help_tells_what_each_command_is_for() -> None:
    """All commands stand in the help with their first sentence, though loaded late."""
    plain = {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    shown = CliRunner(env=plain).invoke(app, ["--help"], color=False).output

    assert "Show what EKS offers of an" in shown
    assert all(name in shown for name in CommandGroup(name="").commands)


@pytest.mark.parametrize("command", ["", *CommandGroup(name="").commands])
def test_help_fits_a_terminal_and_shows_no_value_for_flags(command: str) -> None:
    """In 80 columns nothing is cut, and nobody is led to type `--yes true`."""
    plain = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    result = CliRunner(env=plain).invoke(app, [*command.split(), "--help"], color=False)

    assert result.exit_code == 0
    assert max(map(len, result.output.splitlines())) <= 80
    assert "<bool>" not in result.output
    assert "…" not in result.output


def test_misspelt_command_is_told_with_its_neighbour() -> None:
    """Names are known without loading the commands."""
    result = CliRunner().invoke(app, ["validat"])

    assert result.exit_code == 64
    assert "Did you mean 'validate'?" in result.output
