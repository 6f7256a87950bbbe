"""A state that was not saved, made again of what the engine wrote down."""

import json
from collections.abc import Iterable
from typing import Any

import pytest

from eks_pod_identity.observed.stack import StackResource
from eks_pod_identity.recovery.journal import read_journal
from eks_pod_identity.recovery.options import with_options
from eks_pod_identity.recovery.replay import Replay, replay

_PROVIDER = "urn:pulumi:prod::shop::pulumi:providers:aws::default"
Json = dict[str, Any]


def _urn(name: str, type_: str = "aws:iam/role:Role") -> str:
    return f"urn:pulumi:prod::shop::{type_}::{name}"


def _state(name: str, id_: str = "", **changed: Any) -> Json:  # noqa: ANN401 - JSON
    fixed = {"urn": _urn(name), "type": "aws:iam/role:Role", "custom": True, "id": id_ or name}
    return {**fixed, "inputs": {"name": name}, "outputs": {"name": name}, **changed}


def _event(
    op: str, new: Json | None = None, old: Json | None = None, *, done: bool = True, **more: bool
) -> str:
    urn = (new or old or {})["urn"]
    metadata = {"op": op, "urn": urn, "old": old, "new": new}
    kind = "resOutputsEvent" if done else "resourcePreEvent"
    return json.dumps({"sequence": 1, kind: {"metadata": metadata, **more}})


def _replayed(events: Iterable[str], *before: Json) -> Replay:
    exported = {"version": 3, "deployment": {"resources": list(before)}}
    return replay(exported, read_journal(events))


def _ids(found: Replay) -> list[tuple[str, bool]]:
    states = found.exported["deployment"]["resources"]
    return [(each["id"], each.get("delete", False)) for each in states]


def test_what_was_made_changed_and_deleted_is_in_the_state() -> None:
    """Each step that ended is done once more to the state of before."""
    changed = _state("changed", outputs={"name": "changed", "tags": {"a": "1"}})
    found = _replayed(
        [
            _event("create", _state("made")),
            _event("update", changed, _state("changed")),
            _event("delete", None, _state("gone")),
            _event("same", _state("kept"), _state("kept")),
        ],
        _state("changed", dependencies=[_urn("kept")]),
        _state("gone"),
        _state("kept"),
    )

    states = {each["id"]: each for each in found.exported["deployment"]["resources"]}
    assert set(states) == {"made", "changed", "kept"}
    assert states["changed"]["outputs"]["tags"] == {"a": "1"}
    assert states["changed"]["dependencies"] == [_urn("kept")]
    assert [each.name for each in found.made] == ["made"]
    assert (found.changed, found.gone) == ({_urn("changed")}, {(_urn("gone"), "gone")})


@pytest.mark.parametrize(
    ("events", "ids"),
    [
        (["create-replacement"], [("old", True), ("new", False)]),
        (["create-replacement", "delete-replaced"], [("new", False)]),
        (["delete-replaced"], []),
        (["delete-replaced", "create-replacement"], [("new", False)]),
    ],
)
def test_a_replacement_leaves_what_was_not_deleted_yet(
    events: list[str], ids: list[tuple[str, bool]]
) -> None:
    """In either order, cut off anywhere: what still exists is still in the state."""
    new, old = _state("api", "new"), _state("api", "old")
    lines = [_event(each, new if each == "create-replacement" else None, old) for each in events]

    assert _ids(_replayed(lines, old)) == ids


def test_a_preview_in_the_same_log_did_nothing() -> None:
    """What was only planned is not taken for done; a line that is cut off is passed over."""
    planned = _event("create", _state("made"), planned=True)
    deleted = _event("delete", None, _state("kept"), planned=True)
    found = _replayed([planned, deleted, _event("create", _state("x"))[:40]], _state("kept"))

    assert not found.is_needed
    assert _ids(found) == [("kept", False)]


def test_a_run_that_was_saved_needs_no_replay() -> None:
    """The same steps over the state that they left change nothing."""
    events = [
        _event("create", _state("made"), done=False),
        _event("create", _state("made")),
        _event("update", _state("changed"), _state("changed", inputs={})),
        _event("delete", None, _state("gone")),
    ]

    assert not _replayed(events, _state("made"), _state("changed")).is_needed


def test_secrets_are_not_made_up() -> None:
    """An event has a mark in the place of a secret, so the resource is left, with its id."""
    provider = {**_state("far"), "urn": _PROVIDER, "type": "pulumi:providers:aws"}
    hidden = {**provider, "inputs": {"token": "[secret]"}}
    behind = _state("behind", provider=f"{_PROVIDER}::far")
    changed = _state("changed", inputs={"deep": [{"token": "[secret]"}]})
    found = _replayed(
        [_event("create", hidden), _event("create", behind), _event("update", changed)],
        _state("changed"),
    )

    assert _ids(found) == [("changed", False)]
    assert not found.changed
    assert {each.resource.id: each.why.partition(",")[0] for each in found.left} == {
        "far": "it holds a secret",
        "behind": "its provider holds a secret",
    }


def test_what_was_under_way_is_left_unless_it_can_be_looked_up() -> None:
    """Our own kinds are looked up in AWS afterwards; of others people are told."""
    bucket = {**_state("b"), "urn": _urn("b", "aws:s3/bucket:Bucket"), "id": ""}
    bucket["type"] = "aws:s3/bucket:Bucket"
    role = _state("role", inputs={"name": "role"})

    found = _replayed([_event("create", each, done=False) for each in (bucket, {**role, "id": ""})])

    assert [each.resource.name for each in found.left] == ["b"]
    assert found.is_needed


def test_components_and_what_is_read_come_back() -> None:
    """A component is made without an answer; what was only read stays somebody else's."""
    component = {"urn": _urn("c", "x:index:C"), "type": "x:index:C", "custom": False}
    read = _state("theirs")
    found = _replayed([_event("create", component, done=False), _event("read", read)])

    states = found.exported["deployment"]["resources"]
    assert [each["urn"] for each in states] == [component["urn"], read["urn"]]
    assert [each.get("external", False) for each in states] == [False, True]


def test_each_resource_stands_behind_what_it_needs() -> None:
    """Pulumi refuses a state in which a resource stands before its provider or a dependency."""
    provider = {**_state("p"), "urn": _PROVIDER, "type": "pulumi:providers:aws"}
    made = _state("made", provider=f"{_PROVIDER}::p")
    changed = _state("changed", outputs={"a": "1"})
    found = _replayed(
        [_event("create", made), _event("create", provider), _event("update", changed)],
        _state("changed", dependencies=[_urn("gone")]),
        _state("after", dependencies=[_urn("changed")]),
    )
    options = {"dependencies": [_urn("made")], "retainOnDelete": True}
    planned = StackResource(_urn("changed"), "aws:iam/role:Role", options=options)

    states = with_options(found.exported, [planned])["deployment"]["resources"]

    assert [each["id"] for each in states] == ["p", "made", "changed", "after"]
    assert states[2]["retainOnDelete"] is True


def test_dependencies_on_what_is_gone_go_too() -> None:
    """Pulumi refuses a state that refers to what it does not have."""
    changed = _state("changed", outputs={"a": "1"})
    before = _state(
        "changed", dependencies=[_urn("gone")], propertyDependencies={"role": [_urn("gone")]}
    )
    found = _replayed(
        [_event("update", changed), _event("delete", None, _state("gone"))], _state("gone"), before
    )

    (state,) = with_options(found.exported, [])["deployment"]["resources"]

    assert (state["dependencies"], state["propertyDependencies"]) == ([], {"role": []})
