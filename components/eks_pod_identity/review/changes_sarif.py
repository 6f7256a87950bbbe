"""A report of changes as SARIF 2.1.0, for code scanning of a pull request.

What is wider is an error, what cannot be proved a warning; the rest is no result. A resource of a
program stands in no line that Pulumi tells, so its location is a path made of stack, type and name,
which tells alerts apart; its URN is the logical location.
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
"""

import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from eks_pod_identity.access.relation import Relation
from eks_pod_identity.review.change_report import ChangeReport, ResourceChange
from eks_pod_identity.review.render_changes import resource_lines

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RULES = {
    Relation.WIDER: ("access-wider", "error", "The change lets in callers, or allows calls."),
    Relation.INCOMPARABLE: ("access-changed", "error", "The change lets in some and shuts out."),
    Relation.NOT_PROVED: ("access-not-proved", "warning", "What the change lets in is not proved."),
}


def changes_to_sarif(report: ChangeReport, version: str) -> dict[str, Any]:
    """Return a SARIF log with one run.

    Args:
        report: The report.
        version: The version of this package.
    """
    driver = {
        "name": "eks-pod-identity access diff",
        "semanticVersion": version,
        "rules": [_rule(*each) for each in _RULES.values()],
    }
    notes = [{"level": "error", "message": {"text": each}} for each in report.errors]
    invocation = {"executionSuccessful": not notes, "toolExecutionNotifications": notes}
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": list(_results(report)),
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(id_: str, level: str, text: str) -> dict[str, Any]:
    return {
        "id": id_,
        "name": id_,
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["security", "eks-pod-identity"]},
    }


def _results(report: ChangeReport) -> Iterator[dict[str, Any]]:
    for index, relation in enumerate(_RULES):
        for each in report.of(relation):
            yield _result(each, index)


def _result(resource: ResourceChange, index: int) -> dict[str, Any]:
    id_, level, _ = _RULES[resource.relation]
    key = hashlib.sha256(f"{id_} {resource.urn} {resource.label}".encode()).hexdigest()
    return {
        "ruleId": id_,
        "ruleIndex": index,
        "level": level,
        "message": {"text": "\n".join(resource_lines(resource))},
        "locations": [_location(resource)],
        "partialFingerprints": {"primaryLocationLineHash": f"{key[:32]}:1"},
    }


def _location(resource: ResourceChange) -> dict[str, Any]:
    address = resource.urn or "trust policy"
    path = "/".join(address.removeprefix("urn:pulumi:").split("::"))
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(path)},
            "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2},
        },
        "logicalLocations": [
            {
                "name": address.rpartition("::")[2],
                "fullyQualifiedName": address,
                "kind": "resource",
            }
        ],
    }
