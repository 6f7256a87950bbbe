"""The pytest plugin: `emulated_aws` gives each test a fresh AWS, from one process for all of them.

For the time of a test, the environment leads AWS clients, kubectl and Pulumi to that AWS, with an
empty Pulumi backend. Nothing of it is left afterwards.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from eks_pod_identity_emulator.testing.emulated_aws import EmulatedAws, SeedRefusedError
from eks_pod_identity_emulator.testing.process import (
    EmulatorProcessError,
    EnvironmentChange,
    find_command,
    running_emulator,
)

_OPTION = "emulator_command"
_MARKER = "aws_seed"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the emulator, and the same as a setting."""
    text = "command that starts eks-pod-identity-emulator, if it is in another environment"
    group = parser.getgroup("emulated AWS")
    group.addoption("--emulator-command", dest=_OPTION, default="", metavar="COMMAND", help=text)
    parser.addini(_OPTION, text, default="")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    text = f"{_MARKER}(file): seed file of the fixture emulated_aws, a path beside the test's file"
    config.addinivalue_line("markers", text)


@pytest.fixture(scope="session")
def emulator_environment(pytestconfig: pytest.Config) -> Iterator[EnvironmentChange]:
    """The running emulator of this session, as a change of the environment."""
    configured = pytestconfig.getoption(_OPTION) or pytestconfig.getini(_OPTION)
    try:
        with running_emulator(find_command(configured)) as change:
            yield change
    except EmulatorProcessError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def emulated_aws(
    emulator_environment: EnvironmentChange,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[EmulatedAws]:
    """A fresh AWS, which the environment names for the time of the test."""
    seed = _seed_file(request)
    try:
        aws = EmulatedAws(
            emulator_environment.added["AWS_ENDPOINT_URL"],
            seed.read_text(encoding="utf-8") if seed else "",
        )
    except (OSError, SeedRefusedError) as error:
        pytest.fail(f"{seed}: {error}", pytrace=False)
    with pytest.MonkeyPatch.context() as patch:
        for name in emulator_environment.removed:
            patch.delenv(name, raising=False)
        own = _environment(aws, tmp_path_factory.mktemp("emulated-aws"))
        for name, value in {**emulator_environment.added, **own}.items():
            patch.setenv(name, value)
        # boto3 keeps the credentials of its first client, which may be an earlier test's.
        if "boto3" in sys.modules:
            patch.setattr("boto3.DEFAULT_SESSION", None)
        yield aws


def _seed_file(request: pytest.FixtureRequest) -> Path | None:
    marker = request.node.get_closest_marker(_MARKER)
    return request.path.parent / marker.args[0] if marker else None


def _environment(aws: EmulatedAws, folder: Path) -> Mapping[str, str]:
    kubeconfig, backend = folder / "kubeconfig", folder / "pulumi-state"
    kubeconfig.write_text(json.dumps(aws.kubeconfig), encoding="utf-8")
    backend.mkdir()
    return {
        "AWS_ACCESS_KEY_ID": aws.account,
        "AWS_REGION": aws.region,
        "AWS_DEFAULT_REGION": aws.region,
        "KUBECONFIG": str(kubeconfig),
        "PULUMI_BACKEND_URL": backend.as_uri(),
    }
