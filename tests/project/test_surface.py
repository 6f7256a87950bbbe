"""The public surface and the repository's own promises about itself."""

import pydoc
import subprocess
import sys

import pytest
from harness.emulated import ROOT

import eks_pod_identity

_PROGRAMS = sorted(path.parent.name for path in (ROOT / "programs").glob("*/Pulumi.yaml"))


def test_surface_is_sorted_and_without_doubles() -> None:
    """One list, in order, is what there is to import."""
    assert list(eks_pod_identity.__all__) == sorted(set(eks_pod_identity.__all__))


@pytest.mark.parametrize("name", eks_pod_identity.__all__)
def test_each_public_name_can_be_imported_and_tells_what_it_is(name: str) -> None:
    """What is listed is there, under its own name, with a docstring."""
    thing = getattr(eks_pod_identity, name)

    assert thing.__name__ == name
    assert thing.__doc__


def test_nothing_else_is_lazily_there() -> None:
    """The table of homes and the list of names are the same names."""
    lazily = {name for names in vars(eks_pod_identity)["_HOMES"].values() for name in names}

    assert lazily == set(eks_pod_identity.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        eks_pod_identity.Nothing  # noqa: B018 - asking for it is the test


def test_import_loads_neither_pulumi_nor_boto3() -> None:
    """Command line, policy pack and pure layers start without the SDKs."""
    script = (
        "import sys, eks_pod_identity, eks_pod_identity.config\n"
        "print(sorted({'pulumi', 'pulumi_aws', 'boto3'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert done.stdout.decode().strip() == "[]"


@pytest.mark.parametrize("program", _PROGRAMS)
def test_every_program_has_a_test_on_the_engine(program: str) -> None:
    """No program is shown that is not run."""
    tests = [path.read_text() for path in (ROOT / "tests" / "programs").glob("*.py")]

    assert any(f'"programs" / "{program}"' in text for text in tests)


@pytest.mark.parametrize("program", _PROGRAMS)
def test_every_program_says_what_aws_it_expects(program: str) -> None:
    """Each can be run on the emulator as it is."""
    assert (ROOT / "programs" / program / "aws.yaml").is_file()


@pytest.mark.parametrize("program", _PROGRAMS)
def test_every_program_has_a_readme(program: str) -> None:
    """Each says what it is for, and what a run prints."""
    assert (ROOT / "programs" / program / "README.md").is_file()


def test_directory_is_the_public_surface() -> None:
    """`dir` and completion offer what may be used, and nothing else."""
    assert dir(eks_pod_identity) == list(eks_pod_identity.__all__)


@pytest.mark.parametrize("name", [name for name in eks_pod_identity.__all__ if "Args" in name])
def test_help_says_what_each_argument_is(name: str) -> None:
    """`help` of an argument type has every argument, inherited ones too, with a sentence."""
    arguments = getattr(eks_pod_identity, name)

    lines = pydoc.plain(pydoc.render_doc(arguments)).splitlines()

    for argument in arguments.__annotations__:
        (shown,) = (line for line in lines if f" {argument} (" in line)
        assert shown.endswith(".")


def test_help_of_the_package_shows_the_public_names() -> None:
    """`help` of the package has each public name."""
    text = pydoc.plain(pydoc.render_doc(eks_pod_identity))

    assert [name for name in eks_pod_identity.__all__ if name not in text] == []
