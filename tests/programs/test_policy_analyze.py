"""`pulumi policy analyze` on an exported state: what a stack has made, judged offline."""

import json
import os
import re
from collections.abc import Iterator

import pytest
from harness.emulated import ROOT, Program, copy_program, emulator, run_command

_ANALYZE = ("policy", "analyze", "--policy-pack", str(ROOT / "policy"), "--file", "state.json")
# Shown in docs/audit.md. Around the findings it has what each version of Pulumi words in its way.
_GOLDEN = ROOT / "tests" / "golden" / "audit" / "analyze.txt"
_FOUND = re.compile(r"\[(\w+)\] \[severity: (\w+)\] +(pid-[a-z-]+) +\((.+)\)")
_STACK = """
import json

import pulumi_aws as aws

role = aws.iam.Role(
    "hurry",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "pods.eks.amazonaws.com"},
                    "Action": ["sts:AssumeRole", "sts:TagSession"],
                },
                {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
            ],
        }
    ),
)
aws.eks.PodIdentityAssociation(
    "web", cluster_name="demo", namespace="web", service_account="default", role_arn=role.arn
)
"""


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A stack that was made without the pack, and its state in a file."""
    cluster = ROOT / "programs" / "cluster"
    with emulator(cluster / "aws.yaml") as aws:
        program = copy_program(cluster, tmp_path_factory.mktemp("exported") / "program", aws)
        program.write("__main__.py", _STACK)
        made = program.up()
        assert made.code == 0, made.output
        program.pulumi("stack", "export", "--file", "state.json")
        yield program


def test_exported_state_is_judged(exported: Program) -> None:
    """Mandatory rules end it with an error, advisory ones are told."""
    run = exported.pulumi(*_ANALYZE)

    assert run.code != 0
    _, judged = run.output.split("Policies:\n", 1)
    told = f"Policies:\n{judged.rstrip()}\n"
    if os.environ.get("UPDATE_GOLDEN"):
        _GOLDEN.write_text(told, encoding="utf-8")
    assert _FOUND.findall(told) == _FOUND.findall(_GOLDEN.read_text(encoding="utf-8"))
    assert len(_FOUND.findall(told)) > 1


def test_live_account_is_judged_as_its_state(exported: Program) -> None:
    """`eks-pod-identity audit` finds in AWS what the engine finds in the state that made it."""
    offline = {found[:3] for found in _FOUND.findall(exported.pulumi(*_ANALYZE).output)}

    run = run_command(
        ["eks-pod-identity", "audit", "--cluster", "demo", "--output", "json"],
        exported.emulated.environment,
        exported.folder,
    )

    assert run.code == 3, run.output
    live = {
        (each["level"], each["severity"], each["rule"])
        for each in json.loads(run.output)["findings"]
        if not each["rule"].startswith("pid-live-")  # which are the audit's own
    }
    assert live == offline


_HIDDEN = """
import json

import pulumi
import pulumi_aws as aws

open_to_all = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
trust = json.dumps({"Version": "2012-10-17", "Statement": [open_to_all]})
aws.iam.Role("hidden", assume_role_policy=pulumi.Output.secret(trust))
"""


def test_secret_document_is_judged_or_listed(cluster_program: Program) -> None:
    """With the passphrase it is decrypted; without, it is told that it was not judged."""
    cluster_program.write("__main__.py", _HIDDEN)
    assert cluster_program.up().code == 0
    cluster_program.pulumi("stack", "export", "--file", "state.json")

    judged = cluster_program.pulumi(*_ANALYZE)
    environment = {**cluster_program.emulated.environment, "PULUMI_CONFIG_PASSPHRASE": "another"}
    listed = run_command(["pulumi", *_ANALYZE], environment, cluster_program.folder)

    assert {found[2] for found in _FOUND.findall(judged.output)} == {"pid-trust-no-open-principal"}
    assert {found[2] for found in _FOUND.findall(listed.output)} == {"pid-unverified"}
    assert "1 value is not known and not judged: hidden.assumeRolePolicy" in listed.output


def test_configuration_is_taken(exported: Program) -> None:
    """With a strict file more of the rules are mandatory, with a lax one it passes."""
    exported.write("lax.json", json.dumps({"all": "advisory"}))
    strict = str(ROOT / "policy" / "strict.json")

    hard = exported.pulumi(*_ANALYZE, "--policy-pack-config", strict)
    soft = exported.pulumi(*_ANALYZE, "--policy-pack-config", "lax.json")

    assert hard.output.count("[mandatory]") > 1
    assert (soft.code, soft.output.count("[mandatory]")) == (0, 0)
    assert "pid-trust-no-open-principal" in soft.output
