"""Real runs of Pulumi with the stop-gap language host: programs, errors, policies, components."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

_PROGRAM = """
import pulumi

class Shelf(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("test:index:Shelf", name)
        pulumi.Stash("book", input="red", opts=pulumi.ResourceOptions(parent=self))

config = pulumi.Config()
match config.get("fault"):
    case "run-error":
        raise pulumi.RunError("the shelf is full")
    case "exception":
        raise ValueError("no such shelf")
    case "exit":
        raise SystemExit(3)
Shelf("shelf")
print("said by the program")
pulumi.export("project", pulumi.get_project())
pulumi.export("stack", pulumi.get_stack())
pulumi.export("organization", pulumi.get_organization())
pulumi.export("root", pulumi.get_root_directory())
pulumi.export("preview", pulumi.runtime.is_dry_run())
pulumi.export("parallel", pulumi.runtime.settings.SETTINGS.parallel)
pulumi.export("colour", config.require("colour"))
pulumi.export("hidden", config.get_secret("hidden"))
"""


@dataclass(frozen=True)
class _Stack:
    """A stack in a folder of its own; `run` is the `pulumi` command there."""

    folder: Path
    pulumi: Path
    environment: Mapping[str, str]

    def run(self, *args: str, fails: bool = False) -> subprocess.CompletedProcess[str]:
        ended = subprocess.run(
            [self.pulumi, *args, "--non-interactive"],
            cwd=self.folder,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert bool(ended.returncode) is fails, ended.stdout + ended.stderr
        return ended


@pytest.fixture
def stack(tmp_path: Path, pulumi: Path, language_host: Path) -> _Stack:
    """A stack of the program above, with its configuration set."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "__main__.py").write_text(_PROGRAM)
    (project / "Pulumi.yaml").write_text(
        f"name: bookcase\nruntime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
    )
    environment = {
        "PATH": os.pathsep.join([str(language_host.parent), os.environ["PATH"]]),
        "HOME": str(tmp_path),
        "PULUMI_BACKEND_URL": f"file://{tmp_path}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    made = _Stack(project, pulumi, environment)
    made.run("stack", "init", "dev")
    made.run("config", "set", "colour", "blue")
    made.run("config", "set", "--secret", "hidden", "hush")
    return made


def test_program_gets_all_that_the_engine_passes(stack: _Stack) -> None:
    """Stack, project, organization, root, parallelism, configuration and secrets arrive."""
    up = stack.run("up", "--yes", "--skip-preview", "--parallel", "3")
    assert "said by the program" in up.stdout
    outputs = json.loads(stack.run("stack", "output", "--json", "--show-secrets").stdout)
    assert outputs == {
        "project": "bookcase",
        "stack": "dev",
        "organization": "organization",
        "root": str(stack.folder),
        "preview": False,
        "parallel": 3,
        "colour": "blue",
        "hidden": "hush",
    }
    shown = json.loads(stack.run("stack", "output", "--json").stdout)
    assert shown["hidden"] == "[secret]"


def test_preview_is_told_apart_and_changes_nothing(stack: _Stack) -> None:
    """A program knows that it is previewed."""
    preview = stack.run("preview", "--diff")
    assert "preview     : true" in preview.stdout
    assert json.loads(stack.run("stack", "export").stdout)["deployment"].get("resources") is None


@pytest.mark.parametrize(
    ("fault", "errors"),
    [
        (
            "run-error",
            [
                "error: the shelf is full",
                "error: an unhandled error occurred: program exited with non-zero exit code: 1",
            ],
        ),
        ("exception", ["error: Program failed with an unhandled exception:"]),
        (
            "exit",
            ["error: an unhandled error occurred: program exited with non-zero exit code: 3"],
        ),
    ],
)
def test_fault_of_a_program_reads_as_with_the_official_host(
    stack: _Stack, fault: str, errors: list[str]
) -> None:
    """The diagnostics hold the official host's lines, all of them, and no more."""
    stack.run("config", "set", "fault", fault)
    preview = stack.run("preview", fails=True)
    diagnostics = preview.stdout.partition("Diagnostics:")[2].splitlines()
    assert [line.strip() for line in diagnostics if "error:" in line] == errors
    assert "Traceback" not in preview.stderr
    assert ("ValueError: no such shelf" in preview.stdout) is (fault == "exception")


def test_policy_pack_is_run(stack: _Stack, tmp_path: Path) -> None:
    """A policy pack sees the program's resources, and its violation fails the preview."""
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "PulumiPolicy.yaml").write_text(
        f"runtime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
    )
    (pack / "__main__.py").write_text("""
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

def no_red_books(args, report):
    if args.props.get("input") == "red":
        report("red books are forbidden")

PolicyPack("books", [ResourceValidationPolicy(
    name="no-red-books", description="Books are not red.", validate=no_red_books,
    enforcement_level=EnforcementLevel.MANDATORY)])
""")
    preview = stack.run("preview", "--policy-pack", str(pack), fails=True)
    assert "no-red-books" in preview.stdout
    assert "red books are forbidden" in preview.stdout


def test_component_plugin_is_run(stack: _Stack, tmp_path: Path) -> None:
    """A component that another language could use is built by a plugin of its own."""
    plugin = tmp_path / "plugin"
    plugin.mkdir()
    (plugin / "PulumiPlugin.yaml").write_text(
        f"runtime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
    )
    (plugin / "__main__.py").write_text("""
from typing import TypedDict

import pulumi
from pulumi.provider.experimental import component_provider_host

class DeskArgs(TypedDict):
    height: pulumi.Input[str]

class Desk(pulumi.ComponentResource):
    height: pulumi.Output[str]

    def __init__(self, name: str, args: DeskArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("furniture:index:Desk", name, {}, opts)
        self.height = pulumi.Output.from_input(args["height"])
        self.register_outputs({"height": self.height})

component_provider_host(name="furniture", components=[Desk])
""")
    with (stack.folder / "Pulumi.yaml").open("a") as project:
        project.write(f"plugins:\n  providers:\n    - name: furniture\n      path: {plugin}\n")
    with (stack.folder / "__main__.py").open("a") as program:
        program.write("""
class Desk(pulumi.ComponentResource):
    def __init__(self):
        inputs = {"height": "high"}
        super().__init__("furniture:index:Desk", "desk", inputs, None, True)

Desk()
""")
    up = stack.run("up", "--yes", "--skip-preview")
    assert "furniture:index:Desk" in up.stdout
