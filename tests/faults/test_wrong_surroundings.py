"""No such cluster, no credentials, another region and the like: one sentence and what to do."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from harness.emulated import Program, Run, run_command

_BY_THE_PROVIDER = "unable to validate AWS credentials"


def test_cluster_that_does_not_exist_is_told_by_name(refused_program: Program) -> None:
    """The report names the cluster, the key that asks for it and how to see those there are."""
    with _changed(refused_program, "name: demo\n", "name: nope\n"):
        run = refused_program.up()

    _assert_told(
        run,
        'metadata.name: this account and region have no cluster "nope" [cluster-not-found]',
        "help: aws eks list-clusters shows those that there are",
    )
    assert refused_program.emulated.writes() == {}


def test_region_of_file_and_of_provider_must_agree(refused_program: Program) -> None:
    """Neither wins silently; the report names both and gives the command that sets one."""
    with _changed(refused_program, "region: eu-west-1", "region: eu-central-1"):
        run = refused_program.up()

    _assert_told(
        run,
        'metadata.region: the file says "eu-central-1", the AWS provider "eu-west-1"',
        "[region-differs]",
        "help: pulumi config set aws:region eu-central-1",
    )
    assert refused_program.emulated.writes() == {}


def test_file_that_is_not_there_is_told(refused_program: Program) -> None:
    """A wrong path is told as such, with where paths are seen from."""
    with _config(refused_program, {"clusterFile": "missing.yaml"}):
        run = refused_program.up()

    _assert_told(run, 'cannot read "missing.yaml" [file-unreadable]', "the program's folder")


def test_credentials_that_aws_refuses_end_the_run_with_the_reason(
    refused_program: Program,
) -> None:
    """The provider's error about an unknown or expired session ends the run with a reason.

    Pulumi 3.276 ends it itself, by the provider's words; an older one lets our report through.
    """
    session = {"aws:accessKey": "ASIAUNKNOWN", "aws:secretKey": "any", "aws:token": "any"}
    with _config(refused_program, session):
        run = refused_program.up()

    assert run.code != 0
    assert "[aws-credentials-refused]" in run.output or _BY_THE_PROVIDER in run.output
    assert refused_program.emulated.writes() == {}


def test_profile_that_does_not_exist_ends_the_run_with_its_name(refused_program: Program) -> None:
    """The reason names the profile; whose words it has is as with refused credentials."""
    with _config(refused_program, {"aws:profile": "nobody"}):
        run = refused_program.up()

    by_the_provider = _BY_THE_PROVIDER in run.output and "profile, nobody" in run.output
    assert run.code != 0
    assert "[aws-profile-unknown]" in run.output or by_the_provider
    assert refused_program.emulated.writes() == {}


def test_catalogue_that_cannot_be_read_is_told_without_a_traceback(
    refused_program: Program,
) -> None:
    """Without credentials for the look-ups of the components, the first one says so."""
    environment = dict(refused_program.emulated.environment)
    del environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]

    run = run_command(
        ["pulumi", "preview", "--non-interactive"], environment, refused_program.folder
    )

    _assert_told(
        run,
        'cannot read the versions of add-on "eks-pod-identity-agent": '
        "no AWS credentials were found [aws-credentials-missing]",
        "help: sign in",
    )


def test_endpoint_where_nobody_listens_is_told_without_a_traceback(
    refused_program: Program,
) -> None:
    """A mistyped endpoint, or an emulator that is not running, is told as one."""
    with _config(refused_program, {"aws:endpoints[0].eks": "http://127.0.0.1:9"}):
        run = refused_program.up()

    _assert_told(
        run,
        'metadata.name: cannot read cluster "demo": AWS cannot be reached [aws-unreachable]',
        "AWS_ENDPOINT_URL",
    )


def test_taken_port_of_the_emulator_is_one_sentence() -> None:
    """Whoever starts a second emulator learns which port it was and how to take another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            ["eks-pod-identity-emulator", "serve", "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert f"port {port} cannot be used" in sentence
    assert "choose another with --port" in sentence


def test_missing_command_of_the_emulator_is_one_sentence(tmp_path: Path) -> None:
    """`exec -- pulumi` on a machine without Pulumi says what to do, with a shell's exit code."""
    command = shutil.which("eks-pod-identity-emulator")
    assert command

    done = subprocess.run(
        [command, "exec", "--", "pulumi", "up"],
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 127
    (sentence,) = done.stderr.splitlines()
    assert sentence.endswith("pulumi: command not found; install it or put it on PATH")


@contextmanager
def _changed(program: Program, old: str, new: str) -> Iterator[None]:
    """Have another text in cluster.yaml for a while."""
    program.replace("cluster.yaml", old, new)
    try:
        yield
    finally:
        program.replace("cluster.yaml", new, old)


@contextmanager
def _config(program: Program, values: Mapping[str, str]) -> Iterator[None]:
    """Have settings in the stack's configuration for a while."""
    before = program.read("Pulumi.test.yaml")
    for key, value in values.items():
        done = program.pulumi("config", "set", "--path", key, value)
        assert done.code == 0, done.output
    try:
        yield
    finally:
        program.write("Pulumi.test.yaml", before)


def _assert_told(run: Run, *texts: str) -> None:
    assert run.code != 0
    for text in texts:
        assert text in run.output, run.output
    assert "Traceback" not in run.output
