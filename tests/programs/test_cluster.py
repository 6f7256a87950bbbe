"""programs/cluster on the real engine: the guarantees for a whole ClusterConfig."""

from harness.emulated import Program

_EBS_ENTRY = """\
    podIdentityAssociations:
      - namespace: kube-system
        serviceAccountName: ebs-csi-controller-sa
        permissionPolicyARNs:
          - arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy
"""


def test_first_up_makes_just_what_is_needed(cluster_program: Program) -> None:
    """A first run writes a role, one write a policy and an association each, and the add-ons."""
    aws = cluster_program.emulated

    run = cluster_program.up()

    assert run.code == 0, run.output
    assert aws.writes() == {
        "CreateAddon": 5,
        "CreatePodIdentityAssociation": 5,
        "CreateRole": 5,
        "AttachRolePolicy": 5,
        "PutRolePolicy": 3,
    }
    found = aws.associations("demo")
    assert found["kube-system/aws-node"]["ownerArn"].split("/")[-2] == "vpc-cni"
    assert found["backend/reports"]["disableSessionTags"] is True
    assert found["shop/orders"]["targetRoleArn"].endswith("role/orders-archive")
    assert "ownerArn" not in found["dev/s3-reader"]


def test_second_up_writes_nothing(cluster_program: Program) -> None:
    """Up again: no AWS write, no pod restart, all resources unchanged."""
    cluster_program.up()
    aws = cluster_program.emulated
    aws.writes()

    run = cluster_program.up("--expect-no-changes")

    assert run.code == 0, run.output
    assert aws.writes() == {}
    assert not any(aws.restarts().values())


def test_changed_permission_changes_the_role_alone(cluster_program: Program) -> None:
    """Association and add-on stay the same, in the preview and in AWS's call log."""
    cluster_program.up()
    aws = cluster_program.emulated
    aws.writes()
    cluster_program.replace(
        "cluster.yaml", "service-role/AmazonEBSCSIDriverPolicy", "AmazonEBSCSIDriverPolicyV2"
    )

    preview = cluster_program.preview()
    run = cluster_program.up()

    assert "2 changes" in preview.output, preview.output
    assert run.code == 0, run.output
    assert aws.writes() == {"AttachRolePolicy": 1, "DetachRolePolicy": 1}
    assert not any(aws.restarts().values())


def test_removed_entry_goes_with_all_that_was_made_for_it(cluster_program: Program) -> None:
    """The association goes first, then policies, role and service account; others stay."""
    cluster_program.up()
    aws = cluster_program.emulated
    before = aws.role_names()
    aws.writes()
    text = cluster_program.read("cluster.yaml")
    cluster_program.write("cluster.yaml", text[: text.index("\n    # 5.")] + "\n")

    run = cluster_program.up()

    assert run.code == 0, run.output
    assert "shop/orders" not in aws.associations("demo")
    assert before - aws.role_names() == {"demo-shop-orders"}
    assert list(aws.writes()) == ["DeletePodIdentityAssociation", "DetachRolePolicy", "DeleteRole"]


def test_omitted_addon_list_is_refused_at_preview(cluster_program: Program) -> None:
    """Preview and update stop, name what would be lost and `[]`, and AWS gets no write."""
    cluster_program.up()
    aws = cluster_program.emulated
    aws.writes()
    cluster_program.replace("cluster.yaml", _EBS_ENTRY, "")

    preview, run = cluster_program.preview(), cluster_program.up()

    for refused in (preview, run):
        assert refused.code != 0
        assert "[addon-associations-omitted]" in refused.output
        assert "kube-system/ebs-csi-controller-sa -> arn:aws:iam::" in refused.output
        assert "write podIdentityAssociations: []" in refused.output
    assert aws.writes() == {}


def test_omitted_cluster_list_is_refused_at_preview(cluster_program: Program) -> None:
    """As for add-ons; all entries are named in one report."""
    cluster_program.up()
    aws = cluster_program.emulated
    aws.writes()
    text = cluster_program.read("cluster.yaml")
    cluster_program.write("cluster.yaml", text[: text.index("iam:\n")])

    refused = cluster_program.up()

    assert refused.code != 0
    assert "holds 5 associations [associations-omitted]" in refused.output
    assert "Traceback" not in refused.output  # of a program that the engine interrupts
    assert aws.writes() == {}


def test_empty_list_clears(cluster_program: Program) -> None:
    """`[]` deletes the add-on's associations and their roles, and leaves the add-on."""
    cluster_program.up()
    aws = cluster_program.emulated
    aws.writes()
    cluster_program.replace("cluster.yaml", _EBS_ENTRY, "    podIdentityAssociations: []\n")

    run = cluster_program.up()

    assert run.code == 0, run.output
    assert "kube-system/ebs-csi-controller-sa" not in aws.associations("demo")
    assert list(aws.writes()) == ["UpdateAddon", "DetachRolePolicy", "DeleteRole"]


def test_destroy_leaves_nothing_of_ours(cluster_program: Program) -> None:
    """All goes but what was there before."""
    aws = cluster_program.emulated
    before = aws.role_names()
    cluster_program.up()

    run = cluster_program.destroy()

    assert run.code == 0, run.output
    assert aws.associations("demo") == {}
    assert aws.role_names() == before
