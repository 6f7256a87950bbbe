"""Changes that keep a trust policy's meaning change no answer."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from harness.access_documents import ACCOUNT, OTHER, random_trust
from harness.policy_rewrites import REWRITES, Rewrite, without_sids
from harness.trusts import policy_of

from eks_pod_identity.access.callers import KINDS
from eks_pod_identity.access.reach import Answer, reach_of
from eks_pod_identity.access.relation import Relation, compare
from eks_pod_identity.access.sentences import caller_sets
from eks_pod_identity.access.setting import Setting

_SEEDS = range(40)
_ALWAYS = (
    {"Bool": {"aws:SecureTransport": "true"}},
    {"StringLike": {"aws:ResourceAccount": "*"}},
    {"StringEquals": {"aws:ResourceAccount": ACCOUNT}},
    {"Null": {"aws:CurrentTime": "false"}},
    {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
    {"DateLessThan": {"aws:CurrentTime": "2200-01-01T00:00:00Z"}},
    {"StringNotEquals": {"aws:PrincipalIsAWSService": "maybe"}},
    {"StringLikeIfExists": {"aws:SourceAccount": "????????????"}},
    {"NumericGreaterThanIfExists": {"aws:SourceAccount": "-1"}},
)
_RENAMED = (
    (ACCOUNT, "314159265358"),
    (OTHER, "271828182845"),
    ("11112222333?", "31415926535?"),
    ("1111*", "3141*"),
    ("*3333", "*5358"),
    ("4444*", "2718*"),
    (":1*:", ":3*:"),
    ("eu-west-1", "sa-east-1"),
    ("cluster/prod", "cluster/zeta"),
    ("payments", "shipping"),
)


@pytest.mark.parametrize("rewrite", REWRITES, ids=lambda rewrite: rewrite.__name__)
def test_rewrites_are_proved_equal(rewrite: Rewrite) -> None:
    """However a document is written, it lets in the same callers."""
    for document, random in _documents():
        after = rewrite(without_sids(document), random)
        assert _relations(document, after) == {Relation.EQUAL}, document


@pytest.mark.parametrize("condition", _ALWAYS, ids=json.dumps)
def test_conditions_that_always_hold_change_nothing(condition: dict[str, dict[str, str]]) -> None:
    """A guard that guards nothing is proved to be none."""
    for document, _ in _documents():
        ((operator, entry),) = condition.items()
        after = _with_condition(document, operator, entry)
        assert _relations(document, after) == {Relation.EQUAL}, document


def test_renaming_renames_the_answers() -> None:
    """No answer rests on how accounts, regions, clusters and namespaces are called."""
    for document, _ in _documents():
        text = json.dumps(document)
        if "Numeric" in text:
            continue  # other numbers have another order
        for old, new in _RENAMED:
            text = text.replace(old, new)
        before = [_shape_of_answers(document, ACCOUNT)]
        assert before == [_shape_of_answers(json.loads(text), "314159265358")], document


def test_split_statements_are_equal() -> None:
    """One statement for each value of a condition says what one with all of them says."""
    for document, _ in _documents():
        split = [part for each in document["Statement"] for part in _split(each)]
        assert _relations(document, document | {"Statement": split}) == {Relation.EQUAL}


def _documents() -> Iterator[tuple[dict[str, Any], Random]]:
    for seed in _SEEDS:
        random = Random(seed)  # noqa: S311 - a choice of documents
        yield random_trust(random), random


def _relations(old: object, new: object) -> set[Relation]:
    found = compare(policy_of(old), policy_of(new), Setting(ACCOUNT))
    return {each.relation for each in found}


def _shape_of_answers(document: object, account: str) -> list[tuple[Answer, int]]:
    policy = policy_of(document)
    reaches = [reach_of(policy, kind, Setting(account)) for kind in KINDS]
    return [(each.answer, len(caller_sets(each))) for each in reaches]


def _with_condition(
    document: dict[str, Any], operator: str, entry: dict[str, str]
) -> dict[str, Any]:
    statements = []
    for statement in document["Statement"]:
        condition = {**statement.get("Condition", {})}
        block = {**condition.get(operator, {})}
        if not {key.lower() for key in entry} & {key.lower() for key in block}:
            condition[operator] = {**block, **entry}
        statements.append({**statement, "Condition": condition})
    return document | {"Statement": statements}


def _split(statement: dict[str, Any]) -> Iterator[dict[str, Any]]:
    condition = statement.get("Condition", {})
    for operator, keys in condition.items():
        if operator in {"StringEquals", "StringLike", "ArnLike"}:
            for key, values in keys.items():
                for value in values if isinstance(values, list) else [values]:
                    narrowed = {**condition, operator: {**keys, key: value}}
                    yield {**statement, "Condition": narrowed}
                return
    yield statement
