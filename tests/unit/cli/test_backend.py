"""Backends: which are written anew at each step, and which could not take a state."""

from pathlib import Path

import pytest

from eks_pod_identity.cli.stack import backend
from eks_pod_identity.cli.stack.backend import check_writable, is_rewritten
from eks_pod_identity.errors import ApplyError


@pytest.mark.parametrize(
    ("url", "rewritten"),
    [
        ("file://~", True),
        ("s3://states?region=eu-west-1", True),
        ("gs://states", True),
        ("azblob://states", True),
        ("https://api.pulumi.com", False),
        ("https://pulumi.example.com", False),
        ("", False),
        ("newer://states", False),
    ],
)
def test_only_folders_and_buckets_are_rewritten(url: str, *, rewritten: bool) -> None:
    """A backend with a journal, or one that is not known, keeps its checkpoints."""
    assert is_rewritten(url) is rewritten


def test_a_folder_without_space_is_refused_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A state that cannot be written at the end would be lost."""
    check_writable(tmp_path.as_uri(), tmp_path)
    check_writable("s3://states", tmp_path)
    monkeypatch.setattr(backend, "_LEAST_BYTES", 1 << 62)

    with pytest.raises(ApplyError, match="could not be saved") as refused:
        check_writable((tmp_path / "not" / "there" / "yet").as_uri(), tmp_path)

    assert "KiB left" in refused.value.problems[0].observed[0]


def test_a_folder_of_somebody_else_is_refused_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may not write there learns it before anything is made."""
    monkeypatch.setattr(backend.os, "access", lambda *_: False)

    with pytest.raises(ApplyError) as refused:
        check_writable(tmp_path.as_uri(), tmp_path)

    assert refused.value.problems[0].id == "state-unwritable"
