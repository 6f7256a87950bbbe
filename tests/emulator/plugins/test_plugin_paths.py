"""Property paths as Pulumi writes them."""

import pytest

from eks_pod_identity_emulator.plugins.paths import (
    Path,
    covers,
    format_path,
    parse_path,
    without_indexes,
)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("tags",), "tags"),
        (("vpcConfig", "subnetIds", 0), "vpcConfig.subnetIds[0]"),
        (("tags", "kubernetes.io/x"), 'tags["kubernetes.io/x"]'),
        (("inlinePolicies", 1, "policy"), "inlinePolicies[1].policy"),
    ],
)
def test_path_and_text_are_two_forms_of_one_thing(path: Path, text: str) -> None:
    """A path is written as the engine writes it and read back."""
    assert text == format_path(path)
    assert path == parse_path(text)


def test_rules_name_properties_without_indexes() -> None:
    """All members of a list share one rule."""
    assert without_indexes(("inlinePolicies", 1, "policy")) == "inlinePolicies.policy"


def test_ignored_path_covers_what_lies_below() -> None:
    """Ignoring an object ignores its parts, and a star stands for any one step."""
    assert covers(("tags",), ("tags", "a"))
    assert covers(("spec", "*", "image"), ("spec", 0, "image"))
    assert not covers(("tags", "a"), ("tags",))
