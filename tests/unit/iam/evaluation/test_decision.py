"""Which statement decides, whom it names, and how long that takes."""

import time
from typing import Any

import pytest

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

_ROLE = Principal.aws("arn:aws:iam::111122223333:role/team/app")
_PODS = Principal.service("pods.eks.amazonaws.com")
_ANONYMOUS = Principal(PrincipalKind.ANONYMOUS)
_ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
_DENY = _ALLOW | {"Effect": "Deny"}
_UNTOLD = {"Condition": {"StringEquals": {"aws:Untold": "x"}}}
ALLOWED, DENIED, UNPROVED = Decision.ALLOWED, Decision.DENIED, Decision.UNPROVED


def _policy(*statements: dict[str, Any], kind: DocumentKind = DocumentKind.TRUST) -> Policy:
    loaded = load_document({"Version": "2012-10-17", "Statement": list(statements)}, kind)
    assert not isinstance(loaded, tuple), loaded
    return compile_policy(loaded)


def _decide(*statements: dict[str, Any], principal: Principal = _ROLE) -> Decision:
    return is_allowed(_policy(*statements), Request(principal, "sts:AssumeRole")).decision


def test_deny_wins_and_doubt_is_told() -> None:
    """An explicit deny wins over all; what hangs on an untold key is unproved, not allowed."""
    assert _decide(_ALLOW) is ALLOWED
    assert _decide(_ALLOW, _DENY) is DENIED
    assert _decide(_ALLOW | _UNTOLD) is UNPROVED
    assert _decide(_ALLOW | _UNTOLD, _ALLOW) is ALLOWED
    assert _decide(_ALLOW, _DENY | _UNTOLD) is UNPROVED
    assert _decide(_DENY | _UNTOLD) is DENIED
    assert _decide(_ALLOW | {"Action": "sts:TagSession"}) is DENIED


def test_policies_of_one_side_add_up() -> None:
    """One document may allow and another deny."""
    policies = [_policy(_ALLOW), _policy(_DENY)]

    assert is_allowed(policies, Request(_ROLE, "sts:AssumeRole")).decision is DENIED


def test_reason_names_the_statement() -> None:
    """The verdict names the statement that decided, by Sid or by number."""
    policy = _policy(_ALLOW, _DENY | {"Sid": "NotYou"})

    verdict = is_allowed(policy, Request(_ROLE, "sts:AssumeRole"))

    assert verdict.reason == 'statement "NotYou" denies it'
    assert is_allowed(_policy(_ALLOW), Request(_ROLE, "sts:TagSession")).reason == (
        "no statement allows it"
    )


@pytest.mark.parametrize(
    ("element", "principal", "expected"),
    [
        ({"AWS": "*"}, _PODS, ALLOWED),
        ({"AWS": "*"}, _ANONYMOUS, ALLOWED),
        ({"AWS": "111122223333"}, _ROLE, ALLOWED),
        ({"AWS": "arn:aws:iam::111122223333:root"}, _ROLE, ALLOWED),
        ({"AWS": "arn:aws:iam::111122223333:root"}, _PODS, DENIED),
        ({"AWS": "444455556666"}, _ROLE, DENIED),
        ({"AWS": _ROLE.name}, _ROLE, ALLOWED),
        ({"AWS": "arn:aws:iam::111122223333:role/team/other"}, _ROLE, DENIED),
        ({"AWS": "arn:aws:sts::111122223333:assumed-role/app/s1"}, _ROLE, UNPROVED),
        ({"AWS": "arn:aws:sts::111122223333:assumed-role/other/s1"}, _ROLE, DENIED),
        ({"AWS": "arn:aws:sts::444455556666:assumed-role/app/s1"}, _ROLE, DENIED),
        ({"AWS": "arn:aws:iam::*:role/*"}, _ROLE, UNPROVED),
        ({"AWS": "AROAEXAMPLEID"}, _ROLE, UNPROVED),
        ({"Service": "pods.eks.amazonaws.com"}, _PODS, ALLOWED),
        ({"Service": "PODS.eks.amazonaws.com"}, _PODS, UNPROVED),
        ({"Service": "*"}, _PODS, UNPROVED),
        ({"Service": "ec2.amazonaws.com"}, _PODS, DENIED),
        ({"Federated": "accounts.google.com"}, _ROLE, DENIED),
        ({"CanonicalUser": "79a59d"}, _ROLE, UNPROVED),
    ],
)
def test_principal(element: dict[str, str], principal: Principal, expected: Decision) -> None:
    """Whom a Principal names, himself or by his account."""
    assert _decide(_ALLOW | {"Principal": element}, principal=principal) is expected


def test_not_principal_of_an_account_is_not_taken_for_its_roles() -> None:
    """NotPrincipal exempts a user with the account; of sessions and roles nothing is proved."""
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "NotPrincipal": {"AWS": "111122223333"},
    }

    assert _decide(statement) is UNPROVED
    assert _decide(statement, principal=_PODS) is ALLOWED
    assert _decide(statement | {"NotPrincipal": {"AWS": _ROLE.name}}) is UNPROVED
    assert _decide(statement | {"NotPrincipal": {"AWS": ["111122223333", _ROLE.name]}}) is UNPROVED
    user = "arn:aws:iam::111122223333:user/ana"
    with_account = statement | {"NotPrincipal": {"AWS": ["111122223333", user]}}
    assert _decide(with_account, principal=Principal.aws(user)) is DENIED
    alone = statement | {"NotPrincipal": {"AWS": user}}
    assert _decide(alone, principal=Principal.aws(user)) is UNPROVED


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("*", ALLOWED),
        ("arn:aws:s3:::box/*", ALLOWED),
        ("arn:aws:s3:::b?x/a", ALLOWED),
        ("arn:aws:s3", ALLOWED),
        ("arn:aws:s3:::other/*", DENIED),
        ("arn:aws:s3*:box/a", UNPROVED),
        ("arn:aws:s3:::${aws:PrincipalTag/box}/a", ALLOWED),
        ("arn:aws:s3:::${aws:PrincipalTag/none}/a", DENIED),
        ("arn:aws:s3:::${aws:PrincipalTag/none, 'box'}/a", ALLOWED),
        ("arn:aws:${aws:PrincipalTag/box}:::box/a", UNPROVED),
    ],
)
def test_resource(resource: str, expected: Decision) -> None:
    """ARNs match part by part; what fits only across the parts is not proved."""
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}
    policy = _policy(statement, kind=DocumentKind.IDENTITY)
    context = Context.of({"aws:PrincipalTag/box": "box"}, complete=True)

    request = Request(_ROLE, "s3:getobject", "arn:aws:s3:::box/a", context)

    assert is_allowed(policy, request).decision is expected


def _statements(condition: dict[str, Any], count: int) -> list[dict[str, Any]]:
    return [_ALLOW | {"Condition": condition} for _ in range(count)]


_HOSTILE: dict[str, object] = {
    "stars": [_ALLOW | {"Action": "*" + "a*" * 60_000}],
    "questions": [_ALLOW | {"Action": "*" + "?*" * 60_000}],
    "alternating": _statements({"StringLike": {"aws:K": "*a?" * 40_000}}, 1),
    "many statements": _statements({"StringLike": {"aws:K": "*b*"}}, 1_000),
    "many values": _statements(
        {"StringLike": {"aws:K": [f"*{each}*" for each in range(9_000)]}}, 1
    ),
    "variables": _statements({"StringLike": {"aws:K": "${aws:K}" * 15_000}}, 1),
    "open variables": _statements({"StringEquals": {"aws:K": "${" * 60_000}}, 1),
    "numbers": _statements({"NumericEquals": {"aws:K": "9" * 120_000}}, 1),
    "megabyte": _statements({"StringLike": {"aws:K": "*a" * 500_000}}, 1),
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_hostile_document_is_decided_within_50_ms(name: str) -> None:
    """Loading and one decision take no longer than the pack may spend on a document."""
    document = {"Version": "2012-10-17", "Statement": _HOSTILE[name]}
    context = Context.of({"aws:K": "a" * 256})

    spent = min(_seconds(document, Request(_ROLE, "sts:AssumeRole", context=context)) for _ in "12")

    # Far above the 50 ms aimed at: this finds a hang, and no busy machine fails it.
    assert spent < 2


def _seconds(document: dict[str, Any], request: Request) -> float:
    start = time.process_time()
    loaded = load_document(document, DocumentKind.TRUST)
    if not isinstance(loaded, tuple):
        is_allowed(compile_policy(loaded), request)
    return time.process_time() - start
