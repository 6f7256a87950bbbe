"""`pod exec` and `pod wait`: a command on this machine with a pod's identity."""

from pathlib import Path

import pytest
from harness.pod_shell import PodShell

_SHOW_CREDENTIALS = """
import boto3
try:
    print(boto3.Session().get_credentials().access_key)
except Exception as error:
    print(type(error).__name__, error)
"""


def test_command_sees_what_admission_gave_the_pod(shell: PodShell) -> None:
    """Agent and token file are where they are on this machine; of the caller's AWS is nothing."""
    shell.declare_pod("env", env=[{"name": "AWS_REGION", "value": "eu-north-1"}])

    seen = shell.environment(
        "web/env",
        AWS_ACCESS_KEY_ID="AKIAMINE",
        AWS_PROFILE="mine",
        AWS_REGION="us-east-1",
        AWS_PAGER="",
    )

    uri = f"{shell.emulator.url}/_agent/111122223333/eu-west-1/demo/v1/credentials"
    assert seen["AWS_CONTAINER_CREDENTIALS_FULL_URI"] == uri
    assert Path(seen["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]).name == "eks-pod-identity-token"
    assert seen["AWS_ENDPOINT_URL"] == shell.emulator.url
    assert seen["AWS_EC2_METADATA_DISABLED"] == "true"
    assert seen["AWS_REGION"] == "eu-north-1"
    assert seen["AWS_PAGER"] == ""
    assert not {"AWS_ACCESS_KEY_ID", "AWS_PROFILE"} & seen.keys()


def test_token_is_in_a_private_file_that_goes_with_the_command(shell: PodShell) -> None:
    """The token is readable by its owner alone while the command runs, and gone after it."""
    shell.declare_pod("private")
    look = 'ls -ld "$(dirname $F)" "$F" | cut -c1-10; echo $F'
    script = f"F=$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE; {look}"

    done = shell.run("exec", "web/private", "--", "sh", "-c", script)

    folder, file, path = done.stdout.splitlines()
    assert (folder, file) == ("drwx------", "-rw-------")
    assert not Path(path).exists()


def test_exit_code_is_the_commands(shell: PodShell) -> None:
    """`pod exec` ends as the command does; what cannot be run ends as in a shell."""
    shell.declare_pod("codes")

    codes = [
        shell.run("exec", "web/codes", "--", *command).returncode
        for command in (("sh", "-c", "exit 7"), ("true",), ("no-such-command",))
    ]

    assert codes == [7, 0, 127]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("web/nobody",), 'pods "nobody" not found in namespace web'),
        (("nobody",), "'nobody' is not NAMESPACE/POD"),
        (("--cluster", "nowhere", "web/double"), "not found in namespace web in cluster nowhere"),
        (("web/double",), "web/double is in the clusters demo, twin; choose one with --cluster"),
    ],
)
def test_pod_that_cannot_be_found_is_named(
    shell: PodShell, arguments: tuple[str, ...], words: str
) -> None:
    """No such pod, or the same in several clusters: one sentence says so."""
    for cluster in ("demo", "twin"):
        shell.declare_pod("double", cluster=cluster)

    done = shell.run("exec", *arguments, "--", "true")
    for cluster in ("demo", "twin"):
        shell.delete_pod("double", cluster)

    assert done.returncode == 1
    assert words in done.stderr


def test_without_emulator_it_says_what_is_missing(shell: PodShell) -> None:
    """Another endpoint than one on loopback is never asked."""
    elsewhere = shell.run("exec", "web/x", "--", "true", given={"AWS_ENDPOINT_URL": "https://a.b"})
    nothing = shell.run(
        "exec", "web/x", "--", "true", given={"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    )

    assert "set AWS_ENDPOINT_URL to the address that `serve` prints" in elsewhere.stderr
    assert "no emulator answers at http://127.0.0.1:1" in nothing.stderr


def test_pod_on_a_node_without_agent_gets_nothing(shell: PodShell) -> None:
    """Admission injects in any case; without an agent nothing listens at the address."""
    shell.declare_pod("bare", cluster="bare")

    done = shell.run("exec", "web/bare", "--", "python", "-c", _SHOW_CREDENTIALS)

    assert done.stdout.startswith("CredentialRetrievalError")


def test_agent_that_is_no_addon_serves(shell: PodShell) -> None:
    """A cluster can say that its agent comes from elsewhere."""
    shell.declare_pod("elsewhere", cluster="twin")

    done = shell.run("exec", "web/elsewhere", "--", "python", "-c", _SHOW_CREDENTIALS)

    assert done.stdout.startswith("ASIA")


def test_pod_without_association_has_no_credentials(shell: PodShell) -> None:
    """Neither the caller's credentials nor a node's are there for a pod without its own."""
    shell.declare_pod("alone", account="alone")

    done = shell.run(
        "exec",
        "web/alone",
        "--",
        "python",
        "-c",
        "import boto3; print(boto3.Session().get_credentials())",
        given={"AWS_ACCESS_KEY_ID": "111122223333", "AWS_SECRET_ACCESS_KEY": "any"},
    )

    assert done.stdout == "None\n"


def test_wait_ends_when_the_pod_runs_or_the_time_is_over(shell: PodShell) -> None:
    """A pod that runs ends the wait at once; one that never comes is named."""
    shell.declare_pod("waited")

    there = shell.run("wait", "web/waited")
    missing = shell.run("wait", "--timeout", "0.1", "web/missing")

    assert (there.returncode, missing.returncode) == (0, 1)
    assert 'pods "missing" not found in namespace web, after 0.1 s' in missing.stderr
