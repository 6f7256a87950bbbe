"""`plan`, `preview` and `up` give one verdict on a file, and a refused run writes nothing."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from harness.declared import FIXTURES, Component, Declared, declared
from harness.emulated import ROOT, Emulated, emulator, run_command
from ruamel.yaml import YAML

_CASES = sorted((ROOT / "tests" / "cases" / "verdict").glob("*.yaml"))
_ID = re.compile(r"\[([a-z]+(?:-[a-z]+)+)\]$", re.MULTILINE)


@pytest.fixture(name="aws", scope="module")
def _aws() -> Iterator[Emulated]:
    with emulator(FIXTURES / "verdict.yaml") as emulated:
        yield emulated


@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.stem)
def test_plan_preview_and_up_refuse_the_same(aws: Emulated, tmp_path: Path, path: Path) -> None:
    """Each finding of the one is a finding of the others, as often, and nothing is written."""
    case: Mapping[str, Any] = YAML(typ="safe", pure=True).load(path)
    stack = declared(tmp_path, aws, path.stem)
    if "before" in case:
        stack.up(_component(path.stem, case["before"]))
    for other in case.get("others", ()):
        aws.client("eks").create_pod_identity_association(clusterName=path.stem, **other)
    text = _file(path.stem, case["file"])
    stack.program.write("cluster.yaml", text)
    stack.declare(Component("ClusterPodIdentities", "whole", {"config_file": "cluster.yaml"}))
    aws.writes()

    plan = run_command(["eks-pod-identity", "plan", "cluster.yaml"], aws.environment, tmp_path)
    preview = stack.program.preview()
    run = stack.program.up()

    assert aws.write_log() == ()
    assert (plan.code, preview.code != 0, run.code != 0) == (1, True, True), run.output
    assert Counter(_ID.findall(plan.output)) == case["problems"]
    for output in (preview.output, run.output):
        _, _, diagnostics = output.rpartition("\nDiagnostics:\n")
        assert Counter(_ID.findall(diagnostics)) == case["problems"], output
        for line in case.get("says", ()):
            assert line in output


def _component(cluster: str, file: Mapping[str, Any]) -> Component:
    return Component("ClusterPodIdentities", "whole", {"config": _file(cluster, file)})


def _file(cluster: str, file: Mapping[str, Any]) -> str:
    return json.dumps({"metadata": {"name": cluster, "region": "eu-west-1"}, **file}, indent=1)


def test_components_alone_say_the_same_in_one_report(aws: Emulated, tmp_path: Path) -> None:
    """Each is in the words of the program, and the preview goes on to the next component."""
    stack: Declared = declared(tmp_path, aws, "alone")
    role = "arn:aws:iam::111122223333:role/gone"
    account = {"namespace": "shop", "service_account": "a"}
    read = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAcces"]
    entry = {"service_account": "ebs-csi-controller-sa", "role_arn": role}
    stack.declare(
        Component("PodIdentityAssociation", "one", {**account, "role_arn": role}),
        Component(
            "Addon",
            "ebs",
            {"addon_name": "aws-ebs-csi-driver", "pod_identity_associations": [entry]},
        ),
        Component(
            "PodIdentityRole",
            "three",
            {
                "service_accounts": [{"namespace": "shop", "name": "c"}],
                "permission_policy_arns": read,
            },
        ),
    )
    aws.writes()

    preview = stack.program.preview()

    assert aws.write_log() == ()
    assert preview.code != 0, preview.output
    assert f"one.role_arn: there is no role {role} [role-not-found]" in preview.output
    assert "ebs.pod_identity_associations[0].role_arn: there is no role" in preview.output
    assert "three.permission_policy_arns[0]: there is no managed policy" in preview.output
    assert "3 problems" in preview.output
