"""Differences between a state and a plan."""

from typing import Any

import pytest

from eks_pod_identity_emulator.plugins.difference import Comparison, Step
from eks_pod_identity_emulator.plugins.paths import format_path
from eks_pod_identity_emulator.plugins.values import UNKNOWN

COMPARISON = Comparison(
    frozenset({"arns", "pairs"}), {"url": lambda one, other: one.lower() == other.lower()}
)


def steps(prior: dict[str, Any], planned: dict[str, Any]) -> dict[str, str]:
    """Return differences as text."""
    found = COMPARISON.differences(prior, planned)
    return {format_path(path): step.value for path, step in found.items()}


@pytest.mark.parametrize(
    ("prior", "planned"),
    [
        ({"a": "x"}, {"a": "x"}),
        ({"a": ""}, {}),
        ({"tags": {}}, {"tags": None}),
        ({"flag": False}, {}),
        ({"arns": ["1", "2"]}, {"arns": ["2", "1"]}),
        ({"url": "HTTPS://x"}, {"url": "https://x"}),
        ({"__defaults": ["a"]}, {"__defaults": []}),
    ],
    ids=["equal", "empty", "no-tags", "false", "set-order", "by-meaning", "marks"],
)
def test_same_in_other_words_is_no_difference(
    prior: dict[str, Any], planned: dict[str, Any]
) -> None:
    """What means the same does not make a plan."""
    assert steps(prior, planned) == {}


def test_each_difference_has_its_path() -> None:
    """A preview points at the part that changes."""
    prior = {"tags": {"a": "1", "b": "2"}, "list": ["x", "y"], "gone": "z"}
    planned = {"tags": {"a": "1", "b": "3", "c": "4"}, "list": ["x"], "new": "n"}

    assert steps(prior, planned) == {
        "gone": "delete",
        "list[1]": "delete",
        "new": "add",
        "tags.b": "update",
        "tags.c": "add",
    }


def test_members_of_a_set_are_matched_not_counted() -> None:
    """A member added in front does not make the others look changed."""
    assert steps({"arns": ["b", "c"]}, {"arns": ["a", "b", "c"]}) == {"arns[0]": "add"}
    assert steps({"arns": ["a", "b"]}, {"arns": ["b"]}) == {"arns[0]": "delete"}


def test_unknown_is_a_difference() -> None:
    """What cannot be known yet may change."""
    assert steps({"a": "x"}, {"a": UNKNOWN, "b": UNKNOWN}) == {"a": "update", "b": "add"}


def test_null_alone_is_absent_where_empty_has_a_meaning() -> None:
    """Kubernetes tells `emptyDir: {}` from none."""
    exact = Comparison(frozenset(), {}, is_absent=lambda value: value is None)

    assert exact.differences({}, {"emptyDir": {}}) == {("emptyDir",): Step.ADD}
