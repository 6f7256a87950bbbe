"""Policy documents: what is taken, and which mean the same."""

import json
from typing import Any

import pytest

from eks_pod_identity_emulator.plugins.aws.documents import (
    document_fault,
    kept_policy,
    same_policy,
    to_json_text,
)
from eks_pod_identity_emulator.plugins.values import UNKNOWN

BASE: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "one",
            "Effect": "Allow",
            "Action": ["s3:Get*", "s3:List*"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceAccount": ["111122223333"]}},
        },
        {"Sid": "two", "Effect": "Deny", "Action": "s3:Put*", "Resource": "*"},
    ],
}


def changed(**statement: Any) -> str:  # noqa: ANN401 - members of a policy statement
    """Return the text of the base document with a changed first statement."""
    first, second = BASE["Statement"]
    return json.dumps({**BASE, "Statement": [{**first, **statement}, second]})


@pytest.mark.parametrize(
    "other",
    [
        json.dumps(BASE, indent=4),
        json.dumps({**BASE, "Statement": BASE["Statement"][::-1]}),
        changed(Action=["s3:List*", "s3:Get*"]),
        changed(Resource=["*"]),
        changed(Condition={"StringEquals": {"aws:SourceAccount": "111122223333"}}),
    ],
    ids=["spaces", "statements", "actions", "single", "condition"],
)
def test_same_meaning_in_other_words_is_the_same(other: str) -> None:
    """AWS reorders and unpacks lists, which is no drift."""
    assert same_policy(json.dumps(BASE), other)


@pytest.mark.parametrize(
    "other",
    [
        changed(Action=["s3:Get*"]),
        changed(Effect="Deny"),
        changed(Sid="other"),
        changed(Condition={"StringLike": {"aws:SourceAccount": "111122223333"}}),
        json.dumps({**BASE, "Version": "2008-10-17"}),
        "no json",
        "",
    ],
    ids=["action", "effect", "sid", "operator", "version", "broken", "empty"],
)
def test_other_meaning_is_a_difference(other: str) -> None:
    """What permits something else is drift."""
    assert not same_policy(json.dumps(BASE), other)


def test_account_and_its_root_are_one_principal() -> None:
    """IAM answers with the root ARN where a program gave the account's number."""

    def document(principal: str) -> str:
        statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
        return json.dumps({"Statement": statement})

    assert same_policy(document("111122223333"), document("arn:aws:iam::111122223333:root"))
    assert not same_policy(document("111122223333"), document("arn:aws:iam::444455556666:root"))


def test_known_words_are_kept_while_the_meaning_stays() -> None:
    """A refresh does not rewrite a program's own text."""
    known = json.dumps(BASE, indent=4)

    assert kept_policy(known, changed(Resource=["*"])) == known
    assert "Deny" in kept_policy(known, changed(Effect="Deny"))


def test_object_becomes_text_and_unknown_stays_unknown() -> None:
    """One unknown value inside makes the whole document unknown in a preview."""
    assert to_json_text({"b": 1, "a": [True]}) == '{"a":[true],"b":1}'
    assert to_json_text("{}") == "{}"
    assert to_json_text({"Statement": [{"Resource": UNKNOWN}]}) is UNKNOWN


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is an empty string"),
        (' {"a": 1}', "leading space characters"),
        ("{", "invalid JSON policy"),
        ("[]", "JSON array"),
        ('"{}"', "JSON-encoded string"),
        ('{"a": 1, "a": 2}', "duplicate JSON keys: 'a'"),
    ],
)
def test_text_that_is_no_policy_is_refused(text: str, fault: str) -> None:
    """IAM would refuse it later and say less."""
    assert fault in document_fault(text)
