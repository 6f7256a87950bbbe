"""Documents: one text for equal documents, one verdict for equal meanings, IAM's own size."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eks_pod_identity.iam.document import (
    build_document,
    build_statement,
    canonical_json,
    document_size,
    same_meaning,
)

BASE: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Read",
            "Effect": "Allow",
            "Principal": {"AWS": ["arn:aws:iam::111122223333:root", "444455556666"]},
            "Action": ["s3:GetObject", "s3:ListBucket"],
            "Resource": ["arn:aws:s3:::a", "arn:aws:s3:::b/*"],
            "Condition": {
                "Bool": {"aws:SecureTransport": "true"},
                "StringEquals": {"aws:PrincipalTag/team": ["x", "y"]},
            },
        },
        {"Effect": "Deny", "Action": "iam:*", "Resource": "*"},
    ],
}


def changed(**elements: object) -> dict[str, Any]:
    """The base document with elements of its first statement replaced."""
    first, *rest = BASE["Statement"]
    return BASE | {"Statement": [first | elements, *rest]}


@pytest.mark.parametrize(
    "other",
    [
        BASE | {"Statement": BASE["Statement"][::-1]},
        BASE | {"Statement": [*BASE["Statement"], BASE["Statement"][1]]},
        changed(Sid="Renamed"),
        changed(Action=["S3:listbucket", "s3:getobject", "s3:GetObject"]),
        changed(Resource=["arn:aws:s3:::b/*", "arn:aws:s3:::a"]),
        changed(Principal={"AWS": ["arn:aws:iam::444455556666:root", "111122223333"]}),
        changed(
            Condition={
                "StringEquals": {"AWS:principaltag/team": ["y", "x"]},
                "Bool": {"aws:securetransport": [True]},
            }
        ),
    ],
    ids=["order", "repetition", "sid", "actions", "resources", "principals", "conditions"],
)
def test_rewrites_keep_the_meaning(other: dict[str, Any]) -> None:
    """What IAM may give back for a document, or a person may write for it, is no difference."""
    assert same_meaning(BASE, other)
    assert same_meaning(other, BASE)


@pytest.mark.parametrize(
    "other",
    [
        BASE | {"Version": "2008-10-17"},
        {"Statement": BASE["Statement"]},
        BASE | {"Statement": BASE["Statement"][:1]},
        changed(Effect="Deny"),
        changed(Action=["s3:GetObject"]),
        changed(Resource=["arn:aws:s3:::A", "arn:aws:s3:::b/*"]),
        changed(Principal={"AWS": "111122223333"}),
        changed(Principal={"Service": ["111122223333", "444455556666"]}),
        changed(Condition={"Bool": {"aws:SecureTransport": "true"}}),
        changed(Condition=BASE["Statement"][0]["Condition"] | {"Bool": {"aws:SecureTransport": 0}}),
    ],
)
def test_differences_are_seen(other: dict[str, Any]) -> None:
    """Anything that lets in more, less or others is a difference."""
    assert not same_meaning(BASE, other)


def test_anonymous_principal_has_two_spellings() -> None:
    """The star and the star of AWS are one principal."""
    assert same_meaning(changed(Principal="*"), changed(Principal={"AWS": "*"}))


def test_single_statement_and_empty_condition() -> None:
    """An object for a list of one, and a condition that asks nothing, are no difference."""
    allow = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    assert same_meaning({"Statement": allow}, {"Statement": [allow | {"Condition": {}}]})


@given(st.randoms(use_true_random=False))
def test_key_order_never_changes_the_text(shuffler: random.Random) -> None:
    """Two documents that are equal as values have one text."""

    def shuffle(value: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, dict):
            items = list(value.items())
            shuffler.shuffle(items)
            return {key: shuffle(member) for key, member in items}
        return [shuffle(member) for member in value] if isinstance(value, list) else value

    text = canonical_json(BASE)
    assert canonical_json(shuffle(BASE)) == text
    assert json.loads(text) == BASE


def test_size_leaves_white_space_out() -> None:
    """IAM counts characters without the blanks between them."""
    assert document_size({"Version": "2012-10-17", "Statement": []}) == len(
        '{"Version":"2012-10-17","Statement":[]}'
    )
    assert document_size({"Id": "a b é"}) == len('{"Id":"a b é"}')


def test_built_statements_are_sorted() -> None:
    """The order in which a builder lists actions and resources never shows."""
    document = build_document(
        build_statement("Read", ["s3:ListBucket", "s3:GetObject"], ["b", "a"], {"Bool": {"k": "v"}})
    )
    assert document == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Read",
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:ListBucket"],
                "Resource": ["a", "b"],
                "Condition": {"Bool": {"k": "v"}},
            }
        ],
    }
