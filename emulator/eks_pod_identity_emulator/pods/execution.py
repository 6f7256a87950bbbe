"""`pod exec`: a command on this machine, with a pod's identity."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from eks_pod_identity_emulator.pods.client import EmulatorClient
from eks_pod_identity_emulator.pods.environment import pod_environment
from eks_pod_identity_emulator.pods.token_files import TokenFiles
from eks_pod_identity_emulator.processes.command import check_runnable, run_command
from eks_pod_identity_emulator.processes.foreground import run_in_foreground


def exec_in_pod(
    pod: str, cluster: str | None, command: Sequence[str], given: Mapping[str, str]
) -> int:
    """Run a command as a pod's first container would and return its exit code.

    Args:
        pod: NAMESPACE/POD.
        cluster: Its cluster; None to look in all.
        command: The command and its arguments.
        given: The environment to start from.

    Raises:
        PodError: There is no such pod, or no emulator.
        CommandError: The command is not there or cannot be run.
    """
    check_runnable(command[0], given)
    client = EmulatorClient(given)
    place = client.find(pod, cluster)
    shown = client.pod(place)
    with tempfile.TemporaryDirectory(prefix="eks-pod-identity-pod-") as temporary:
        tokens = TokenFiles(client, place, shown, Path(temporary))
        tokens.write()
        environment = pod_environment(given, shown, place, client.address, tokens)
        return run_command(
            command, lambda: run_in_foreground(command, environment, lambda _: tokens.keep_fresh())
        )
