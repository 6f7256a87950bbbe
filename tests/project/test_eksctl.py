"""The page that compares with eksctl: complete, and each of its claims with a proof that exists."""

import re
from collections import Counter
from pathlib import Path

from tools.docs.eksctl import covered_ids, eksctl_cases

_TESTS = Path(__file__).parents[1]
_PAGE = _TESTS.parent / "docs" / "eksctl.md"
_CASES = [case for cases in eksctl_cases().values() for case in cases]
# How many of each there are in eksctl's suites; what its tests lack and what it gets wrong beside.
_COUNTS = {
    "CR": 5,
    "DE": 7,
    "SM": 8,
    "UP": 13,
    "GE": 6,
    "AR": 10,
    "AC": 53,
    "AU": 29,
    "AD": 11,
    "AG": 12,
    "AH": 5,
    "AV": 6,
    "VA": 7,
    "VB": 11,
    "VC": 14,
    "VD": 6,
    "VE": 8,
    "CL": 27,
    "TB": 11,
    "KS": 4,
    "IT": 3,
    "8.2-": 17,
    "6.16-": 14,
}


def test_no_case_is_left_out() -> None:
    """Every id of every group is there once."""
    assert Counter(re.match(r"[A-Z]+|8\.2-|6\.16-", case.id)[0] for case in _CASES) == _COUNTS  # type: ignore[index] # every id matches, or the comparison fails
    assert len({case.id for case in _CASES}) == len(_CASES)


def test_every_case_has_an_outcome_and_a_proof() -> None:
    """A case without proof is open, and says so."""
    assert [case.id for case in _CASES if not case.outcome] == []
    assert [case.id for case in _CASES if not case.proofs and case.outcome != "open"] == []
    assert [case.id for case in _CASES if (case.outcome == "same") is bool(case.reason)] == []


def test_proofs_exist() -> None:
    """A case file is there, and a test is defined in its file."""
    missing = [proof for case in _CASES for proof in case.proofs if not _exists(proof)]

    assert missing == []


def _exists(proof: str) -> bool:
    path, _, test = proof.partition("::")
    file = _TESTS / path
    return file.is_file() and (not test or f"def {test}(" in file.read_text(encoding="utf-8"))


def test_case_files_name_known_ids() -> None:
    """No case file claims an id that the page does not know."""
    assert sorted(covered_ids() - {case.id for case in _CASES}) == []


def test_page_gives_a_reason_for_each_case_that_is_not_the_same() -> None:
    """Each id that ends otherwise is on the page once, and no other id is."""
    bullets = [line for line in _PAGE.read_text().splitlines() if line.startswith("- **")]
    ids = [id_ for line in bullets for id_ in line.rpartition(". ")[2].split(", ")]
    shown = [re.sub(r"^\[|\]\(.*", "", id_) for id_ in ids]

    assert Counter(shown) == Counter(case.id for case in _CASES if case.outcome != "same")
