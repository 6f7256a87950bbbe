"""Patches and selectors, without a cluster."""

from typing import Any

import pytest
from harness.kubernetes_objects import pod

from eks_pod_identity_emulator.kubernetes.patch import (
    json_patch,
    merge_patch,
    strategic_merge_patch,
)
from eks_pod_identity_emulator.kubernetes.refusals import StatusError
from eks_pod_identity_emulator.kubernetes.selectors import field_test, label_test


@pytest.mark.parametrize(
    ("value", "patch", "expected"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c", "d": "e"}}, {"a": {"b": None}}, {"a": {"d": "e"}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({}, {"a": {"b": {"c": None}}}, {"a": {"b": {}}}),
    ],
)
def test_merge_patch_follows_rfc_7386(
    value: dict[str, Any], patch: dict[str, Any], expected: dict[str, Any]
) -> None:
    """The examples of RFC 7386, appendix A, as far as they are objects."""
    assert merge_patch(value, patch) == expected


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([{"op": "add", "path": "/c", "value": 1}], {"a": [1, 2], "b/c": {"~": 0}, "c": 1}),
        ([{"op": "add", "path": "/a/0", "value": 0}], {"a": [0, 1, 2], "b/c": {"~": 0}}),
        ([{"op": "add", "path": "/a/-", "value": 3}], {"a": [1, 2, 3], "b/c": {"~": 0}}),
        ([{"op": "remove", "path": "/a/1"}], {"a": [1], "b/c": {"~": 0}}),
        ([{"op": "replace", "path": "/b~1c/~0", "value": 9}], {"a": [1, 2], "b/c": {"~": 9}}),
        ([{"op": "move", "from": "/a", "path": "/d"}], {"d": [1, 2], "b/c": {"~": 0}}),
        ([{"op": "copy", "from": "/a/0", "path": "/d"}], {"a": [1, 2], "b/c": {"~": 0}, "d": 1}),
        ([{"op": "test", "path": "/a/0", "value": 1}], {"a": [1, 2], "b/c": {"~": 0}}),
    ],
)
def test_json_patch_follows_rfc_6902(
    operations: list[dict[str, Any]], expected: dict[str, Any]
) -> None:
    """Every operation of RFC 6902, with escaped names, positions and the end of a list."""
    assert json_patch({"a": [1, 2], "b/c": {"~": 0}}, operations) == expected


@pytest.mark.parametrize(
    "operations",
    [
        {"op": "add"},
        [{"op": "remove", "path": "/none"}],
        [{"op": "replace", "path": "/none", "value": 1}],
        [{"op": "test", "path": "/a", "value": 2}],
        [{"op": "twist", "path": "/a"}],
        [{"op": "add", "path": "/a/b/c", "value": 1}],
        [{"path": "/a"}],
    ],
)
def test_json_patch_that_does_not_fit_is_refused(operations: object) -> None:
    """A patch applies as a whole or not at all, and says why not."""
    with pytest.raises(StatusError) as caught:
        json_patch({"a": 1}, operations)

    assert caught.value.code in (400, 422)


def test_strategic_patch_merges_lists_by_their_keys() -> None:
    """One variable of one container changes; the others, and the other containers, stay."""
    given = pod(
        containers=[
            {"name": "main", "image": "a", "env": [{"name": "A", "value": "1"}]},
            {"name": "proxy", "image": "b"},
        ]
    )
    patch = {"spec": {"containers": [{"name": "main", "env": [{"name": "B", "value": "2"}]}]}}

    main, proxy = strategic_merge_patch(given, patch)["spec"]["containers"]

    assert (main["image"], proxy["image"]) == ("a", "b")
    assert [variable["name"] for variable in main["env"]] == ["A", "B"]


@pytest.mark.parametrize(
    ("patch", "names"),
    [
        ([{"name": "A", "$patch": "delete"}], ["B"]),
        ([{"$patch": "replace"}, {"name": "C"}], ["C"]),
        ([{"name": "C"}], ["A", "B", "C"]),
    ],
)
def test_strategic_patch_directives_on_lists(patch: list[dict[str, str]], names: list[str]) -> None:
    """Items can be deleted by their key, and a list replaced as a whole."""
    found = strategic_merge_patch({"env": [{"name": "A"}, {"name": "B"}]}, {"env": patch})

    assert [item["name"] for item in found["env"]] == names


def test_strategic_patch_directives_on_objects() -> None:
    """Objects can be replaced, kept to some members, and lists of texts thinned out."""
    value = {"strategy": {"type": "RollingUpdate", "rollingUpdate": {}}, "finalizers": ["a", "b"]}
    retained = {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}
    thinned = {"$deleteFromPrimitiveList/finalizers": ["a"]}
    replaced = {"strategy": {"$patch": "replace", "x": 1}}

    assert strategic_merge_patch(value, retained)["strategy"] == {"type": "Recreate"}
    assert strategic_merge_patch(value, thinned)["finalizers"] == ["b"]
    assert strategic_merge_patch(value, replaced)["strategy"] == {"x": 1}


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ("", True),
        ("app=web", True),
        ("app==web,tier=front", True),
        ("app!=web", False),
        ("app in (web, api)", True),
        ("app notin (web,api)", False),
        ("app notin (other),tier", True),
        ("tier", True),
        ("!tier", False),
        ("!absent", True),
        ("absent", False),
        ("absent!=x", True),
    ],
)
def test_label_selectors(selector: str, matches: bool) -> None:  # noqa: FBT001 - a table's expectation
    """Every kind of requirement, alone and together."""
    value = {"metadata": {"labels": {"app": "web", "tier": "front"}}}

    assert label_test(selector)(value) is matches


def test_unreadable_selectors_are_refused() -> None:
    """A selector that cannot be read is a bad request, not an empty answer."""
    for unreadable in ("a in b", "=x"):
        with pytest.raises(StatusError):
            label_test(unreadable)
    with pytest.raises(StatusError):
        field_test("spec.unknown=x")


def test_field_selectors() -> None:
    """Objects are selected by name, and pods by service account."""
    value = {"metadata": {"name": "one"}, "spec": {"serviceAccountName": "cart"}}

    assert field_test("metadata.name=one,spec.serviceAccountName!=x")(value)
    assert not field_test("metadata.name=two")(value)
