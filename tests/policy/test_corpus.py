"""The corpus: documents that must be reported, and documents that must not be."""

from collections import Counter

import pytest
from harness.policy_corpus import Case, read_corpus
from harness.policy_wire import LEVELS, Pack

from eks_pod_identity_policies.catalog import RULES

_CASES = read_corpus()
_TRUST_AND_ABAC = [
    rule.id
    for rule in RULES
    if rule.id.startswith(("pid-trust-", "pid-tag-", "pid-condition-", "pid-doc-", "pid-abac-"))
]


@pytest.mark.parametrize("case", _CASES, ids=lambda case: f"{case.rule}/{case.name}")
def test_case_is_judged_right(case: Case) -> None:
    """A bad case is reported by its rule in every form, a good one by no mandatory rule."""
    pack = Pack(case.config)
    verdicts = [pack.analyze(form) for form in case.forms()]
    if case.stack:
        verdicts.append(
            [each for form in case.stack for each in pack.analyze(form)]
            + pack.analyze_stack(case.stack)
        )

    assert verdicts
    for found in verdicts:
        reporting = {each.policyName for each in found}
        blocking = {
            each.policyName for each in found if each.enforcementLevel == LEVELS["mandatory"]
        }
        if case.is_bad:
            assert case.rule in reporting
        else:
            assert (case.rule in reporting, blocking) == (False, set()), found


@pytest.mark.parametrize("rule", _TRUST_AND_ABAC)
def test_every_trust_and_abac_rule_has_cases(rule: str) -> None:
    """At least 8 bad and 3 good cases for each rule on trust and on access by tags."""
    counts = Counter(case.is_bad for case in _CASES if case.rule == rule)

    assert counts[True] >= 8
    assert counts[False] >= 3


def test_folders_are_rules() -> None:
    """A folder is named after a rule, or `published` for what AWS and others publish."""
    assert {case.rule for case in _CASES} <= {*(rule.id for rule in RULES), "published"}


def test_names_tell_what_is_expected() -> None:
    """Every case is `bad-` or `good-`, and gives its reason."""
    for case in _CASES:
        assert case.name.startswith(("bad-", "good-"))
        assert case.content["reason"].endswith(".")
