"""Who has a say about a call, and what AWS calls a refusal; the cases are data."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml

from eks_pod_identity_emulator.authorization import (
    CallerPolicies,
    Decision,
    Policies,
    Policy,
    PolicyKind,
    Principal,
    Request,
    ResourcePolicy,
    decide,
    parse_policy,
    refusal_message,
)

Case: TypeAlias = dict[str, Any]

_CASES = Path(__file__).parents[2] / "cases/authorization/decisions.yaml"
_ROLE = "arn:aws:iam::111122223333:role/app"


def _load() -> list[Any]:
    cases = yaml.safe_load(_CASES.read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["says"]) for case in cases]


def _statement(written: str | Case) -> Case:
    if not isinstance(written, str):
        return written
    what, _, principal = written.partition(" ")
    effect = {"+": "Allow", "-": "Deny"}[what[0]]
    statement = {"Effect": effect, "Action": f"{what[1:]}:*", "Resource": "*"}
    return {**statement, "Principal": {"AWS": principal}} if principal else statement


def _policy(written: Sequence[Any]) -> Policy:
    return parse_policy(
        {"Version": "2012-10-17", "Statement": [_statement(each) for each in written]}
    )


def _principal(caller: str) -> Principal:
    if caller.startswith("arn:aws:iam:"):
        return Principal.session(caller, "one") if ":role/" in caller else Principal.user(caller)
    return Principal.service(caller)


def _policies(case: Case) -> Policies:
    given = {
        name: _policy(case[name])
        for name in ("identity", "boundary", "session", "resource")
        if name in case
    }
    session = [given["session"]] if "session" in given else None
    identity = [given["identity"]] if "identity" in given else []
    caller = CallerPolicies(identity, given.get("boundary"), session)
    if "owner" not in case:
        return Policies(caller)
    return Policies(
        caller, ResourcePolicy(case["owner"], given.get("resource"), alone=case.get("key", False))
    )


def _expected(case: Case) -> Decision:
    if "denied" in case:
        return Decision(PolicyKind(case["denied"]), explicit=True)
    return Decision(PolicyKind(case["refused"]) if "refused" in case else None)


@pytest.mark.parametrize("case", _load())
def test_decision(case: Case) -> None:
    """Each kind of policy has the say that AWS gives it, in one account and across two."""
    request = Request(_principal(case.get("caller", _ROLE)), "s3:GetObject", "arn:aws:s3:::b/k")

    assert decide(request, _policies(case)) == _expected(case)


_SESSION = "arn:aws:sts::111122223333:assumed-role/app/one"
_DENIED = (
    f"User: {_SESSION} is not authorized to perform: s3:ListBucket on resource: arn:aws:s3:::b"
)


@pytest.mark.parametrize(
    ("kind", "policy"),
    [
        (PolicyKind.IDENTITY, "an identity-based policy"),
        (PolicyKind.BOUNDARY, "a permissions boundary"),
        (PolicyKind.SESSION, "a session policy"),
        (PolicyKind.RESOURCE, "a resource-based policy"),
        (PolicyKind.TRUST, "the role trust policy"),
    ],
)
def test_explicit_refusal_has_the_words_of_aws(kind: PolicyKind, policy: str) -> None:
    """Caller, action, resource and the kind of policy are in the order that AWS has them in."""
    request = Request(Principal.session(_ROLE, "one"), "s3:ListBucket", "arn:aws:s3:::b")

    message = refusal_message(request, Decision(kind, explicit=True))

    assert message == f"{_DENIED} with an explicit deny in {policy}"


@pytest.mark.parametrize("kind", [kind for kind in PolicyKind if kind is not PolicyKind.TRUST])
def test_implicit_refusal_has_the_words_of_aws(kind: PolicyKind) -> None:
    """A refusal says which kind of policy would have had to allow the action."""
    request = Request(Principal.session(_ROLE, "one"), "s3:ListBucket", "arn:aws:s3:::b")

    message = refusal_message(request, Decision(kind))

    assert message == f"{_DENIED} because no {kind.value} allows the s3:ListBucket action"


def test_refusal_of_an_action_without_resource_names_none() -> None:
    """`*` is no resource to name."""
    request = Request(Principal.session(_ROLE, "one"), "s3:ListAllMyBuckets")

    message = refusal_message(request, Decision(PolicyKind.IDENTITY))

    assert message == (
        f"User: {_SESSION} is not authorized to perform: s3:ListAllMyBuckets because no "
        "identity-based policy allows the s3:ListAllMyBuckets action"
    )


def test_role_that_does_not_trust_gives_no_reason() -> None:
    """STS does not say that a trust policy is what lacks an Allow."""
    request = Request(
        Principal.session(_ROLE, "one"), "sts:TagSession", "arn:aws:iam::444455556666:role/x"
    )

    message = refusal_message(request, Decision(PolicyKind.TRUST))

    assert message.endswith("perform: sts:TagSession on resource: arn:aws:iam::444455556666:role/x")
