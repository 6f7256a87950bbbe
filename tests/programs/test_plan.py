"""`eks-pod-identity plan` and `pulumi up` on the same file: what one foretells, the other does."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from harness.emulated import ROOT, Program, copy_program, emulator, run_command

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
_UPDATE = "UpdatePodIdentityAssociation"
_EBS = """\
    podIdentityAssociations:
      - namespace: kube-system
        serviceAccountName: ebs-csi-controller-sa
        permissionPolicyARNs:
          - arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy
"""
_CLEARED = "    podIdentityAssociations: []\n"
# One after the other, each on what the former have left: text that goes, text that comes.
_EDITS = {
    "a permission changes": ("AmazonElastiCacheFullAccess", "AmazonElastiCacheReadOnlyAccess"),
    "a role is given another name": ("roleName: demo-shop-orders", "roleName: demo-orders"),
    "an entry gets another given role": ("role/reports\n", "role/s3-reader\n"),
    "a target role is taken away": (
        "targetRoleARN: arn:aws:iam::444455556666:role/reports-archive\n",
        'targetRoleARN: ""\n',
    ),
    "a service account is renamed": (
        "serviceAccountName: cluster-autoscaler",
        "serviceAccountName: cas",
    ),
    "an add-on gets a version": ("  - name: coredns\n", "  - name: coredns\n    version: latest\n"),
    "a list is cleared": (_EBS, _CLEARED),
    "an add-on is removed": ("  - name: aws-ebs-csi-driver\n" + _CLEARED, ""),
}


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """programs/cluster after its first run; shared, so leave it as the file says."""
    cluster = ROOT / "programs" / "cluster"
    with emulator(cluster / "aws.yaml") as aws:
        program = copy_program(cluster, tmp_path_factory.mktemp("plan") / "program", aws)
        run = program.up()
        assert run.code == 0, run.output
        yield program


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
    done = Counter({name: count for name, count in writes.items() if name in _FORETOLD})
    if update := done[_UPDATE]:
        # The provider leaves a removed target role out, which keeps it; a second call follows.
        done[_UPDATE] = min(update, 1)
    return done


def _differences(plan: Mapping[str, Any]) -> list[str]:
    return [change["address"] for change in plan["changes"] if change["step"] != "same"]


def test_up_does_what_the_plan_says(cluster_program: Program) -> None:
    """First run and edit after edit: the engine writes what the plan foretold, and no more."""
    _check_agreement(cluster_program)
    for edit, (old, new) in _EDITS.items():
        cluster_program.replace("cluster.yaml", old, new)
        _check_agreement(cluster_program, edit)


def _check_agreement(program: Program, edit: str = "the first run") -> None:
    plan = _plan(program)
    assert _differences(plan), edit
    program.emulated.writes()

    run = program.up()

    assert run.code == 0, run.output
    assert _done(program) == _foretold(plan), edit
    assert _differences(_plan(program)) == [], edit


@pytest.mark.parametrize(
    ("old", "id_"),
    [(_EBS, "addon-associations-omitted"), ("iam:\n", "associations-omitted")],
    ids=["addon", "cluster"],
)
def test_omission_is_refused_by_both(made: Program, old: str, id_: str) -> None:
    """A list that is gone is the same problem in the plan and on the engine."""
    text = made.read("cluster.yaml")
    kept = text[: text.index(old)] if old == "iam:\n" else text.replace(old, "")

    with made.with_text("cluster.yaml", kept):
        plan = _plan(made)
        run = made.preview()

    assert [problem["id"] for problem in plan["problems"]] == [id_]
    assert run.code != 0
    assert id_ in run.output


def test_change_behind_the_back_is_told(made: Program) -> None:
    """Drift that a plain `up` does not see is a step of the plan, and gone after a refresh."""
    iam = made.emulated.client("iam")
    iam.delete_role_policy(RoleName="demo-app-cache-access", PolicyName="ClusterAutoscaler")

    drift = _plan(made)
    run = made.up("--refresh")

    (change,) = [change for change in drift["changes"] if change["step"] != "same"]
    assert change["address"] == "role of dev/app-cache-access"
    assert change["reasons"] == ["inline policy: add ClusterAutoscaler"]
    assert run.code == 0, run.output
    assert _differences(_plan(made)) == []


def test_addon_deleted_by_hand_leaves_no_role(made: Program) -> None:
    """The engine deletes the role that it made, though add-on and association are gone already."""
    aws = made.emulated
    eks = aws.client("eks")
    name = {"clusterName": "demo", "addonName": "aws-ebs-csi-driver"}
    eks.delete_addon(**name)
    eks.get_waiter("addon_deleted").wait(**name, WaiterConfig={"Delay": 1})
    made.replace("cluster.yaml", "  - name: aws-ebs-csi-driver\n" + _EBS, "")

    run = made.up("--refresh")

    assert run.code == 0, run.output
    assert not any("ebs-csi" in role for role in aws.role_names())


def test_default_tags_are_no_drift(cluster_program: Program) -> None:
    """What the provider adds to all that the stack makes is not told as a change of it."""
    tags = ("config", "set", "--path", "aws:defaultTags.tags.owner", "platform")
    assert cluster_program.pulumi(*tags).code == 0

    run = cluster_program.up()

    assert run.code == 0, run.output
    assert cluster_program.emulated.associations("demo")["shop/orders"]["tags"]["owner"]
    assert _differences(_plan(cluster_program)) == []
