"""Bad input through the real commands: one report of all problems, exit 1, nothing written."""

import json
import subprocess

import pytest
from harness.config_case import Expectation, read_expectations
from harness.emulated import ROOT, Program

_CASES = {path.stem: path for path in (ROOT / "tests" / "cases" / "bad-input").glob("*.yaml")}
# One of each way to fail: no tree, one problem, problems with two places, many problems.
_ON_THE_ENGINE = (
    "faulty-yaml",
    "irsa-with-pod-identity",
    "duplicate-service-account",
    "several-at-once",
)


def test_every_bad_input_has_its_case() -> None:
    """The kinds of bad input that users produce are all here."""
    assert sorted(_CASES) == [
        "bad-arns-and-names",
        "duplicate-service-account",
        "faulty-yaml",
        "irsa-with-pod-identity",
        "nothing-given",
        "role-with-permissions",
        "session-policy-with-session-tags",
        "several-at-once",
        "unknown-keys",
        "wrong-types",
    ]


@pytest.mark.parametrize("case", sorted(_CASES))
def test_validate_tells_every_problem(case: str) -> None:
    """Ids, addresses and lines are those that the file's head tells, and the exit code is 1."""
    path = _CASES[case]

    done = subprocess.run(
        ["eks-pod-identity", "validate", path, "--output", "json"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stderr
    found = [
        Expectation(
            problem["id"],
            problem["address"],
            tuple(place["line"] for place in problem["places"]),
            problem["severity"],
        )
        for problem in json.loads(done.stdout)["problems"]
    ]
    assert sorted(found) == read_expectations(path.read_text())


@pytest.mark.parametrize("case", _ON_THE_ENGINE)
def test_up_tells_every_problem_and_writes_nothing(refused_program: Program, case: str) -> None:
    """`pulumi up` reports what `validate` does, at once and without a traceback."""
    path = _CASES[case]
    refused_program.write(path.name, path.read_text())
    refused_program.pulumi("config", "set", "clusterFile", path.name)

    run = refused_program.up()

    assert run.code != 0
    expected = read_expectations(path.read_text())
    for problem in expected:
        assert f"[{problem.id}]" in run.output, run.output
        assert problem.address in run.output
        assert all(f"{path.name}:{line}:" in run.output for line in problem.lines)
    assert f"{len(expected)} problems" in run.output or len(expected) == 1
    assert "Traceback" not in run.output
    assert refused_program.emulated.writes() == {}


def test_account_claimed_by_an_addon_and_by_hand_is_told_before_any_change(
    refused_program: Program,
) -> None:
    """EKS knows the add-on's namespace and the file does not, so the preview tells it."""
    named = "- namespace: kube-system\n        serviceAccountName: ebs"
    text = refused_program.read("cluster.yaml").replace(named, "- serviceAccountName: ebs")
    refused_program.write(
        "claimed-twice.yaml",
        text + "\n    - namespace: kube-system\n"
        "      serviceAccountName: ebs-csi-controller-sa\n"
        "      roleARN: arn:aws:iam::111122223333:role/reports\n",
    )
    refused_program.pulumi("config", "set", "clusterFile", "claimed-twice.yaml")

    run = refused_program.up()

    assert run.code != 0
    assert (
        "iam.podIdentityAssociations: kube-system/ebs-csi-controller-sa is claimed by "
        "iam.podIdentityAssociations and addons[4]"
    ) in run.output
    assert "[association-duplicate]" in run.output
    assert refused_program.emulated.writes() == {}
