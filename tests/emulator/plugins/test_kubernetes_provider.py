"""Providers of the kubernetes plugin: kubeconfigs and clusters out of reach."""

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import grpc
import pytest
from harness.emulator import ACCOUNT as AWS_ACCOUNT
from harness.emulator import REGION, RunningEmulator
from harness.plugin_engine import CheckFailedError, PluginServer, ProviderClient

from eks_pod_identity_emulator.plugins import kubernetes
from eks_pod_identity_emulator.plugins.kubernetes.kubeconfig import KubeconfigError, load_access

ACCOUNT = "kubernetes:core/v1:ServiceAccount"
CONFIG = {
    "clusters": [
        {"name": "one", "cluster": {"server": "https://one/", "insecure-skip-tls-verify": True}},
        {"name": "two", "cluster": {"server": "https://two"}},
    ],
    "contexts": [
        {"name": "a", "context": {"cluster": "one", "user": "token", "namespace": "ns"}},
        {"name": "b", "context": {"cluster": "two", "user": "basic"}},
        {"name": "c", "context": {"cluster": "two", "user": "certificate"}},
        {"name": "d", "context": {"cluster": "nowhere"}},
    ],
    "users": [
        {"name": "token", "user": {"token": "t"}},
        {"name": "basic", "user": {"username": "u", "password": "p"}},
        {"name": "certificate", "user": {"client-certificate-data": "x"}},
    ],
    "current-context": "a",
}


@pytest.fixture
def connect() -> Iterator[Callable[..., ProviderClient]]:
    """Makes kubernetes providers."""
    with ExitStack() as stack:
        package = dataclasses.replace(kubernetes.PACKAGE)
        plugin = stack.enter_context(PluginServer(package))

        def make(**config: str) -> ProviderClient:
            return stack.enter_context(plugin.provider(config))

        yield make


def test_current_context_decides() -> None:
    """Server, namespace and user come from the context that is in use."""
    access = load_access(json.dumps(CONFIG))

    assert (access.server, access.namespace, access.insecure) == ("https://one", "ns", True)
    assert access.authorization() == "Bearer t"


def test_context_and_cluster_can_be_chosen() -> None:
    """A provider's arguments win over the file's own choice."""
    assert load_access(json.dumps(CONFIG), "b").server == "https://two"
    assert load_access(json.dumps(CONFIG), "b").namespace == "default"
    assert load_access(json.dumps(CONFIG), "b").authorization() == "Basic dTpw"
    assert load_access(json.dumps(CONFIG), "a", "two").server == "https://two"


def test_kubeconfig_is_found_where_kubectl_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """KUBECONFIG names files; a provider may name one, too."""
    file = tmp_path / "config"
    file.write_text(json.dumps(CONFIG))
    monkeypatch.setenv("KUBECONFIG", f"{tmp_path / 'missing'}:{file}")

    assert load_access().server == load_access(str(file)).server == "https://one"


@pytest.mark.parametrize(
    ("given", "context", "fault"),
    [
        ("[\n", "", "no YAML"),
        ("{}", "", "context '' does not exist"),
        (json.dumps(CONFIG), "x", "context 'x' does not exist"),
        (json.dumps(CONFIG), "d", "cluster 'nowhere' does not exist"),
        (json.dumps(CONFIG), "c", "client-certificate-data is not supported"),
        ("/does/not/exist", "", "/does/not/exist: No such file"),
    ],
)
def test_kubeconfig_that_cannot_be_used_is_told(given: str, context: str, fault: str) -> None:
    """The text names the part that is wrong."""
    with pytest.raises(KubeconfigError, match=fault):
        load_access(given, context)


def test_token_comes_from_a_command(tmp_path: Path) -> None:
    """A kubeconfig of `aws eks update-kubeconfig` runs a command for its token."""
    answer = json.dumps({"status": {"token": "made"}})
    command = {"command": sys.executable, "args": ["-c", f"print('''{answer}''')"]}
    users = [{"name": "token", "user": {"exec": command}}]

    assert load_access(json.dumps({**CONFIG, "users": users})).authorization() == "Bearer made"

    users = [{"name": "token", "user": {"exec": {"command": str(tmp_path / "none")}}}]
    with pytest.raises(KubeconfigError, match="gave no token"):
        load_access(json.dumps({**CONFIG, "users": users})).authorization()


def test_namespace_of_the_provider_is_the_default(
    connect: Callable[..., ProviderClient], emulator: RunningEmulator
) -> None:
    """Objects that name no namespace go where their provider says."""
    server = f"{emulator.url}/_kubernetes/{AWS_ACCOUNT}/{REGION}/demo"
    cluster = [{"name": "one", "cluster": {"server": server}}]
    config = json.dumps({**CONFIG, "clusters": cluster})

    context = connect(kubeconfig=config).check(ACCOUNT, "x", {})
    given = connect(kubeconfig=config, namespace="mine").check(ACCOUNT, "x", {})

    assert context["metadata"]["namespace"] == "ns"
    assert given["metadata"]["namespace"] == "mine"


def test_cluster_out_of_reach_is_told_when_it_is_needed(
    connect: Callable[..., ProviderClient],
) -> None:
    """A provider without a usable kubeconfig can be made: a program may not need it."""
    broken = connect(kubeconfig="{}")
    assert broken.preview(ACCOUNT, "x", {})["kind"] == "ServiceAccount"

    with pytest.raises(grpc.RpcError, match="configured Kubernetes cluster is unreachable"):
        broken.make(ACCOUNT, "x", {})


def test_objects_of_a_lost_cluster_can_be_forgotten(
    connect: Callable[..., ProviderClient], emulator: RunningEmulator
) -> None:
    """`deleteUnreachable` lets a stack be destroyed after its cluster."""

    def config(port_url: str) -> str:
        cluster = [{"name": "one", "cluster": {"server": port_url}}]
        return json.dumps({**CONFIG, "clusters": cluster})

    server = f"{emulator.url}/_kubernetes/{AWS_ACCOUNT}/{REGION}/demo"
    alive = connect(kubeconfig=config(server), namespace="default")
    made = alive.make(ACCOUNT, "lost", {})
    dead = config("http://127.0.0.1:9")

    with pytest.raises(grpc.RpcError, match="unreachable"):
        connect(kubeconfig=dead).refresh(made)
    forgetful = connect(kubeconfig=dead, deleteUnreachable="true")

    assert forgetful.refresh(made) is None
    forgetful.remove(made)
    alive.remove(made)


def test_settings_that_would_not_be_followed_are_refused(
    connect: Callable[..., ProviderClient],
) -> None:
    """Client-side apply and rendering to files are the real provider's alone."""
    with pytest.raises(CheckFailedError) as caught:
        connect(enableServerSideApply="false", renderYamlToDirectory="out", nmespace="x")

    assert [reason.split(".")[0] for reason in caught.value.reasons] == [
        "Invalid or unknown key 'nmespace'; did you mean 'namespace'?",
        "renderYamlToDirectory: out is not supported by the emulator's kubernetes plugin",
        "enableServerSideApply: False is not supported by the emulator's kubernetes plugin",
    ]
