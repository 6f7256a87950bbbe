"""The catalogue of faults: what the page of problems is made from."""

import inspect
import re

from harness.config_case import CASES, read_expectations

from eks_pod_identity.config import Fault
from eks_pod_identity.iam import condition, fault, grammar, plain, session_policy

# Made by tests that need more than a file of readable size.
_WITHOUT_CASE = {
    Fault.CLUSTER_TOO_MANY_ASSOCIATIONS,
    Fault.EXPANSION_CLUSTER_UNKNOWN,
    Fault.FILE_NOT_TEXT,
    Fault.FILE_UNREADABLE,
    Fault.POLICY_TOO_LONG,
    Fault.TOO_MANY_PROBLEMS,
    Fault.YAML_CHARACTER,
}
# What `policy-...` faults fall back to if `iam` learns a new one before this catalogue does.
_FALLBACK = {Fault.POLICY_DOCUMENT_MALFORMED}


def test_every_fault_has_a_case() -> None:
    """No id is documented that cannot happen, and none happens untested."""
    told = {
        expectation.id
        for path in CASES
        for expectation in read_expectations(path.read_text(encoding="utf-8"))
    }

    assert told == {fault.id for fault in Fault} - {fault.id for fault in _WITHOUT_CASE | _FALLBACK}


def test_ids_are_kebab_case_and_unique() -> None:
    """An id is a name for good, so it is short, regular and nobody else's."""
    ids = [fault.id for fault in Fault]

    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", id_) for id_ in ids)
    assert len(ids) == len(set(ids))


def test_meanings_are_sentences() -> None:
    """Each meaning stands on the page of problems as it is."""
    assert [each for each in Fault if not re.fullmatch(r"[A-Z`].+\.", each.meaning)] == []


def test_a_fault_is_found_by_its_id() -> None:
    """Ids that come from elsewhere find their meaning."""
    assert [Fault.by_id(each.id) for each in Fault] == list(Fault)
    assert Fault.by_id("no-such-fault") is None


def test_every_fault_of_policy_documents_is_in_the_catalogue() -> None:
    """What `iam` finds in a document is told under its own id."""
    modules = (condition, fault, grammar, plain, session_policy)
    text = "".join(map(inspect.getsource, modules))
    found = set(re.findall(r'"((?:session-)?policy-[a-z-]+)"', text))

    assert len(found) > 10
    assert found <= {each.id for each in Fault}
