"""Changes of one association on the real engine: in place where EKS can, no write too many."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.declared import Component, declared, empty_clusters
from harness.emulated import Emulated

_MINE = "arn:aws:iam::111122223333:role/mine"
_MINE_TOO = "arn:aws:iam::111122223333:role/mine-too"
_TARGET = "arn:aws:iam::444455556666:role/archive"
_READ = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}
_CLUSTERS = ("in-place", "target", "session-policy")


@pytest.fixture(name="aws", scope="module")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    with empty_clusters(tmp_path_factory.mktemp("aws"), *_CLUSTERS) as emulated:
        yield emulated


def _association(**args: Any) -> Component:  # noqa: ANN401 - any argument of the component
    account = {"namespace": "dev", "service_account": "app"}
    return Component("PodIdentityAssociation", "app", {**account, "role_arn": _MINE, **args})


def test_role_tags_and_session_tags_change_in_place(aws: Emulated, tmp_path: Path) -> None:
    """Each change is one write, and the association keeps its id."""
    stack = declared(tmp_path, aws, "in-place")
    stack.up(_association())
    first = stack.association("dev/app")

    repointed = stack.up(_association(role_arn=_MINE_TOO))
    off = stack.up(_association(role_arn=_MINE_TOO, disable_session_tags=True))
    found_off = stack.association("dev/app")
    on = stack.up(_association(role_arn=_MINE_TOO))
    tagged = stack.up(_association(role_arn=_MINE_TOO, tags={"team": "a"}))

    assert repointed == off == on == ("UpdatePodIdentityAssociation",)
    assert found_off["disableSessionTags"] is True
    assert tagged == ("TagResource",)
    last = stack.association("dev/app")
    assert last["associationId"] == first["associationId"]
    assert (last["roleArn"], last["disableSessionTags"]) == (_MINE_TOO, False)
    assert last["tags"]["team"] == "a"


def test_target_role_is_set_changed_and_taken_away(aws: Emulated, tmp_path: Path) -> None:
    """AWS has no target role at the end, the association keeps its id, the next up does nothing."""
    stack = declared(tmp_path, aws, "target")
    stack.up(_association())
    first = stack.association("dev/app")

    assert stack.up(_association(target_role_arn=_TARGET)) == ("UpdatePodIdentityAssociation",)
    assert stack.association("dev/app")["targetRoleArn"] == _TARGET
    stack.up(_association(target_role_arn=f"{_TARGET}-2"))
    assert stack.association("dev/app")["targetRoleArn"] == f"{_TARGET}-2"
    omitted = stack.refused(_association())
    gone = stack.up(_association(target_role_arn=""))

    assert "[target-role-omitted]" in omitted
    assert set(gone) == {"UpdatePodIdentityAssociation"}
    last = stack.association("dev/app")
    assert "targetRoleArn" not in last
    assert last["associationId"] == first["associationId"]
    assert stack.up() == ()
    refresh = stack.program.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert refresh.code == 0, refresh.output


def test_session_policy_is_set_changed_and_taken_away(aws: Emulated, tmp_path: Path) -> None:
    """It may go together with the switch that it needs: session tags come back in the same run."""
    stack = declared(tmp_path, aws, "session-policy")
    write = json.loads(json.dumps(_READ).replace("GetObject", "PutObject"))
    stack.up(_association(disable_session_tags=True, policy=json.dumps(_READ)))
    first = stack.association("dev/app")

    changed = stack.up(_association(disable_session_tags=True, policy=json.dumps(write)))
    assert json.loads(stack.association("dev/app")["policy"]) == write
    gone = stack.up(_association(policy=""))

    assert changed == ("UpdatePodIdentityAssociation",)
    assert set(gone) == {"UpdatePodIdentityAssociation"}
    last = stack.association("dev/app")
    assert "policy" not in last
    assert last["disableSessionTags"] is False
    assert last["associationId"] == first["associationId"]
    assert stack.up() == ()
