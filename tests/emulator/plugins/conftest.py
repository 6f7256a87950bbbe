"""An emulator with one cluster, and providers of both plugins that call it."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from harness.call_log import CallLog
from harness.emulator import ACCOUNT, REGION, RunningEmulator
from harness.plugin_engine import PluginServer, ProviderClient

from eks_pod_identity_emulator.plugins import aws, kubernetes
from eks_pod_identity_emulator.plugins.waiting import Pace

FAR_ACCOUNT = "444455556666"
SERVICES = ("eks", "iam", "s3", "secretsmanager", "sts")
SEED = {
    "settings": {"addonTransitionSeconds": 0.05, "clusterTransitionSeconds": 0.05},
    "accounts": {
        ACCOUNT: {"regions": {REGION: {"clusters": [{"name": "demo"}]}}},
        FAR_ACCOUNT: {
            "roles": [
                {
                    "name": "deployer",
                    "trust": {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                                "Action": "sts:AssumeRole",
                            }
                        ],
                    },
                    "managedPolicies": ["arn:aws:iam::aws:policy/AdministratorAccess"],
                }
            ]
        },
    },
}
# Waiting that ends soon: what has not come in two seconds on loopback never comes.
PACE = Pace(propagation=2.0, first=0.01, longest=0.1)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    """An emulator for all tests of this folder; each test uses names of its own."""
    with RunningEmulator(_seed_file(tmp_path_factory.mktemp("seed"), SEED)) as running:
        yield running


@pytest.fixture
def calls(emulator: RunningEmulator) -> CallLog:
    """The log of the emulator's calls, empty at the start of the test."""
    log = CallLog(emulator)
    log.forget()
    return log


@pytest.fixture(scope="session")
def aws_plugin() -> Iterator[PluginServer]:
    """The aws plugin, with a short patience."""
    with PluginServer(dataclasses.replace(aws.PACKAGE, pace=PACE)) as plugin:
        yield plugin


@pytest.fixture(scope="session")
def provider(aws_plugin: PluginServer, emulator: RunningEmulator) -> Iterator[ProviderClient]:
    """An aws provider without any special settings."""
    with aws_plugin.provider(provider_config(emulator.url)) as client:
        yield client


@pytest.fixture
def configured(
    aws_plugin: PluginServer, emulator: RunningEmulator
) -> Iterator[Callable[..., ProviderClient]]:
    """Makes further aws providers with settings of their own."""
    with ExitStack() as stack:

        def make(url: str = emulator.url, **config: Any) -> ProviderClient:  # noqa: ANN401 - any JSON
            encoded = {k: v if isinstance(v, str) else json.dumps(v) for k, v in config.items()}
            client = aws_plugin.provider({**provider_config(url), **encoded})
            return stack.enter_context(client)

        yield make


@pytest.fixture
def emulator_with(tmp_path: Path) -> Iterator[Callable[..., RunningEmulator]]:
    """Starts further emulators with settings or clusters of their own."""
    with ExitStack() as stack:

        def start(
            settings: dict[str, Any] | None = None, clusters: list[dict[str, Any]] | None = None
        ) -> RunningEmulator:
            regions = {REGION: {"clusters": clusters or [{"name": "demo"}]}}
            seed = {
                "settings": {**SEED["settings"], **(settings or {})},
                "accounts": {ACCOUNT: {"regions": regions}},
            }
            return stack.enter_context(RunningEmulator(_seed_file(tmp_path, seed)))

        yield start


@pytest.fixture(scope="session")
def kubernetes_provider(emulator: RunningEmulator) -> Iterator[ProviderClient]:
    """A kubernetes provider of the cluster."""
    with _kubernetes_provider(emulator) as client:
        yield client


@pytest.fixture(scope="session")
def upserting_provider(emulator: RunningEmulator) -> Iterator[ProviderClient]:
    """A kubernetes provider of the same cluster that takes over what exists."""
    with _kubernetes_provider(emulator, upsertExistingObjects="true") as client:
        yield client


@contextmanager
def _kubernetes_provider(emulator: RunningEmulator, **config: str) -> Iterator[ProviderClient]:
    server = f"{emulator.url}/_kubernetes/{ACCOUNT}/{REGION}/demo"
    package = dataclasses.replace(kubernetes.PACKAGE, pace=PACE)
    with (
        PluginServer(package) as plugin,
        plugin.provider({"kubeconfig": kubeconfig(server), **config}) as client,
    ):
        yield client


@pytest.fixture
def label_by_hand(emulator: RunningEmulator) -> Callable[..., None]:
    """Sets labels of an object in the cluster, as somebody else would."""

    def label(path: str, labels: dict[str, str], manager: str = "kubectl") -> None:
        root = f"{emulator.url}/_kubernetes/{ACCOUNT}/{REGION}/demo"
        url = f"{root}{path}?fieldManager={manager}"
        body = json.dumps({"metadata": {"labels": labels}}).encode()
        headers = {"Content-Type": "application/merge-patch+json"}
        urlopen(Request(url, body, headers, method="PATCH")).close()  # noqa: S310 - loopback

    return label


def provider_config(url: str) -> dict[str, str]:
    """Return the arguments of an aws provider that calls an emulator."""
    return {
        "region": REGION,
        "accessKey": ACCOUNT,
        "secretKey": "any",
        "endpoints": json.dumps([dict.fromkeys(SERVICES, url)]),
    }


def kubeconfig(server: str, namespace: str = "default") -> str:
    """Return a kubeconfig with one cluster."""
    return json.dumps(
        {
            "clusters": [{"name": "demo", "cluster": {"server": server}}],
            "contexts": [
                {
                    "name": "demo",
                    "context": {"cluster": "demo", "user": "me", "namespace": namespace},
                }
            ],
            "users": [{"name": "me", "user": {"token": "any"}}],
            "current-context": "demo",
        }
    )


def _seed_file(folder: Path, seed: dict[str, Any]) -> Path:
    file = folder / "seed.yaml"
    file.write_text(json.dumps(seed))
    return file
