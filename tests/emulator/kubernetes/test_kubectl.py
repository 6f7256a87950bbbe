"""kubectl against the emulator: discovery, protobuf, tables, patches and watches as it has them."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from harness.emulator import ACCOUNT, REGION, RunningEmulator

pytestmark = pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")

Kubectl = Callable[..., subprocess.CompletedProcess[str]]

_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: NAMESPACE}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: main, image: IMAGE}]
"""


@pytest.fixture
def kubectl(emulator: RunningEmulator, tmp_path: Path) -> Kubectl:
    """Runs kubectl with nothing of the user's around it."""
    server = f"{emulator.url}/_kubernetes/{ACCOUNT}/{REGION}/demo"

    def run(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["kubectl", "--server", server, "--token", "any", *arguments],
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_commands_of_the_workshop(kubectl: Kubectl) -> None:
    """Namespace and service account are made by hand, and made twice they are refused."""
    made = kubectl("create", "namespace", "app1-ns")
    account = kubectl("create", "serviceaccount", "app1", "--namespace", "app1-ns")
    twice = kubectl("create", "namespace", "app1-ns")
    listed = kubectl("get", "serviceaccounts", "--namespace", "app1-ns", "--no-headers")
    deleted = kubectl("delete", "namespace", "app1-ns", "--timeout", "10s")

    assert made.stdout == "namespace/app1-ns created\n"
    assert account.stdout == "serviceaccount/app1 created\n"
    assert (
        twice.stderr == 'Error from server (AlreadyExists): namespaces "app1-ns" already exists\n'
    )
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["app1", "default"]
    assert deleted.returncode == 0


def test_deployment_is_applied_rolled_and_deleted(kubectl: Kubectl) -> None:
    """Kubectl applies, waits, sees pods in its own columns, and rolls them."""
    kubectl("create", "namespace", "rolling")
    manifest = _DEPLOYMENT.replace("NAMESPACE", "rolling")

    def at(*arguments: str, given: str | None = None) -> str:
        done = kubectl("--namespace", "rolling", *arguments, given=given)
        assert done.returncode == 0, done.stderr
        return done.stdout

    at("apply", "--filename", "-", given=manifest.replace("IMAGE", "nginx:1"))
    at("rollout", "status", "deployment/web", "--timeout", "10s")
    table = at("get", "pods")
    first = at("get", "pods", "--output", "name")
    applied = at("apply", "--filename", "-", given=manifest.replace("IMAGE", "nginx:2"))
    images = at("get", "pods", "--output", "jsonpath={.items[*].spec.containers[*].image}")
    at("rollout", "restart", "deployment/web")
    at("wait", "--for=condition=Ready", "pod", "--all", "--timeout", "10s")
    last = at("get", "pods", "--output", "name")
    at("delete", "deployment", "web", "--timeout", "10s")

    assert table.splitlines()[0].split() == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    assert table.splitlines()[1].split()[1:4] == ["1/1", "Running", "0"]
    assert applied == "deployment.apps/web configured\n"
    assert images == "nginx:2 nginx:2"
    assert not set(first.split()) & set(last.split())
    assert at("get", "pods", "--output", "name") == ""


def test_deployment_of_kubectls_own_making(kubectl: Kubectl) -> None:
    """`kubectl create deployment` sends protobuf with many empty fields."""
    made = kubectl("create", "deployment", "own", "--image", "nginx", "--port", "80")
    found = json.loads(kubectl("get", "deployment", "own", "--output", "json").stdout)
    scaled = kubectl("scale", "deployment", "own", "--replicas", "3")
    pods = kubectl("get", "pods", "--selector", "app=own", "--output", "name")
    kubectl("delete", "deployment", "own")

    assert made.stdout == "deployment.apps/own created\n"
    assert scaled.stdout == "deployment.apps/own scaled\n"
    assert len(pods.stdout.split()) == 3
    (container,) = found["spec"]["template"]["spec"]["containers"]
    assert container["ports"][0]["containerPort"] == 80
    assert found["status"]["readyReplicas"] == 1


def test_server_side_apply_and_diff(kubectl: Kubectl) -> None:
    """`apply --server-side` makes and changes; `diff` shows what it would change."""
    manifest = _DEPLOYMENT.replace("NAMESPACE", "default")
    apply = ("apply", "--server-side", "--filename", "-")
    kubectl(*apply, given=manifest.replace("IMAGE", "nginx:1"))
    shown = kubectl("diff", "--filename", "-", given=manifest.replace("IMAGE", "nginx:2"))
    changed = kubectl(*apply, given=manifest.replace("IMAGE", "nginx:2"))
    kubectl("delete", "deployment", "web")

    assert shown.returncode == 1
    assert "+      - image: nginx:2" in shown.stdout
    assert changed.stdout == "deployment.apps/web serverside-applied\n"


def test_token_of_a_service_account(kubectl: Kubectl) -> None:
    """`kubectl create token` prints a token of three parts, for the audience that it is given."""
    made = kubectl(
        "create", "token", "api", "--namespace", "web", "--audience", "pods.eks.amazonaws.com"
    )

    assert made.stdout.count(".") == 2, made.stderr


def test_exec_names_what_runs_a_command_as_a_pod(kubectl: Kubectl) -> None:
    """Nothing runs in a pod here; the refusal says which command does what exec is wanted for."""
    kubectl("run", "shell", "--image", "nginx", "--namespace", "web")

    refused = kubectl("exec", "shell", "--namespace", "web", "--", "aws", "s3", "ls")

    assert refused.returncode == 1
    assert "eks-pod-identity-emulator pod exec web/shell -- COMMAND" in refused.stderr
