"""An audit as SARIF 2.1.0, with all that GitHub's code scanning asks for.

What AWS has stands in no file, and code scanning shows nothing without one. So a location is the
line that declares it, if a file was given that does; else a path made of account, region, cluster
and names, which leads nowhere but tells alerts apart. Beside it is always the logical location.
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from eks_pod_identity.audit.report import AuditReport, Breach, Gap, groups
from eks_pod_identity.audit.subject import Subject
from eks_pod_identity.errors import Place
from eks_pod_identity_policies.rule import Level, Rule, Severity

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Mapping[Level, str] = {Level.MANDATORY: "error", Level.ADVISORY: "warning"}
# GitHub calls more than 9.0 critical, from 7.0 high, from 4.0 medium, the rest low.
_SCORES: Mapping[Severity, str] = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
}


def report_to_sarif(report: AuditReport, version: str) -> dict[str, Any]:
    """Return a SARIF log with one run.

    Args:
        report: The report.
        version: The version of this package.
    """
    indexes = {rule.id: index for index, (rule, _) in enumerate(report.rules)}
    results = [
        _result(breach, indexes[breach.rule.id], report.places.get(str(subject)))
        for subject, breaches in groups(report.breaches)
        for breach in breaches
    ]
    driver = {
        "name": "eks-pod-identity audit",
        "semanticVersion": version,
        "rules": [_rule(rule, level) for rule, level in report.rules],
    }
    notes = [_notification(gap) for gap in report.gaps]
    invocation = {"executionSuccessful": True, "toolExecutionNotifications": notes}
    # No automationDetails: whoever uploads several audits gives each a category of its own.
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule, level: Level) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.title} {rule.why}"},
        "help": {
            "text": f"{rule.fix}\n\nWhy: {rule.why}\n\nSource: {rule.source}",
            "markdown": f"**{rule.fix}**\n\n{rule.why}\n\n[Source]({rule.source})",
        },
        "helpUri": rule.source,
        "defaultConfiguration": {"level": _LEVELS[level]},
        "properties": {
            "precision": "very-high",
            "security-severity": _SCORES[rule.severity],
            "tags": ["security", "eks-pod-identity", *_controls(rule)],
        },
    }


def _controls(rule: Rule) -> Iterator[str]:
    if rule.framework:
        yield f"{rule.framework.name} {rule.framework.control}"


def _result(breach: Breach, index: int, place: Place | None) -> dict[str, Any]:
    related = breach.subject.related
    ways = "\n".join(f"- {each}" for each in breach.help)
    return {
        "ruleId": breach.rule.id,
        "ruleIndex": index,
        "level": _LEVELS[breach.level],
        "message": {"text": f"{breach.subject}: {breach.message}\n{ways}"},
        "locations": [_location(breach.subject, place)],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{breach.fingerprint}:1",
            "eksPodIdentityAudit/v1": breach.fingerprint,
        },
        "properties": {
            "arn": breach.subject.arn,
            "severity": breach.rule.severity.value,
            "related": {relation: list(names) for relation, names in related.items()},
        },
    }


def _location(subject: Subject, place: Place | None) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(place.file if place else subject.path)},
            "region": _region(place),
        },
        "logicalLocations": [
            {
                "name": subject.address.rpartition("/")[2],
                "fullyQualifiedName": subject.address,
                "kind": "resource",
            }
        ],
    }


def _region(place: Place | None) -> dict[str, int]:
    line, column = (place.line, place.column) if place else (1, 1)
    return {"startLine": line, "startColumn": column, "endLine": line, "endColumn": column + 1}


def _notification(gap: Gap) -> dict[str, Any]:
    return {"level": "note", "message": {"text": f"{gap.address} is not judged: {gap.reason}"}}
