"""How a Pulumi CLI is put among the project's commands."""

from pathlib import Path

import pytest

from tools.offline.go_build import EXECUTOR
from tools.offline.yaml_host import HOST
from tools.pulumi.cli import PulumiCli, Source, place

_HOST = "pulumi-language-python"


@pytest.fixture
def pulumi(tmp_path: Path) -> Path:
    """A CLI as it lies in the cache, with the executor of Python programs."""
    kept = tmp_path / "cache" / "pulumi"
    kept.parent.mkdir()
    for file in (kept, kept.with_name(EXECUTOR)):
        file.write_text(file.name)
        file.chmod(0o755)
    return kept


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    """An empty folder of commands."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def test_build_lies_beside_its_language_host(pulumi: Path, commands: Path) -> None:
    """The engine finds the stop-gap beside itself, so it does not warn of it."""
    place(PulumiCli(pulumi, Source.BUILD), commands)
    placed = commands / "pulumi"
    assert placed.resolve() == placed
    assert placed.read_text() == "pulumi"
    assert (commands / EXECUTOR).read_text() == EXECUTOR
    assert (commands / _HOST).stat().st_mode & 0o111


def test_host_of_yaml_lies_beside_a_build(pulumi: Path, commands: Path, tmp_path: Path) -> None:
    """A build has the host of Pulumi YAML beside it, and goes without it if there is none."""
    host = tmp_path / "yaml" / HOST
    host.parent.mkdir()
    host.write_text("yaml")

    place(PulumiCli(pulumi, Source.BUILD, host.parent), commands)
    placed = (commands / HOST).read_text()
    place(PulumiCli(pulumi, Source.BUILD), commands)

    assert placed == "yaml"
    assert not (commands / HOST).exists()


@pytest.mark.parametrize("source", [Source.PATH, Source.RELEASE])
def test_cli_with_official_host_is_linked(pulumi: Path, commands: Path, source: Source) -> None:
    """Where the official host is, the stop-gap of an earlier set-up goes away."""
    place(PulumiCli(pulumi, Source.BUILD), commands)
    place(PulumiCli(pulumi, source), commands)
    assert [file.name for file in commands.iterdir()] == ["pulumi"]
    assert (commands / "pulumi").resolve() == pulumi


def test_placing_again_leaves_the_cache_alone(pulumi: Path, commands: Path) -> None:
    """A build in the cache serves many checkouts, so none may change it."""
    for _ in range(2):
        place(PulumiCli(pulumi, Source.BUILD), commands)
    assert {file.name for file in pulumi.parent.iterdir()} == {"pulumi", EXECUTOR}
    assert pulumi.read_text() == "pulumi"
