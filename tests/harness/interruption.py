"""Runs of the real engine that are cut short at a chosen moment, and what AWS has after them.

with relayed_emulator(seed) as emulated:
    program = copy_program(source, folder, emulated.through_relay)
    kill_at(Moment("CreateRole"), program, emulated.relay)
"""

import json
import os
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from eks_pod_identity_emulator.processes.environment import command_environment
from eks_pod_identity_emulator.seed import load_seed
from harness.aws_relay import AwsRelay
from harness.emulated import BIN, Emulated, Program, Run, run_command
from harness.emulator import RunningEmulator
from harness.pulumi_cli import EnginePlugins

_CLUSTER = "111122223333/eu-west-1/demo"
_PATIENCE_SECONDS = 120
_REST_SECONDS = 0.7


@dataclass(frozen=True, slots=True)
class RelayedEmulator:
    """An emulator with a relay before it.

    Attributes:
        relay: What holds answers back, or loses them.
        aws: The emulator itself.
        through_relay: The same for programs; their providers call through the relay.
    """

    relay: AwsRelay
    aws: Emulated
    through_relay: Emulated


@contextmanager
def relayed_emulator(seed: Path, *flags: str) -> Iterator[RelayedEmulator]:
    """Run an emulator, and plugins that reach it by a relay alone, for the time of the context."""
    given = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    with (
        RunningEmulator(seed, *flags) as running,
        AwsRelay(running.url) as relay,
        tempfile.TemporaryDirectory() as folder,
        EnginePlugins(command_environment(given, load_seed(seed), relay.url, Path(folder))) as all_,
    ):
        aws = Emulated({**all_.environment, "AWS_ENDPOINT_URL": running.url})
        yield RelayedEmulator(relay, aws, Emulated(all_.environment))


@dataclass(frozen=True, slots=True)
class StartedRun:
    """A `pulumi up` that is under way."""

    process: "subprocess.Popen[str]"

    def kill(self) -> None:
        """End the engine, its language host and the program without a chance to say goodbye."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate(timeout=_PATIENCE_SECONDS)

    def interrupt(self) -> None:
        """Do what Ctrl-C does, to the engine alone."""
        self.process.send_signal(signal.SIGINT)

    def end(self) -> Run:
        """Wait for the end."""
        output, _ = self.process.communicate(timeout=_PATIENCE_SECONDS)
        return Run(self.process.returncode, output)


@contextmanager
def started(
    program: Program, *arguments: str, command: str = "up", run: Sequence[str] = ()
) -> Iterator[StartedRun]:
    """Start `pulumi up` or another command; whatever is left of it is killed at the end."""
    pulumi = ("pulumi", command, "--yes", "--skip-preview", "--non-interactive")
    with subprocess.Popen(
        [*(run or pulumi), *arguments],
        cwd=program.folder,
        env=dict(program.emulated.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        under_way = StartedRun(process)
        try:
            yield under_way
        finally:
            if process.poll() is None:
                under_way.kill()


@dataclass(frozen=True, slots=True)
class Moment:
    """When AWS has done a write and the engine has not heard of it.

    Attributes:
        operation: The write, as `AwsRelay.hold_from` knows it.
        nth: Which of these writes.
        held: How many writes AWS has done by then of which the engine has not heard.
    """

    operation: str
    nth: int = 1
    held: int = 1


def kill_at(
    moment: Moment,
    program: Program,
    relay: AwsRelay,
    *arguments: str,
    command: str = "up",
    run: Sequence[str] = (),
) -> None:
    """Kill a run at a moment.

    Args:
        moment: When.
        program: Whose run.
        relay: Between its providers and AWS.
        arguments: For Pulumi.
        command: Pulumi's.
        run: A command line to run instead.
    """
    relay.hold_from(moment.operation, moment.nth)
    with started(program, *arguments, command=command, run=run) as under_way:
        assert relay.wait_until_held(moment.held), under_way.end().output
        _wait_for_rest(program)
        under_way.kill()
    relay.release()


def _wait_for_rest(program: Program) -> None:
    """Wait until what goes on beside the held answers has come to its end, and is written down.

    A kill in the middle of a write is a case of its own (tests/faults/test_torn_state.py).
    """
    seen: dict[Path, int] = {}
    while (stamps := _state_stamps(program)) != seen:
        seen = stamps
        time.sleep(_REST_SECONDS)


def _state_stamps(program: Program) -> dict[Path, int]:
    folder = Path(urlsplit(program.emulated.environment["PULUMI_BACKEND_URL"]).path)
    return {
        file: file.stat().st_mtime_ns for file in (folder / ".pulumi" / "stacks").rglob("*.json")
    }


def recover(program: Program, *arguments: str) -> Run:
    """Run `eks-pod-identity recover` where the program is."""
    return run_command(
        ["eks-pod-identity", "recover", *arguments], program.emulated.environment, program.folder
    )


def pending(program: Program) -> list[str]:
    """Return the pending operations of the stack, each as kind and name."""
    operations = exported(program).get("pending_operations") or ()
    return sorted(f"{each['type']} {_name(each['resource'])}" for each in operations)


def exported(program: Program) -> dict[str, Any]:
    """Return the stack's deployment."""
    done = program.pulumi("stack", "export")
    assert done.code == 0, done.output
    deployment: dict[str, Any] = json.loads(done.output)["deployment"]
    return deployment


def _name(resource: dict[str, Any]) -> str:
    name: str = resource["urn"].rpartition("::")[2]
    return name


def aws_state(aws: Emulated) -> dict[str, Any]:
    """Return all that our components make in AWS and the cluster, without ids and times."""
    return {
        "roles": {name: _role(aws, name) for name in sorted(aws.role_names())},
        "associations": {
            account: {
                key: value
                for key, value in found.items()
                if key
                not in {"associationId", "associationArn", "createdAt", "modifiedAt", "ownerArn"}
            }
            | {"owner": found.get("ownerArn", "").split("/")[2:3]}
            for account, found in aws.associations("demo").items()
        },
        "addons": _addons(aws),
        "service accounts": _service_accounts(aws),
    }


def _role(aws: Emulated, name: str) -> dict[str, Any]:
    iam = aws.client("iam")
    role = iam.get_role(RoleName=name)["Role"]
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    return {
        "trust": role["AssumeRolePolicyDocument"],
        "boundary": role.get("PermissionsBoundary"),
        "tags": sorted((tag["Key"], tag["Value"]) for tag in role.get("Tags", ())),
        "attached": sorted(policy["PolicyArn"] for policy in attached),
        "inline": {
            policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
        },
    }


def _addons(aws: Emulated) -> dict[str, Any]:
    eks = aws.client("eks")
    names = eks.list_addons(clusterName="demo")["addons"]
    described = (eks.describe_addon(clusterName="demo", addonName=name)["addon"] for name in names)
    return {
        addon["addonName"]: (
            addon["addonVersion"],
            addon["status"],
            sorted(addon.get("tags", {}).items()),
            len(addon.get("podIdentityAssociations", ())),
        )
        for addon in described
    }


def make_service_account(aws: Emulated, namespace: str, name: str) -> None:
    """Make a service account anew as its owner would, without Pulumi."""
    _ask_cluster(aws, f"namespaces/{namespace}/serviceaccounts/{name}", method="DELETE")
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}}
    _ask_cluster(aws, f"namespaces/{namespace}/serviceaccounts", json.dumps(account).encode())


def _ask_cluster(
    aws: Emulated, path: str, body: bytes | None = None, *, method: str | None = None
) -> Any:  # noqa: ANN401 - JSON
    url = f"{aws.environment['AWS_ENDPOINT_URL']}/_kubernetes/{_CLUSTER}/api/v1/{path}"
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310 - loopback
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
        return json.load(answer)


def _service_accounts(aws: Emulated) -> list[tuple[str, str, Any]]:
    items = _ask_cluster(aws, "serviceaccounts")["items"]
    places = (item["metadata"] for item in items)
    return sorted(
        (place["namespace"], place["name"], sorted((place.get("labels") or {}).items()))
        for place in places
    )
