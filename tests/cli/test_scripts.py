"""What scripts rest on: exit codes, and problems as JSON; docs/scripts.md tells both."""

import json
import re
from pathlib import Path

import pytest
from harness.emulator import RunningEmulator
from typer.testing import CliRunner

from eks_pod_identity.cli import app
from eks_pod_identity.cli.group import MISSPELT, CommandGroup

_PAGE = Path(__file__).parents[2] / "docs" / "scripts.md"
_FAULTY = "metadata: {name: demo, region: eu-west-1}\niam: {podIdentityAssociations: [{}]}\n"
_FAILING = {
    "validate FILE": "association-namespace-missing",
    "plan FILE": "association-namespace-missing",
    "plan nowhere.yaml": "file-unreadable",
    "get --cluster prdo": "cluster-not-found",
    "audit --cluster prdo": "cluster-not-found",
    "audit --target-profile nobody": "aws-profile-unknown",
    "catalog nope": "addon-unknown",
    "policies nope": "well-known-policy-unknown",
}
_KEYS = {"id", "address", "message", "severity", "places", "observed", "help"}


@pytest.fixture(name="file")
def _file(emulated: RunningEmulator, tmp_path: Path) -> Path:
    """A faulty ClusterConfig, beside a cluster that is there."""
    assert emulated.url
    file = tmp_path / "cluster.yaml"
    file.write_text(_FAULTY, encoding="utf-8")
    return file


def _run(command: str, file: Path, *more: str) -> tuple[int, str, str]:
    arguments = [str(file) if each == "FILE" else each for each in command.split()]
    result = CliRunner().invoke(app, [*arguments, *more])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("command", _FAILING)
def test_problems_are_json_where_json_is_asked_for(command: str, file: Path) -> None:
    """Of every command alike: an object with all problems, where its answer would have been."""
    code, printed, told = _run(command, file, "--output", "json")

    problems = json.loads(printed)["problems"]
    assert (code, told) == (1, "")
    assert _FAILING[command] in {each["id"] for each in problems}
    assert all(set(each) == _KEYS for each in problems)


@pytest.mark.parametrize("command", [each for each in _FAILING if not each.startswith("validate")])
def test_problems_are_text_on_standard_error_else(command: str, file: Path) -> None:
    """A pipe gets data or nothing, with the same exit code."""
    code, printed, told = _run(command, file)

    assert (code, printed) == (1, "")
    assert f"[{_FAILING[command]}]" in told


@pytest.mark.parametrize("command", CommandGroup(name="").commands)
@pytest.mark.parametrize("more", [["--nope"], ["a", "b", "c", "--nope"]], ids=len)
def test_misspelt_option_is_no_finding(command: str, more: list[str]) -> None:
    """No command ends with the code of a difference or of a broken rule for it."""
    result = CliRunner().invoke(app, [command, *more])

    assert (result.exit_code, result.stdout) == (MISSPELT, "")


@pytest.mark.parametrize("arguments", [[], ["--nope"], ["nope"]], ids=" ".join)
def test_missing_command_is_no_finding(arguments: list[str]) -> None:
    """What stands before a command counts as well."""
    assert CliRunner().invoke(app, arguments).exit_code == MISSPELT


def test_page_tells_the_keys_of_a_problem() -> None:
    """Whoever writes a script finds every key, and no other."""
    rows = re.findall(r"^\| `(\w+)`", _PAGE.read_text("utf-8"), re.MULTILINE)

    assert set(rows) == _KEYS
