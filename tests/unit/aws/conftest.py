"""AWS on loopback, and an environment that leads there and nowhere else."""

from collections.abc import Iterator

import pytest
from harness.loopback_aws import LoopbackAws


@pytest.fixture
def aws(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LoopbackAws]:
    """A server that knows nothing yet."""
    home = tmp_path_factory.mktemp("home")
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with LoopbackAws() as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        yield server
