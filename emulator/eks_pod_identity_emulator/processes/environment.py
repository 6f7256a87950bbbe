"""The environment of a command that runs against the emulator, and against nothing else.

What a user has set for the real AWS is taken away, so that no call can reach it; what a user has
set for Pulumi stays.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from eks_pod_identity_emulator.emulator import default_account, default_region
from eks_pod_identity_emulator.kubernetes.kubeconfig import kubeconfig
from eks_pod_identity_emulator.processes.aws_settings import without_aws
from eks_pod_identity_emulator.seed import Seed

_LOOPBACK = "127.0.0.1,localhost"


def command_environment(
    given: Mapping[str, str], seed: Seed, address: str, folder: Path
) -> dict[str, str]:
    """Return the environment for a command.

    Args:
        given: The environment of `exec` itself, with AWS_REGION if the command is to have another
            region than the seed's first.
        seed: Says which account and region are the command's own.
        address: Where the emulator listens.
        folder: A throw-away folder; files and folders are made in it.
    """
    return (
        without_aws(given)
        | _aws(given.get("AWS_REGION") or default_region(seed), seed, address, folder)
        | _pulumi(given, folder)
        | _others(given, seed, address, folder)
    )


def _aws(region: str, seed: Seed, address: str, folder: Path) -> dict[str, str]:
    empty = folder / "aws-config"
    empty.touch()
    return {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": default_account(seed),
        "AWS_SECRET_ACCESS_KEY": "emulator",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": str(empty),
        "AWS_SHARED_CREDENTIALS_FILE": str(empty),
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _pulumi(given: Mapping[str, str], folder: Path) -> dict[str, str]:
    added = {
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    if not given.get("PULUMI_HOME"):
        added["PULUMI_HOME"] = str(_made(folder / "pulumi-home"))
    if not given.get("PULUMI_BACKEND_URL"):
        added["PULUMI_BACKEND_URL"] = _made(folder / "pulumi-state").as_uri()
    if not ({"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & set(given)):
        added["PULUMI_CONFIG_PASSPHRASE"] = "emulator"  # noqa: S105 - locks a throw-away state
    return added


def with_providers(environment: Mapping[str, str], ports: Mapping[str, int]) -> dict[str, str]:
    """Return the environment with the plugins that Pulumi shall attach to, by name."""
    attached = [f"{name}:{port}" for name, port in ports.items()]
    given = environment.get("PULUMI_DEBUG_PROVIDERS")
    providers = ",".join([given, *attached] if given else attached)
    return {**environment, "PULUMI_DEBUG_PROVIDERS": providers}


def _others(given: Mapping[str, str], seed: Seed, address: str, folder: Path) -> dict[str, str]:
    direct = {name: _joined(given.get(name)) for name in ("NO_PROXY", "no_proxy")}
    if given.get("KUBECONFIG"):
        return direct
    file = folder / "kubeconfig"
    file.write_text(json.dumps(kubeconfig(seed, address), indent=1), encoding="utf-8")
    file.chmod(0o600)
    return direct | {"KUBECONFIG": str(file)}


def _joined(hosts: str | None) -> str:
    return f"{hosts},{_LOOPBACK}" if hosts else _LOOPBACK


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
