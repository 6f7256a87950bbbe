"""The policy pack under the real engine: our programs pass, and gaps stop an update."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.emulated import ROOT, Emulated, Program, copy_program, emulator

_PACK = ("--policy-pack", str(ROOT / "policy"))
_OPEN_ROLE = """
import pulumi_aws as aws

aws.iam.Role(
    "open",
    assume_role_policy={
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}],
    },
)
"""


@pytest.fixture(name="demo_aws", scope="module")
def _demo_aws() -> Iterator[Emulated]:
    """One for all tests, for most of them make nothing."""
    with emulator(ROOT / "programs" / "cluster" / "aws.yaml") as emulated:
        yield emulated


def test_our_cluster_passes_from_preview_to_state(cluster_program: Program) -> None:
    """All documents are known at the first preview; no rule speaks then, at update or later."""
    preview = cluster_program.preview(*_PACK)
    made = cluster_program.up(*_PACK)
    state = cluster_program.folder / "state.json"
    cluster_program.pulumi("stack", "export", "--file", str(state))
    audit = cluster_program.pulumi("policy", "analyze", *_PACK, "--file", str(state))

    assert "eks-pod-identity-policies" in preview.output
    for run in (preview, made, audit):
        assert run.code == 0, run.output
        assert "pid-" not in run.output


def test_open_role_stops_the_update(cluster_program: Program) -> None:
    """A mandatory rule ends the update before the role is made."""
    cluster_program.write("__main__.py", _OPEN_ROLE)

    run = cluster_program.up(*_PACK)

    assert run.code != 0
    assert "pid-trust-no-open-principal" in run.output
    assert cluster_program.emulated.writes()["CreateRole"] == 0


_LATER = """
import pulumi_aws as aws

own = {"Effect": "Allow", "Action": "budgets:ViewBudget", "Resource": "*"}
budget = aws.iam.Policy("budget", policy={"Version": "2012-10-17", "Statement": [own]})
statement = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "sts:AssumeRole",
    "Condition": {"StringNotEquals": {"aws:PrincipalArn": budget.arn}},
}
role = aws.iam.Role(
    "later", assume_role_policy={"Version": "2012-10-17", "Statement": [statement]}
)
aws.iam.RolePolicy("more", role=role.name, policy={"Statement": [own | {"Resource": budget.arn}]})
"""


def test_what_a_preview_cannot_know_is_listed_once_and_judged_at_update(
    cluster_program: Program,
) -> None:
    """The preview passes with one line for all; the update stops before it makes the role."""
    cluster_program.write("__main__.py", _LATER)

    preview = cluster_program.preview(*_PACK)
    cluster_program.emulated.writes()
    run = cluster_program.up(*_PACK)

    assert preview.code == 0, preview.output
    assert preview.output.count("pid-") == 1
    assert "not known and not judged: later.assumeRolePolicy, more.policy" in preview.output
    assert run.code != 0
    assert "pid-trust-no-open-principal" in run.output
    assert cluster_program.emulated.writes() == {"CreatePolicy": 1}


def test_configuration_file_sets_levels_and_properties(cluster_program: Program) -> None:
    """`--policy-pack-config` turns a rule off, and another up."""
    cluster_program.write("__main__.py", _OPEN_ROLE)
    cluster_program.write("policy.json", json.dumps({"pid-trust-no-open-principal": "disabled"}))

    run = cluster_program.preview(*_PACK, "--policy-pack-config", "policy.json")

    assert run.code == 0, run.output
    assert "pid-trust-no-open-principal" not in run.output


def test_misspelt_configuration_ends_the_preview(cluster_program: Program) -> None:
    """A name that means nothing is told before anything is judged, with what was meant."""
    config = {
        "pid-trust-no-open-principle": "disabled",
        "pid-trust-source-bound": {"account": ["111122223333"]},
    }
    cluster_program.write("policy.json", json.dumps(config))

    run = cluster_program.preview(*_PACK, "--policy-pack-config", "policy.json")

    assert run.code != 0
    assert 'did you mean "pid-trust-no-open-principal"?' in run.output
    assert "its properties: accounts" in run.output


@pytest.mark.parametrize("program", ["workshop"])
def test_our_programs_pass(program: str, tmp_path: Path, demo_aws: Emulated) -> None:
    """The other programs pass as well."""
    copied = copy_program(ROOT / "programs" / program, tmp_path / program, demo_aws)

    preview = copied.preview(*_PACK)

    assert "pid-" not in preview.output, preview.output


_TAGGED_LATER = """
import pulumi_aws as aws

from eks_pod_identity import PodIdentityRole

budget = aws.iam.Policy("budget", policy={"Version": "2012-10-17", "Statement": []})
PodIdentityRole(
    "app",
    {
        "cluster_name": "demo",
        "service_accounts": [{"namespace": "shop", "name": "app"}],
        "tags": {"budget": budget.arn},
        "trust_scope": "account",
    },
)
"""


def test_trust_of_our_role_is_known_though_its_tags_are_not(cluster_program: Program) -> None:
    """Of a role only what depends on the other resource waits for it; its trust is judged."""
    cluster_program.write("__main__.py", _TAGGED_LATER)
    cluster_program.write("policy.json", json.dumps({"pid-unverified": "mandatory"}))

    run = cluster_program.preview(*_PACK, "--policy-pack-config", "policy.json")

    assert run.code == 0, run.output
    assert "pid-trust-cluster-bound" in run.output
