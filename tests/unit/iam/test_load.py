"""The strict loader: documents that mean what they say load, all others tell every fault."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eks_pod_identity.iam.document import same_meaning
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.iam.plain import MAX_LENGTH
from eks_pod_identity.iam.session_policy import load_session_policy

IDENTITY, TRUST, RESOURCE = DocumentKind.IDENTITY, DocumentKind.TRUST, DocumentKind.RESOURCE
ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
TRUSTED = {
    "Effect": "Allow",
    "Principal": {"Service": "pods.eks.amazonaws.com"},
    "Action": ["sts:AssumeRole", "sts:TagSession"],
}


def document(*statements: object, **root: object) -> dict[str, Any]:
    """A document of the current version with these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)} | root


def without(statement: dict[str, Any], element: str) -> dict[str, Any]:
    """A statement that lacks an element."""
    return {name: value for name, value in statement.items() if name != element}


def fault_ids(source: object, kind: DocumentKind = IDENTITY) -> list[str]:
    """The ids of the faults of a document, none if it loads."""
    loaded = load_document(source, kind)
    return [fault.id for fault in loaded] if isinstance(loaded, tuple) else []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("", "policy-not-json"),
        ("{", "policy-not-json"),
        ("{} {}", "policy-not-json"),
        ('{"Statement": NaN}', "policy-not-json"),
        ('{"Statement": -Infinity}', "policy-not-json"),
        ('{"Statement": 1e999}', "policy-not-json"),
        ('{"Statement": ' + "9" * 5000 + "}", "policy-not-json"),
        ('\ufeff{"Statement": []}', "policy-bad-character"),
        ('{"Id": "a\u200b"}', "policy-bad-character"),
        ('{"Id": "\\u0455ts"}', "policy-bad-character"),
        ('{"Id": "\\ud800"}', "policy-bad-character"),
        ('{"\\u0000": 1}', "policy-bad-character"),
        ('{"Version": "2012-10-17", "Version": "2012-10-17"}', "policy-duplicate-key"),
        ('{"Statement": {"Effect": "Deny", "\\u0045ffect": "Allow"}}', "policy-duplicate-key"),
        ("[" * 5_000, "policy-too-deep"),
        ("[" * 20 + "]" * 20, "policy-too-deep"),
        (" " * (MAX_LENGTH + 1), "policy-too-long"),
        (json.dumps(json.dumps(document(ALLOW))), "policy-wrong-type"),
        (json.dumps([document(ALLOW)]), "policy-wrong-type"),
        ("null", "policy-wrong-type"),
    ],
)
def test_text_that_is_no_document(source: str, fault: str) -> None:
    """Text that a lenient reader would take, or choke on, is a fault."""
    assert fault_ids(source) == [fault]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (document(), "policy-statement-missing"),
        ({"Version": "2012-10-17"}, "policy-statement-missing"),
        (document("Allow"), "policy-wrong-type"),
        (document(ALLOW, statement=[]), "policy-element-unknown"),
        (document(ALLOW, Version="2012-10-18"), "policy-version-unknown"),
        (document(ALLOW, Version=[]), "policy-version-unknown"),
        (document(ALLOW, Id=7), "policy-wrong-type"),
        (document(without(ALLOW, "Effect")), "policy-element-missing"),
        (document(ALLOW | {"Effect": "allow"}), "policy-effect-unknown"),
        (document(ALLOW | {"Effect": ["Allow"]}), "policy-effect-unknown"),
        (document(without(ALLOW, "Action")), "policy-element-missing"),
        (document(without(ALLOW, "Resource")), "policy-element-missing"),
        (document(ALLOW | {"NotAction": "s3:*"}), "policy-element-contradicted"),
        (document(ALLOW | {"NotResource": "*"}), "policy-element-contradicted"),
        (document(ALLOW | {"Principal": "*"}), "policy-element-misplaced"),
        (document(ALLOW | {"Conditions": {}}), "policy-element-unknown"),
        (document(ALLOW | {"Action": []}), "policy-list-empty"),
        (document(ALLOW | {"Action": {}}), "policy-wrong-type"),
        (document(ALLOW | {"Action": None}), "policy-wrong-type"),
        (document(ALLOW | {"Action": ["s3:GetObject", 5]}), "policy-wrong-type"),
        (document(ALLOW | {"Action": "GetObject"}), "policy-text-malformed"),
        (document(ALLOW | {"Action": "s3:GetObject "}), "policy-text-malformed"),
        (document(ALLOW | {"Resource": "my-bucket"}), "policy-text-malformed"),
        (document(ALLOW | {"Sid": "with blank"}), "policy-sid-malformed"),
        (document(ALLOW | {"Sid": 5}), "policy-wrong-type"),
        (document(ALLOW | {"Sid": "A"}, ALLOW | {"Sid": "A"}), "policy-sid-twice"),
        (document(ALLOW | {"Condition": []}), "policy-wrong-type"),
        (document(ALLOW | {"Condition": {"StringEquals": "x"}}), "policy-wrong-type"),
        (document(ALLOW | {"Condition": {"StringIs": {"k": "v"}}}), "policy-operator-unknown"),
        (document(ALLOW | {"Condition": {"NullIfExists": {"k": "v"}}}), "policy-operator-unknown"),
        (document(ALLOW | {"Condition": {"Bool": {"k": None}}}), "policy-wrong-type"),
        (document(ALLOW | {"Condition": {"Bool": {"k": [["v"]]}}}), "policy-wrong-type"),
        (
            document(ALLOW | {"Condition": {"Bool": {"aws:X": "v", "AWS:x": "w"}}}),
            "policy-duplicate-key",
        ),
        (document(ALLOW | {"Id": {1: 2}}), "policy-not-json"),
        (document(ALLOW | {"Sid": object()}), "policy-not-json"),
        (document(ALLOW | {"Sid": float("nan")}), "policy-not-json"),
        (document(ALLOW | {"Condition": {"Bool": {"k": 10**5000}}}), "policy-not-json"),
        (document(ALLOW | {"Sid": "x" * MAX_LENGTH}), "policy-too-long"),
        (document(ALLOW | {"Action": ["x" * 9_000]}), "policy-text-malformed"),
    ],
)
def test_shape_that_is_no_document(source: object, fault: str) -> None:
    """Each break of the grammar is told, and told once."""
    assert fault_ids(source) == [fault]


@pytest.mark.parametrize(
    ("source", "kind", "faults"),
    [
        (document(TRUSTED), TRUST, []),
        (document(TRUSTED | {"Resource": "*"}), TRUST, ["policy-element-misplaced"]),
        (document(without(TRUSTED, "Principal")), TRUST, ["policy-element-missing"]),
        (document(TRUSTED | {"Principal": {}}), TRUST, ["policy-list-empty"]),
        (document(TRUSTED | {"Principal": "me"}), TRUST, ["policy-wrong-type"]),
        (document(TRUSTED | {"Principal": {"Role": "x"}}), TRUST, ["policy-element-unknown"]),
        (document(TRUSTED | {"Principal": {"AWS": " "}}), TRUST, ["policy-text-malformed"]),
        (document(TRUSTED), IDENTITY, ["policy-element-missing", "policy-element-misplaced"]),
        (document(ALLOW | {"Principal": "*", "Sid": "any text"}), RESOURCE, []),
        (document(ALLOW), RESOURCE, ["policy-element-missing"]),
    ],
)
def test_kinds_ask_for_their_elements(
    source: object, kind: DocumentKind, faults: list[str]
) -> None:
    """Principal and Resource are wanted or refused by what the document is attached to."""
    assert fault_ids(source, kind) == faults


def test_all_faults_are_told_with_their_paths() -> None:
    """A document with three faults is mended in one go."""
    source = document(
        ALLOW | {"Effect": "ALLOW", "Condition": {"StringIs": {"aws:x": "y"}}},
        without(ALLOW, "Action"),
    )
    loaded = load_document(source, IDENTITY)
    assert isinstance(loaded, tuple)
    assert [str(fault) for fault in loaded] == [
        "Statement[0].Effect: 'ALLOW', not Allow or Deny",
        "Statement[0].Condition.StringIs: no operator 'StringIs'",
        "Statement[1]: neither Action nor NotAction",
    ]


def test_parse_fault_names_the_position() -> None:
    """A syntax fault says where, so that it can be found in a long text."""
    (fault,) = load_document('{\n  "Version": }', IDENTITY)
    assert "line 2, column 14" in fault.message


def test_loaded_document_is_in_normal_form() -> None:
    """Objects for lists, scalars for texts and the bare star are all brought to one form."""
    source = {
        "Statement": {
            "Effect": "Deny",
            "NotPrincipal": "*",
            "NotAction": "sts:*",
            "Condition": {
                "Null": {"aws:SourceArn": True},
                "ForAnyValue:NumericLessThanIfExists": {"aws:X": [5, 1.5, "x"]},
            },
        }
    }
    assert load_document(json.dumps(source), TRUST) == {
        "Statement": [
            {
                "Effect": "Deny",
                "NotPrincipal": {"AWS": ["*"]},
                "NotAction": ["sts:*"],
                "Condition": {
                    "Null": {"aws:SourceArn": ["true"]},
                    "ForAnyValue:NumericLessThanIfExists": {"aws:X": ["5", "1.5", "x"]},
                },
            }
        ]
    }


def test_unicode_escapes_are_seen_through() -> None:
    """An escaped letter is the letter, so nothing hides behind a spelling."""
    text = json.dumps(document(ALLOW)).replace("GetObject", "\\u0047etObject")
    assert load_document(text, IDENTITY) == load_document(document(ALLOW), IDENTITY)


def test_cyclic_value_ends() -> None:
    """A value that holds itself is too deep, not an endless loop."""
    cyclic: dict[str, Any] = {"Version": "2012-10-17"}
    cyclic["Statement"] = [cyclic]
    assert fault_ids(cyclic) == ["policy-too-deep"]


def test_widely_shared_value_ends() -> None:
    """A small value that spells out to billions is too long, not a slow answer."""
    wide: Any = "x"
    for _ in range(4):
        wide = [wide] * 1_000
    assert fault_ids(document(wide)) == ["policy-too-long"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["Version", "Statement", "Effect", "Principal", "Condition", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)
elements = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny", "allow"])},
    optional={
        name: json_values | st.sampled_from(["*", "s3:Get*", {"AWS": "*"}, {"Bool": {"k": True}}])
        for name in ("Sid", "Action", "NotAction", "Resource", "Principal", "Condition")
    },
)


@given(json_values | st.text() | st.builds(document, elements), st.sampled_from(DocumentKind))
def test_no_value_raises(source: object, kind: DocumentKind) -> None:
    """Whatever comes in, the answer is a document or faults."""
    loaded = load_document(source, kind)
    assert loaded


@given(st.builds(document, elements), st.sampled_from(DocumentKind))
def test_loading_keeps_the_meaning_and_settles(source: dict[str, Any], kind: DocumentKind) -> None:
    """A loaded document means what its source means, and loads as itself, as value and as text."""
    loaded = load_document(source, kind)
    if isinstance(loaded, tuple):
        return
    assert same_meaning(source, loaded)
    assert load_document(loaded, kind) == loaded
    assert load_document(json.dumps(loaded), kind) == loaded


def test_session_policy_counts_its_blanks() -> None:
    """STS counts the text as passed, so white space makes a session policy too long."""
    text = json.dumps(document(ALLOW))
    assert load_session_policy(text.ljust(2_048)) == load_document(text, IDENTITY)
    (fault,) = load_session_policy(text.ljust(2_049))
    assert (fault.id, "2,049" in fault.message) == ("session-policy-too-long", True)


def test_session_policy_has_no_principal() -> None:
    """A session policy is an identity policy, and all its faults are told at once."""
    text = json.dumps(document(ALLOW | {"Principal": "*"})).ljust(2_049)
    loaded = load_session_policy(text)
    assert isinstance(loaded, tuple)
    assert [fault.id for fault in loaded] == [
        "session-policy-too-long",
        "policy-element-misplaced",
    ]


def test_faults_are_few_and_short() -> None:
    """A hostile document cannot make a report of megabytes."""
    many = load_document({"Statement": [{}] * 10_000}, IDENTITY)
    assert len(many) == 100
    (long,) = load_document(document(ALLOW | {"x" * 9_000: "x" * 9_000}), IDENTITY)
    assert len(str(long)) < 250
