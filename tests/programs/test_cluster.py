"""programs/cluster on the real engine: the guarantees for a whole ClusterConfig."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from harness.emulated import ROOT, Program, Run, copy_program, emulator

_CLUSTER = ROOT / "programs" / "cluster"
_EBS = """\
    podIdentityAssociations:
      - namespace: kube-system
        serviceAccountName: ebs-csi-controller-sa
"""


@dataclass(frozen=True, slots=True)
class _Made:
    """A stack after its first run.

    Attributes:
        program: The program.
        run: The first run.
        writes: What it wrote.
        roles_before: The roles that there were before.
    """

    program: Program
    run: Run
    writes: Counter[str]
    roles_before: set[str]


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Made]:
    """A stack that all share: each changes what is nobody else's concern, the last one ends it."""
    with emulator(_CLUSTER / "aws.yaml") as aws:
        program = copy_program(_CLUSTER, tmp_path_factory.mktemp("cluster") / "program", aws)
        roles = aws.role_names()
        aws.writes()
        run = program.up()
        yield _Made(program, run, aws.writes(), roles)


@pytest.fixture(name="program")
def _program(made: _Made) -> Program:
    """The shared program; what was written so far is forgotten."""
    assert made.run.code == 0, made.run.output
    made.program.emulated.writes()
    return made.program


def test_first_up_makes_just_what_is_needed(made: _Made) -> None:
    """A first run writes a role, one write a policy and an association each, and the add-ons."""
    assert made.run.code == 0, made.run.output
    assert made.writes == {
        "CreateAddon": 5,
        "CreatePodIdentityAssociation": 5,
        "CreateRole": 5,
        "AttachRolePolicy": 5,
        "PutRolePolicy": 3,
    }
    found = made.program.emulated.associations("demo")
    assert found["kube-system/aws-node"]["ownerArn"].split("/")[-2] == "vpc-cni"
    assert found["backend/reports"]["disableSessionTags"] is True
    assert found["shop/orders"]["targetRoleArn"].endswith("role/orders-archive")
    assert "ownerArn" not in found["dev/s3-reader"]


def test_second_up_writes_nothing(program: Program) -> None:
    """Up again: no AWS write, no pod restart, all resources unchanged."""
    restarts = program.emulated.restarts()

    run = program.up("--expect-no-changes")

    assert run.code == 0, run.output
    assert program.emulated.writes() == {}
    assert program.emulated.restarts() == restarts


def test_omitted_addon_list_is_refused_at_preview(program: Program) -> None:
    """Preview and update stop, name what would be lost and `[]`, and AWS gets no write."""
    text = program.read("cluster.yaml")

    with program.with_text("cluster.yaml", text[: text.index(_EBS)] + text[text.index("\niam:") :]):
        preview, run = program.preview(), program.up()

    for refused in (preview, run):
        assert refused.code != 0
        assert "[addon-associations-omitted]" in refused.output
        assert "kube-system/ebs-csi-controller-sa -> arn:aws:iam::" in refused.output
        assert "write podIdentityAssociations: []" in refused.output
    assert program.emulated.writes() == {}


def test_omitted_cluster_list_is_refused_at_preview(program: Program) -> None:
    """As for add-ons; all entries are named in one report."""
    found = program.emulated.associations("demo").values()
    standalone = [each for each in found if "ownerArn" not in each]
    text = program.read("cluster.yaml")

    with program.with_text("cluster.yaml", text[: text.index("iam:\n")]):
        refused = program.up()

    assert len(standalone) > 1
    assert refused.code != 0
    assert f"declared {len(standalone)} associations [associations-omitted]" in refused.output
    assert "Traceback" not in refused.output  # of a program that the engine interrupts
    assert program.emulated.writes() == {}


def test_changed_permission_changes_the_role_alone(program: Program) -> None:
    """Association and add-on stay the same, in the preview and in AWS's call log."""
    restarts = program.emulated.restarts()
    program.replace(
        "cluster.yaml", "service-role/AmazonEBSCSIDriverPolicy", "AmazonEBSCSIDriverPolicyV2"
    )

    preview = program.preview()
    run = program.up()

    assert "2 changes" in preview.output, preview.output
    assert run.code == 0, run.output
    assert program.emulated.writes() == {"AttachRolePolicy": 1, "DetachRolePolicy": 1}
    assert program.emulated.restarts() == restarts


def test_removed_entry_goes_with_all_that_was_made_for_it(program: Program) -> None:
    """The association goes first, then policies, role and service account; others stay."""
    aws = program.emulated
    before = aws.role_names()
    text = program.read("cluster.yaml")
    program.write("cluster.yaml", text[: text.index("\n    # 5.")] + "\n")

    run = program.up()

    assert run.code == 0, run.output
    assert "shop/orders" not in aws.associations("demo")
    assert before - aws.role_names() == {"demo-shop-orders"}
    assert list(aws.writes()) == ["DeletePodIdentityAssociation", "DetachRolePolicy", "DeleteRole"]


def test_empty_list_clears(program: Program) -> None:
    """`[]` deletes the add-on's associations and their roles, and leaves the add-on."""
    aws = program.emulated
    program.replace(
        "cluster.yaml",
        "    useDefaultPodIdentityAssociations: true\n",
        "    podIdentityAssociations: []\n",
    )

    run = program.up()

    assert run.code == 0, run.output
    assert "kube-system/aws-node" not in aws.associations("demo")
    assert "vpc-cni" in aws.client("eks").list_addons(clusterName="demo")["addons"]
    assert list(aws.writes()) == ["UpdateAddon", "DetachRolePolicy", "DeleteRole"]


def test_destroy_leaves_nothing_of_ours(program: Program, made: _Made) -> None:
    """All goes but what was there before."""
    run = program.destroy()

    assert run.code == 0, run.output
    assert program.emulated.associations("demo") == {}
    assert program.emulated.role_names() == made.roles_before
