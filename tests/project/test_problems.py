"""Problem ids: all are registered, none is registered twice or in vain."""

import re
from collections import Counter
from pathlib import Path

import pytest
from harness.problem_ids import bare_ids, problem_ids

import eks_pod_identity
from eks_pod_identity.problems import problem_catalog

_PACKAGE = Path(eks_pod_identity.__file__).parent
_KINDS = [kind for kinds in problem_catalog().values() for kind in kinds]
_REGISTERED = {kind.id for kind in _KINDS}


def test_every_id_that_is_told_is_registered() -> None:
    """Whatever a message says in brackets stands on the page of problems."""
    told = problem_ids(_PACKAGE)

    assert len(told) > 50
    assert {id_: path.name for id_, path in told.items() if id_ not in _REGISTERED} == {}


def test_no_id_is_registered_in_vain() -> None:
    """Each registered id is written somewhere else too, or is a member of a table of faults."""
    source = "\n".join(
        path.read_text("utf-8") for path in _PACKAGE.rglob("*.py") if path.name != "problems.py"
    )

    assert [id_ for id_ in sorted(_REGISTERED) if f'"{id_}"' not in source] == []


@pytest.mark.parametrize("room", ["components", "config", "planning"])
def test_a_problem_is_made_of_a_fault(room: str) -> None:
    """What components, files and plans report is a member of a table, which mypy checks."""
    assert bare_ids(_PACKAGE / room) == []


def test_each_id_has_one_meaning() -> None:
    """One id, one row, one sentence."""
    assert [id_ for id_, count in Counter(kind.id for kind in _KINDS).items() if count > 1] == []
    assert [kind for kind in _KINDS if not re.fullmatch(r"[A-Zb`].+\.", kind.meaning)] == []
