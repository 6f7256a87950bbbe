"""What is wrong with a file, case by case: ids, addresses and lines."""

import os
from pathlib import Path

import pytest
from harness.config_case import CASES, Expectation, read_expectations

from eks_pod_identity.config import load_cluster_config
from eks_pod_identity.errors import render_problems

_GOLDEN = Path(__file__).parents[2] / "golden" / "config-problems.txt"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_file_has_exactly_the_problems_that_its_head_tells(path: Path) -> None:
    """Each case file names its promise in its first line."""
    text = path.read_text(encoding="utf-8")

    loaded = load_cluster_config(text, file=path.name)

    assert sorted(map(Expectation.of, loaded.problems)) == read_expectations(text)
    assert loaded.config or loaded.errors


def test_wording_of_all_problems_is_the_golden_one() -> None:
    """A changed text is seen in review; UPDATE_GOLDEN=1 writes the file anew."""
    rendered = "\n".join(map(_rendered, CASES))
    if os.environ.get("UPDATE_GOLDEN"):
        _GOLDEN.write_text(rendered, encoding="utf-8")

    assert rendered == _GOLDEN.read_text(encoding="utf-8")


def _rendered(path: Path) -> str:
    loaded = load_cluster_config(path.read_text(encoding="utf-8"), file=path.name)
    report = render_problems(loaded.problems)
    return f"== {path.stem}\n{report}\n" if report else f"== {path.stem}\n(no problems)\n"
