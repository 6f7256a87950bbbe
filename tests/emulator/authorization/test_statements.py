"""What single statements mean; the cases are data."""

from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml

from eks_pod_identity_emulator.authorization import (
    CallerPolicies,
    Decision,
    Policies,
    PolicyKind,
    Principal,
    Request,
    ResourcePolicy,
    context_of,
    decide,
    parse_policy,
)

Case: TypeAlias = dict[str, Any]

_CASES = Path(__file__).parents[2] / "cases/authorization"
_ACCOUNT = "111122223333"
_PRINCIPAL = Principal.session(f"arn:aws:iam::{_ACCOUNT}:role/path/app", "one")
_CONTEXT = {"aws:PrincipalTag/kubernetes-namespace": "shop"}
_EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
# Whether the statement as an Allow lets in, and as a Deny keeps out.
_APPLIES = {"holds": (True, True), "fails": (False, False), "open": (False, True)}


def _load(name: str) -> list[Any]:
    cases = yaml.safe_load((_CASES / name).read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["says"]) for case in cases]


def _decide(case: Case, *statements: Case) -> Decision:
    """Decide by a bucket policy of the caller's account."""
    document = {"Version": case.get("version", "2012-10-17"), "Statement": list(statements)}
    context = context_of({**_CONTEXT, **case.get("context", {})})
    request = Request(_PRINCIPAL, "s3:GetObject", "arn:aws:s3:::reports/2026/a:b", context)
    # Somebody has to allow what a policy that names the account leaves to the account.
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    names_account = _EVERYTHING not in statements
    identity = [parse_policy({"Statement": allow})] if names_account else []
    resource = ResourcePolicy(_ACCOUNT, parse_policy(document), alone=True)
    return decide(request, Policies(CallerPolicies(identity), resource))


def _applies(case: Case, statement: Case) -> tuple[bool, bool]:
    whole = {**_EVERYTHING, **statement}
    for name in ("Action", "Resource", "Principal"):
        if f"Not{name}" in statement:
            del whole[name]
    allowed = _decide(case, {**whole, "Effect": "Allow"})
    denied = _decide(case, _EVERYTHING, {**whole, "Effect": "Deny"})
    assert denied.allowed or denied == Decision(PolicyKind.RESOURCE, explicit=True)
    return allowed.allowed, not denied.allowed


@pytest.mark.parametrize("case", _load("conditions.yaml"))
def test_condition(case: Case) -> None:
    """A condition holds or fails as AWS says, and is taken against the caller if AWS is silent."""
    assert _applies(case, {"Condition": case["condition"]}) == _APPLIES[case["is"]]


@pytest.mark.parametrize("case", _load("statements.yaml"))
def test_statement(case: Case) -> None:
    """A statement speaks of a call or does not, and counts against the caller if AWS is silent."""
    assert _applies(case, case["statement"]) == _APPLIES[case["is"]]
