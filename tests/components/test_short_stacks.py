"""Stacks are cut short while many resources are made, and for no longer."""

import sys
import traceback

import pytest

from eks_pod_identity.components.resources.short_stacks import short_stacks


def _depth_below(frames: int) -> int:
    return _depth_below(frames - 1) if frames else len(traceback.extract_stack())


def test_stack_is_short_within_the_block_only() -> None:
    """What Pulumi notes is bounded however deep the caller stands; afterwards all is as before."""
    with short_stacks():
        within = _depth_below(100)
    after = _depth_below(100)

    assert within == 16
    assert after > 100


def test_limit_is_lifted_after_an_error() -> None:
    """An error's own traceback is whole."""
    with pytest.raises(ValueError, match="wrong"), short_stacks():
        raise ValueError("wrong")

    assert not hasattr(sys, "tracebacklimit")


def test_limit_of_the_program_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that has set a limit keeps it."""
    monkeypatch.setattr(sys, "tracebacklimit", 30, raising=False)
    with short_stacks():
        within = _depth_below(100)

    assert within == 30
    assert sys.tracebacklimit == 30
