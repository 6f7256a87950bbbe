"""`eks-pod-identity plan` and `pulumi up` on the same file: what one foretells, the other does."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from harness.emulated import Program, run_command

_OPERATIONS = {
    ("create", "role"): ["CreateRole"],
    ("replace", "role"): ["CreateRole", "DeleteRole"],
    ("delete", "role"): ["DeleteRole"],
    ("create", "association"): ["CreatePodIdentityAssociation"],
    ("update", "association"): ["UpdatePodIdentityAssociation"],
    ("delete", "association"): ["DeletePodIdentityAssociation"],
    ("create", "add-on"): ["CreateAddon"],
    ("update", "add-on"): ["UpdateAddon"],
    ("delete", "add-on"): ["DeleteAddon"],
}
_FORETOLD = frozenset(name for names in _OPERATIONS.values() for name in names)
_REPORTS = """\
    - namespace: backend
      serviceAccountName: reports
      roleARN: arn:aws:iam::111122223333:role/reports
      targetRoleARN: arn:aws:iam::444455556666:role/reports-archive
      disableSessionTags: true
"""
_EBS = """\
    podIdentityAssociations:
      - serviceAccountName: ebs-csi-controller-sa
        permissionPolicyARNs:
          - arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy
"""
_CLEARED = "    podIdentityAssociations: []\n"

Edit = Callable[[Program], None]


def _replace(old: str, new: str) -> Edit:
    return lambda program: program.replace("cluster.yaml", old, new)


_EDITS: Mapping[str, Edit] = {
    "nothing": lambda _: None,
    "permission": _replace("service-role/AmazonEBSCSIDriverPolicy", "AmazonEBSCSIDriverPolicyV2"),
    "entry-removed": _replace(_REPORTS, ""),
    "entry-renamed": _replace("serviceAccountName: cluster-autoscaler", "serviceAccountName: cas"),
    "role-renamed": _replace("roleName: demo-shop-orders", "roleName: demo-orders"),
    "given-role": _replace("role/reports\n", "role/s3-reader\n"),
    "target-role-removed": _replace(
        "      targetRoleARN: arn:aws:iam::444455556666:role/reports-archive\n", ""
    ),
    "addon-list-cleared": _replace(_EBS, _CLEARED),
    "addon-removed": _replace("  - name: aws-ebs-csi-driver\n" + _EBS, ""),
    "addon-version": _replace("  - name: coredns\n", "  - name: coredns\n    version: latest\n"),
}


def _plan(program: Program) -> dict[str, Any]:
    command = ["eks-pod-identity", "plan", "cluster.yaml", "--output", "json"]
    run = run_command(command, program.emulated.environment, program.folder)
    found: dict[str, Any] = json.loads(run.output)
    return found


def _foretold(plan: Mapping[str, Any]) -> Counter[str]:
    """Return the writes that a plan stands for; EKS sees to an add-on's associations itself."""
    return Counter(
        operation
        for change in plan["changes"]
        if change["kind"] != "association" or change["addon"] is None
        for operation in _OPERATIONS.get((change["step"], change["kind"]), ())
    )


def _done(program: Program) -> Counter[str]:
    writes = program.emulated.writes()
    return Counter({name: count for name, count in writes.items() if name in _FORETOLD})


def _differences(plan: Mapping[str, Any]) -> list[str]:
    return [change["address"] for change in plan["changes"] if change["step"] != "same"]


def test_first_up_does_what_the_plan_says(cluster_program: Program) -> None:
    """From nothing: each step of the plan is a write, and afterwards there is nothing to do."""
    plan = _plan(cluster_program)
    assert plan["problems"] == []
    cluster_program.emulated.writes()

    run = cluster_program.up()

    assert run.code == 0, run.output
    assert _done(cluster_program) == _foretold(plan)
    assert _differences(_plan(cluster_program)) == []


@pytest.mark.parametrize("edit", _EDITS)
def test_next_up_does_what_the_plan_says(cluster_program: Program, edit: str) -> None:
    """After an edit: the engine writes what the plan foretold, and then nothing differs."""
    cluster_program.up()
    _EDITS[edit](cluster_program)
    plan = _plan(cluster_program)
    cluster_program.emulated.writes()

    run = cluster_program.up()

    assert run.code == 0, run.output
    assert bool(_differences(plan)) is (edit != "nothing")
    assert _done(cluster_program) == _foretold(plan)
    assert _differences(_plan(cluster_program)) == []


@pytest.mark.parametrize(
    ("old", "id_"),
    [(_EBS, "addon-associations-omitted"), ("iam:\n", "associations-omitted")],
    ids=["addon", "cluster"],
)
def test_omission_is_refused_by_both(cluster_program: Program, old: str, id_: str) -> None:
    """A list that is gone is the same problem in the plan and on the engine."""
    cluster_program.up()
    text = cluster_program.read("cluster.yaml")
    kept = text[: text.index(old)] if old == "iam:\n" else text.replace(old, "")
    cluster_program.write("cluster.yaml", kept)

    plan = _plan(cluster_program)
    run = cluster_program.preview()

    assert [problem["id"] for problem in plan["problems"]] == [id_]
    assert run.code != 0
    assert id_ in run.output


def test_change_behind_the_back_is_told(cluster_program: Program) -> None:
    """Drift that a plain `up` does not see is a step of the plan, and gone after a refresh."""
    cluster_program.up()
    iam = cluster_program.emulated.client("iam")
    iam.delete_role_policy(RoleName="demo-app-cache-access", PolicyName="PolicyAutoScaling")

    drift = _plan(cluster_program)
    run = cluster_program.up("--refresh")

    (change,) = [change for change in drift["changes"] if change["step"] != "same"]
    assert change["address"] == "role of dev/app-cache-access"
    assert change["reasons"] == ["inline policy: add PolicyAutoScaling"]
    assert run.code == 0, run.output
    assert _differences(_plan(cluster_program)) == []
