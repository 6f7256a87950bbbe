"""Runs of the real engine that are cut short at a chosen moment, and what AWS has after them.

with relayed(aws) as (relay, through_relay):
    program = copy_program(source, folder, through_relay)
    relay.hold_from(7)
    with started(program) as run:
        relay.wait_until_held()      # AWS has done the 7th write, the engine does not know
        run.kill()
"""

import json
import os
import signal
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.aws_relay import AwsRelay
from harness.emulated import Emulated, Program, Run, run_command
from harness.pulumi_cli import EnginePlugins

_CLUSTER = "111122223333/eu-west-1/demo"
_PATIENCE_SECONDS = 120


@contextmanager
def relayed(aws: Emulated) -> Iterator[tuple[AwsRelay, Emulated]]:
    """Give a relay, and the same AWS for programs whose providers call through it."""
    with (
        AwsRelay(aws.environment["AWS_ENDPOINT_URL"]) as relay,
        tempfile.TemporaryDirectory() as at,
    ):
        kubeconfig = Path(at) / "kubeconfig"
        text = Path(aws.environment["KUBECONFIG"]).read_text()
        kubeconfig.write_text(text.replace(aws.environment["AWS_ENDPOINT_URL"], relay.url))
        through_relay = {
            **aws.environment,
            "AWS_ENDPOINT_URL": relay.url,
            "KUBECONFIG": str(kubeconfig),
        }
        with EnginePlugins(through_relay) as plugins:
            yield relay, Emulated(plugins.environment)


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
def started(program: Program, *arguments: str) -> Iterator[StartedRun]:
    """Start `pulumi up`; whatever is left of it is killed at the end."""
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", *arguments]
    with subprocess.Popen(
        command,
        cwd=program.folder,
        env=dict(program.emulated.environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        run = StartedRun(process)
        try:
            yield run
        finally:
            if process.poll() is None:
                run.kill()


def recover(program: Program, *arguments: str) -> Run:
    """Run `eks-pod-identity recover` where the program is."""
    return run_command(
        ["eks-pod-identity", "recover", *arguments], program.emulated.environment, program.folder
    )


def exported(program: Program) -> dict[str, Any]:
    """Return the stack's deployment."""
    done = program.pulumi("stack", "export")
    assert done.code == 0, done.output
    deployment: dict[str, Any] = json.loads(done.output)["deployment"]
    return deployment


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


def _service_accounts(aws: Emulated) -> list[tuple[str, str, Any]]:
    url = f"{aws.environment['AWS_ENDPOINT_URL']}/_kubernetes/{_CLUSTER}/api/v1/serviceaccounts"
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - loopback
        items = json.load(answer)["items"]
    places = (item["metadata"] for item in items)
    return sorted(
        (place["namespace"], place["name"], sorted((place.get("labels") or {}).items()))
        for place in places
    )
