"""Names for resources that have none."""

import re

import pytest

from eks_pod_identity_emulator.plugins.naming import (
    AutonamingError,
    NameMode,
    NameProposal,
    NameRule,
)


def test_name_is_the_logical_one_with_seven_random_digits() -> None:
    """Two resources of one logical name do not clash."""
    one, other = (NameRule(64).name("app", seed) for seed in (b"1", b"2"))

    assert re.fullmatch(r"app-[0-9a-f]{7}", one)
    assert one != other


def test_one_seed_gives_one_name() -> None:
    """Asked twice with the engine's seed, the answer is the same."""
    assert NameRule(64).name("app", b"1") == NameRule(64).name("app", b"1")


def test_kubernetes_names_end_in_eight() -> None:
    """Kubernetes objects have the longer end that pulumi-kubernetes gives them."""
    assert re.fullmatch(r"app-[0-9a-f]{8}", NameRule(random=8).name("app", b""))


def test_name_that_is_too_long_is_refused() -> None:
    """A role's name has 64 characters at most, and none is cut off silently."""
    with pytest.raises(AutonamingError, match="exceeds maximum length of 64"):
        NameRule(64).name("x" * 60, b"")


def test_bucket_names_are_in_lower_case() -> None:
    """S3 takes no capitals."""
    assert NameRule(63, lower=True).name("MyData", b"").startswith("mydata-")


def test_proposed_name_is_taken() -> None:
    """A stack's `pulumi:autonaming` decides how names look."""
    proposal = NameProposal(NameMode.ENFORCE, "prod-app")

    assert NameRule(64).name("app", b"", proposal) == "prod-app"


def test_switched_off_naming_is_an_error() -> None:
    """Where a stack wants every name written down, a missing one is told."""
    with pytest.raises(AutonamingError, match="disabled"):
        NameRule(64).name("app", b"", NameProposal(NameMode.DISABLE, ""))
