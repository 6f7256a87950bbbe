"""SARIF: what the standard and GitHub's code scanning ask of a log.

https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
"""

import json
import re
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from harness.observed_account import account_state, audit_cases

from eks_pod_identity.audit.judge import judge
from eks_pod_identity.audit.render_sarif import report_to_sarif
from eks_pod_identity.audit.settings_file import read_settings

_LEVELS = {"mandatory": "error", "advisory": "warning"}


def _logs() -> list[tuple[Any, dict[str, Any]]]:
    reports = [
        judge(case.state, read_settings(case.config, "rules.json"), case.selection)
        for case in audit_cases()
    ]
    return [(report, report_to_sarif(report, "1.2.3")) for report in reports]


_LOGS = _logs()
_RUNS = [log["runs"][0] for _, log in _LOGS]


def test_log_has_one_run_of_the_version() -> None:
    """Version, schema and tool are as code scanning reads them, and the log is JSON."""
    for _, log in _LOGS:
        assert json.loads(json.dumps(log)) == log
        assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
        assert log["$schema"].endswith("sarif-2.1.0.json")
        assert log["runs"][0]["tool"]["driver"]["semanticVersion"] == "1.2.3"


def test_rules_have_all_that_is_required() -> None:
    """Every rule has texts, help, an address, a level and a score in GitHub's bounds."""
    for run in _RUNS:
        for rule in run["tool"]["driver"]["rules"]:
            texts = (rule["shortDescription"], rule["fullDescription"], rule["help"])
            assert all(0 < len(each["text"]) <= 1024 or each is rule["help"] for each in texts)
            assert urlsplit(rule["helpUri"]).scheme == "https"
            assert rule["defaultConfiguration"]["level"] in _LEVELS.values()
            assert 0 < float(rule["properties"]["security-severity"]) <= 10
            assert "security" in rule["properties"]["tags"]


def test_results_are_those_of_the_report() -> None:
    """Each breach is a result of its rule, at its level, and none is lost."""
    assert sum(len(run["results"]) for run in _RUNS) > 15
    for report, log in _LOGS:
        (run,) = log["runs"]
        rules = run["tool"]["driver"]["rules"]
        assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])
        assert sorted((each["ruleId"], each["level"]) for each in run["results"]) == sorted(
            (each.rule.id, _LEVELS[each.level.value]) for each in report.breaches
        )


def test_locations_are_ones_that_code_scanning_shows() -> None:
    """One location each, with a relative path, a region of four numbers, and the true name."""
    for result in (each for run in _RUNS for each in run["results"]):
        (location,) = result["locations"]
        address = location["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9._/%~-]+", address), address
        assert not address.startswith("/")
        assert location["physicalLocation"]["region"].keys() == {
            "startLine",
            "startColumn",
            "endLine",
            "endColumn",
        }
        (logical,) = location["logicalLocations"]
        assert unquote(address).endswith(logical["name"])
        assert logical["fullyQualifiedName"] in result["message"]["text"]


def test_fingerprints_tell_results_apart() -> None:
    """No two results of a run have one fingerprint, and it is in the form that GitHub uses."""
    for run in _RUNS:
        hashes = [r["partialFingerprints"]["primaryLocationLineHash"] for r in run["results"]]
        assert len(set(hashes)) == len(hashes)
        assert all(re.fullmatch(r"[0-9a-f]{16}:1", each) for each in hashes)


def test_gaps_are_notifications() -> None:
    """What could not be judged is no result, and is not lost."""
    notes = [
        note["message"]["text"]
        for run in _RUNS
        for note in run["invocations"][0]["toolExecutionNotifications"]
    ]

    assert any("444455556666:role/archive is not judged" in note for note in notes)


@pytest.mark.parametrize("name", ["a b", "ä", "=,.@-_+"])
def test_odd_names_make_a_legal_address(name: str) -> None:
    """Whatever IAM or a mistake puts into a name, the address can be parsed."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}],
    }
    log = report_to_sarif(judge(account_state({"roles": {name: {"trust": trust}}})), "1")

    (result,) = log["runs"][0]["results"]
    address = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert address.isascii()
    assert " " not in address
    assert unquote(address) == f"aws/111122223333/iam/role/{name}"
