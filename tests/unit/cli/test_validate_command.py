"""`eks-pod-identity validate`: what it prints and how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eks_pod_identity.cli import app

_CASES = Path(__file__).parents[2] / "cases" / "config"
_GOOD = "metadata: {name: demo, region: eu-west-1}\n"


@pytest.fixture(autouse=True)
def _in_folder_of_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(_CASES)


def _run(*arguments: str, stdin: str | bytes = "") -> tuple[int, str]:
    result = CliRunner().invoke(app, ["validate", *arguments], input=stdin)
    return result.exit_code, result.stdout


def _help(policy: str) -> str:
    own = f"arn:aws:iam::111122223333:policy/{policy}"
    return f"  help: write {own}, or arn:aws:iam::aws:policy/{policy}"


def test_good_file_ends_with_0_and_a_summary() -> None:
    """Whoever validates a good file sees that it was the right one."""
    name = "good-auto-mode-has-the-agent.yaml"
    held = "1 standalone association, 1 add-on"

    assert _run(name) == (0, f'{name}: cluster "demo" in eu-west-1: {held}\n')


def test_summary_counts_what_entries_stand_for() -> None:
    """Associations are counted multiplied out, of every cluster that the file has a part for."""
    name = "good-expansion-with-every-field.yaml"

    code, printed = _run(name)

    assert code == 0
    assert printed.splitlines() == [
        f'{name}: cluster "demo" in eu-west-1: 9 standalone associations, 0 add-ons',
        f'{name}: cluster "demo-2": 6 standalone associations',
    ]


def test_errors_end_with_1_and_the_whole_report() -> None:
    """Each problem has its severity in front, and the count comes last."""
    code, printed = _run("policy-arn-malformed.yaml")

    assert code == 1
    assert printed == (
        "error: iam.podIdentityAssociations[0].permissionsBoundaryARN:"
        ' "boundary" is not the ARN of a managed policy [policy-arn-malformed]\n'
        "  at policy-arn-malformed.yaml:9:7\n"
        f"{_help('boundary')}\n"
        "error: iam.podIdentityAssociations[0].permissionPolicyARNs[1]:"
        ' "AmazonS3ReadOnlyAccess" is not the ARN of a managed policy [policy-arn-malformed]\n'
        "  at policy-arn-malformed.yaml:12:11\n"
        f"{_help('AmazonS3ReadOnlyAccess')}\n"
        "2 errors\n"
    )


def test_first_line_of_a_problem_fits_the_terminal() -> None:
    """It is broken between words; what is to be typed, below it, is not."""
    terminal = CliRunner(env={"COLUMNS": "80"})

    printed = terminal.invoke(app, ["validate", "policy-arn-malformed.yaml"]).stdout

    assert printed.splitlines()[:4] == [
        'error: iam.podIdentityAssociations[0].permissionsBoundaryARN: "boundary" is not',
        "    the ARN of a managed policy [policy-arn-malformed]",
        "  at policy-arn-malformed.yaml:9:7",
        _help("boundary"),
    ]


def test_warnings_are_told_and_end_with_0() -> None:
    """A warning does not fail a build."""
    code, printed = _run("role-arn-and-role-name.yaml")

    assert code == 0
    assert printed.startswith("warning: iam.podIdentityAssociations[0]: roleName")
    assert printed.endswith('cluster "demo" in eu-west-1: 1 standalone association, 0 add-ons\n')


def test_json_has_all_problems() -> None:
    """A program finds id, severity, address and positions without parsing text."""
    code, printed = _run("yaml-duplicate-key.yaml", "--output", "json")

    assert code == 1
    assert json.loads(printed)["problems"] == [
        {
            "id": "yaml-duplicate-key",
            "severity": "error",
            "address": "addons",
            "message": 'key "addons" stands here twice',
            "places": [
                {"file": "yaml-duplicate-key.yaml", "line": 4, "column": 1, "note": ""},
                {"file": "yaml-duplicate-key.yaml", "line": 6, "column": 1, "note": ""},
            ],
            "observed": [],
            "help": ["delete one of the two"],
        }
    ]


def test_json_of_a_good_file_has_no_problem() -> None:
    """Nothing wrong is still an answer."""
    assert _run("good-json-is-yaml.yaml", "-o", "json") == (0, '{\n  "problems": []\n}\n')


def test_standard_input_is_read_for_a_dash() -> None:
    """A rendered template can be piped in."""
    code, printed = _run("-", stdin=f"{_GOOD}addons: {{}}\n")

    assert code == 1
    assert "  at <stdin>:2:1\n" in printed


@pytest.mark.parametrize(
    ("file", "reason"), [("absent.yaml", "No such file or directory"), (".", "Is a directory")]
)
def test_file_that_cannot_be_read_is_one_sentence(file: str, reason: str) -> None:
    """No traceback for a misspelt path."""
    code, printed = _run(file)

    assert code == 1
    assert printed.splitlines() == [
        f"error: {file}: cannot be read: {reason} [file-unreadable]",
        "  help: give the path of a ClusterConfig file, or - for standard input",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_file_without_permission_is_one_sentence(tmp_path: Path) -> None:
    """Nor for a file of somebody else."""
    file = tmp_path / "cluster.yaml"
    file.write_text(_GOOD)
    file.chmod(0)

    code, printed = _run(str(file))

    assert code == 1
    assert "cannot be read: Permission denied [file-unreadable]" in printed


def test_name_that_no_file_can_have_is_one_sentence() -> None:
    """Even one with a NUL in it."""
    code, printed = _run("a\0b")

    assert code == 1
    assert "[file-unreadable]" in printed


def test_file_that_is_not_text_is_told() -> None:
    """A file in another encoding is not guessed at."""
    code, printed = _run("-", stdin=_GOOD.encode("utf-16"))

    assert code == 1
    assert "<stdin>: byte 1 is not UTF-8 [file-not-text]" in printed


def test_problems_of_unreadable_files_are_json_too() -> None:
    """A program that asks for JSON gets JSON, whatever happens."""
    code, printed = _run("absent.yaml", "-o", "json")

    assert code == 1
    assert [problem["id"] for problem in json.loads(printed)["problems"]] == ["file-unreadable"]


def test_byte_order_mark_is_no_part_of_the_text() -> None:
    """Editors of Windows put one there."""
    code, _ = _run("-", stdin=b"\xef\xbb\xbf" + _GOOD.encode())

    assert code == 0


@pytest.mark.processes
def test_installed_command_runs_without_terminal_and_color() -> None:
    """The entry point works in a pipe, and prints no escape codes there."""
    command = [Path(sys.executable).with_name("eks-pod-identity")]

    version = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    report = subprocess.run(
        [*command, "validate", "-"], input="addons:", capture_output=True, text=True, check=False
    )

    assert version.stdout.startswith("eks-pod-identity ")
    assert report.returncode == 1
    assert report.stdout.startswith("error: metadata: name is not set [cluster-name-missing]\n")
    assert "\x1b" not in report.stdout


@pytest.mark.processes
def test_command_does_not_load_pulumi() -> None:
    """A check in an editor or a hook starts at once: Pulumi's SDKs take seconds."""
    code = "import sys; from eks_pod_identity.cli import app; sys.exit('pulumi' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
