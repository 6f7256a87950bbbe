"""The evaluator against a second one that is built otherwise, on documents at random."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

from harness.iam_documents import documents
from harness.iam_set_evaluator import KEYS, WORLD, Case, allowed
from harness.lanes import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_pod_identity.iam.evaluation import (
    Context,
    Decision,
    Policy,
    Principal,
    PrincipalKind,
    Request,
    compile_policy,
    is_allowed,
)
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document

_CASES = sorted(WORLD, key=repr)
_RANDOMS = st.randoms(use_true_random=False)
_UNKNOWN_KEYS = st.sets(st.sampled_from(sorted(KEYS)), min_size=1)


def _policy(document: Mapping[str, Any]) -> Policy:
    loaded = load_document(document, DocumentKind.RESOURCE)
    assert not isinstance(loaded, tuple), loaded
    return compile_policy(loaded)


def _request(case: Case, unknown: AbstractSet[str] = frozenset()) -> Request:
    kind, name = case.principal
    known = {key: values for key, values in case.context if key not in unknown}
    context = Context.of(known, complete=not unknown)
    principal = Principal(PrincipalKind[kind.upper()], name)
    return Request(principal, case.action, case.resource, context)


@settings(max_examples=examples(200))
@given(documents(), _RANDOMS)
def test_both_evaluators_decide_alike(document: dict[str, Any], random: Random) -> None:
    """On requests of the small world both give the same answer."""
    policy, expected = _policy(document), allowed(document)

    for case in random.sample(_CASES, 200):
        verdict = is_allowed(policy, _request(case))
        assert verdict.decision is _DECISIONS[case in expected], (case, verdict.reason)


@settings(max_examples=examples(100))
@given(documents(), _UNKNOWN_KEYS, _RANDOMS)
def test_what_is_unknown_is_never_decided_wrongly(
    document: dict[str, Any], unknown: set[str], random: Random
) -> None:
    """A decision made without some keys holds for every value that these keys may have."""
    policy, expected = _policy(document), allowed(document)

    for case in random.sample(_CASES, 60):
        decision = is_allowed(policy, _request(case, unknown)).decision
        if decision is not Decision.UNPROVED:
            assert {each in expected for each in _completions(case, unknown)} == {
                decision is Decision.ALLOWED
            }


def _completions(case: Case, unknown: set[str]) -> Iterator[Case]:
    known = dict(case.context)
    choices = (KEYS[key] if key in unknown else (known[key],) for key in KEYS)
    for values in product(*choices):
        yield replace(case, context=tuple(zip(KEYS, values, strict=True)))


_DECISIONS = {True: Decision.ALLOWED, False: Decision.DENIED}
