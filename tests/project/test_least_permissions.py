"""docs/permissions.md: what its policies allow is enough, and nothing that is left out is needed.

Each command is run by the session of a role that has the page's policy and no other; the emulator
decides on every call of such a session as IAM does.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from harness.emulated import ROOT, Emulated, Program, Run, copy_program, emulator, run_command

from tools.docs.permissions import policy

_PROGRAM = ROOT / "programs" / "cluster"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": "sts:AssumeRole",
        }
    ],
}
_BROKEN = 3  # what audit says of breaches and `can` of a refusal
# By command: a line, and how it ends.
_LINES: Mapping[str, tuple[str, int]] = {
    "plan": ("plan cluster.yaml", 0),
    "audit": ("audit --cluster demo", 0),
    "map": ("map --output json", 0),
    "settled": ("settled --cluster demo kube-system/aws-node", 0),
    "who": ("who", 0),
    "can": ("can backend/cluster-autoscaler s3:GetObject arn:aws:s3:::b/k --cluster demo", _BROKEN),
    "doctor": ("doctor kube-system/aws-node --cluster demo", 0),
    "get": ("get --cluster demo --addons", 0),
    "catalog": ("catalog vpc-cni --cluster demo", 0),
}


def _session(aws: Emulated, command: str) -> dict[str, str]:
    """Return the credentials of a role that may do what the page lists for a command."""
    iam, name = aws.client("iam"), f"caller-of-{command}"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST))
    document = json.dumps(policy(command))
    iam.put_role_policy(RoleName=name, PolicyName="least", PolicyDocument=document)
    return _keys(aws, name)


def _keys(aws: Emulated, role: str) -> dict[str, str]:
    """Return credentials of a role as environment variables."""
    arn = f"arn:aws:iam::111122223333:role/{role}"
    issued = aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")
    keys = issued["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }


def _run(program: Program, line: str, session: Mapping[str, str]) -> Run:
    environment = {**program.emulated.environment, **session}
    return run_command(["eks-pod-identity", *line.split()], environment, program.folder)


@pytest.fixture(name="program")
def _program(tmp_path: Path) -> Iterator[Program]:
    with emulator(_PROGRAM / "aws.yaml") as aws:
        yield copy_program(_PROGRAM, tmp_path / "program", aws)


def test_commands_need_what_the_page_lists_and_no_more(program: Program) -> None:
    """A caller with the page's policy for `up` brings the program up, and each command runs."""
    aws = program.emulated
    session = _session(aws, "up")
    deployer = Program(program.folder, Emulated({**aws.environment, **session}))
    for name, variable in (
        ("accessKey", "AWS_ACCESS_KEY_ID"),
        ("secretKey", "AWS_SECRET_ACCESS_KEY"),
        ("token", "AWS_SESSION_TOKEN"),
    ):
        deployer.pulumi("config", "set", "--plaintext", f"aws:{name}", session[variable])

    up = deployer.pulumi("up", "--yes")
    runs = {
        command: _run(program, line, _session(aws, command))
        for command, (line, _) in _LINES.items()
    }
    short = _run(program, "audit --cluster demo", _keys(aws, "caller-of-catalog"))
    gone = deployer.destroy()

    assert up.code == 0, up.output
    for command, (_, code) in _LINES.items():
        assert runs[command].code == code, f"{command}: {runs[command].output}"
    assert short.code == 1  # the role of `catalog` may not do what `audit` does
    assert gone.code == 0, gone.output
