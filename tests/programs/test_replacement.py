"""What cannot change in place on the real engine, what is the same, and what is removed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.declared import FIXTURES, Component, declared, empty_clusters
from harness.emulated import Emulated, copy_program

_MINE = "arn:aws:iam::111122223333:role/mine"
_S3 = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
_REPLACED = ("DeletePodIdentityAssociation", "CreatePodIdentityAssociation")
_CLUSTERS = ("moved", "elsewhere", "renamed", "aliased", "removed", "blue", "green")


@pytest.fixture(name="aws", scope="module")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    with empty_clusters(tmp_path_factory.mktemp("aws"), *_CLUSTERS) as emulated:
        yield emulated


def _association(name: str = "app", **args: Any) -> Component:  # noqa: ANN401 - any argument
    account = {"namespace": "dev", "service_account": "app"}
    return Component("PodIdentityAssociation", name, {**account, **args})


def test_moved_association_is_deleted_before_it_is_made_anew(aws: Emulated, tmp_path: Path) -> None:
    """Namespace, service account and cluster: the old one goes first, so EKS never says 409."""
    stack = declared(tmp_path, aws, "moved")
    stack.up(_association(role_arn=_MINE))

    namespace = stack.up_as_previewed(_association(role_arn=_MINE, namespace="qa"))
    account = stack.up(_association(role_arn=_MINE, namespace="qa", service_account="job"))
    cluster = stack.up(
        _association(
            role_arn=_MINE, namespace="qa", service_account="job", cluster_name="elsewhere"
        )
    )

    assert namespace == account == cluster == _REPLACED
    assert not aws.associations("moved")
    assert list(aws.associations("elsewhere")) == ["qa/job"]


def test_renamed_role_is_made_first_and_deleted_last(aws: Emulated, tmp_path: Path) -> None:
    """The association is pointed at the new role, in place, before the old one goes."""
    stack = declared(tmp_path, aws, "renamed")
    stack.up(_association(role_name="old", permission_policy_arns=_S3))
    first = stack.association("dev/app")

    writes = stack.up_as_previewed(_association(role_name="new", permission_policy_arns=_S3))

    assert writes == (
        "CreateRole",
        "AttachRolePolicy",
        "UpdatePodIdentityAssociation",
        "DetachRolePolicy",
        "DeleteRole",
    )
    last = stack.association("dev/app")
    assert last["roleArn"].endswith("role/new")
    assert last["associationId"] == first["associationId"]
    assert "old" not in aws.role_names()


def test_component_renamed_with_an_alias_is_the_same(aws: Emulated, tmp_path: Path) -> None:
    """An alias of the component is enough: everything beneath it is known again."""
    stack = declared(tmp_path, aws, "aliased")
    permissions = {
        "permission_policy_arns": _S3,
        "well_known_policies": ["externalDNS"],
        "create_service_account": True,
        "namespace": "default",
    }
    before = _association("before", **permissions)
    stack.up(before)

    after = Component(before.kind, "after", before.args, aliases=("before",))

    assert stack.up_as_previewed(after) == ()


def test_removed_component_takes_along_what_it_made(aws: Emulated, tmp_path: Path) -> None:
    """Association first, then policies and role; the role of its user's own stays."""
    stack = declared(tmp_path, aws, "removed")
    made = _association(
        "made",
        namespace="default",
        service_account="made",
        permission_policy_arns=_S3,
        create_service_account=True,
    )
    stack.up(made, _association("brought", role_arn=_MINE))

    writes = stack.up_as_previewed(_association("other", service_account="b", role_arn=_MINE))

    assert sorted(writes) == sorted(
        [
            "CreatePodIdentityAssociation",
            *["DeletePodIdentityAssociation"] * 2,
            "DetachRolePolicy",
            "DeleteRole",
        ]
    )
    assert writes.index("DeletePodIdentityAssociation") < writes.index("DetachRolePolicy")
    assert "mine" in aws.role_names()


def test_components_of_one_name_live_under_different_parents(aws: Emulated, tmp_path: Path) -> None:
    """Pulumi tells resources apart by their parents, and so must everything of ours."""
    program = copy_program(FIXTURES / "teams", tmp_path, aws, stack="teams")

    first, second = program.up(), program.up("--expect-no-changes")

    assert first.code == 0, first.output
    assert second.code == 0, second.output
    assert set(aws.associations("blue")) == set(aws.associations("green"))
    assert program.destroy().code == 0
