"""Requests for credentials that EKS Auth refuses, each with AWS's words and a line in the log."""

import logging
from pathlib import Path
from typing import Any

import pytest
import yaml
from harness.eks_auth import SOURCE, EksAuth, trust_of

_FILE = Path(__file__).parents[2] / "cases" / "credentials" / "refusals.yaml"
_CASES: list[dict[str, Any]] = yaml.safe_load(_FILE.read_text())


@pytest.mark.parametrize("case", _CASES, ids=[one["promise"] for one in _CASES])
def test_refused_with_aws_words_and_one_line_in_the_log(
    case: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """A bad token, or a role that cannot be assumed, gives nothing; only the log says why."""
    auth = EksAuth()
    auth.associate(**case.get("association", {}))
    if "trust" in case:
        auth.declare_trust(trust_of(*case["trust"], action=case.get("actions", "")))
    if "target" in case:
        _declare_target(auth, case["target"])
    token = auth.token(case.get("token", "good"))
    if "delete" in case:
        auth.delete(case["delete"])
    auth.eks.clock.advance(case.get("wait", 0))

    with caplog.at_level(logging.WARNING):
        refused = auth.refusal(token, case.get("cluster", "demo"))

    assert (refused.code, refused.message) == (case["code"], case["message"])
    assert len(caplog.records) == 1
    line = caplog.records[0].getMessage()
    assert case["log"] in line
    assert token not in line
    assert "\n" not in line
    assert auth.sessions.find("ASIA", "") is None


def _declare_target(auth: EksAuth, given: dict[str, Any]) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": SOURCE}, "Action": given["actions"]}
    if "condition" in given:
        statement["Condition"] = given["condition"]
    auth.declare_target({"Version": "2012-10-17", "Statement": [statement]}, given["may"])
