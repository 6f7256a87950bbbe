"""An audit for programs. docs/audit.md lists the keys; none is renamed or taken away."""

from typing import Any

from eks_pod_identity.audit.report import AuditReport, Breach, groups
from eks_pod_identity.errors import Place
from eks_pod_identity_policies.rule import Level, Rule


def report_to_json(report: AuditReport) -> dict[str, Any]:
    """Return all there is to know of an audit, in the order of the text."""
    return {
        "clusters": [
            {
                "clusterName": each.name,
                "clusterArn": each.arn,
                "associations": each.associations,
                "addons": each.addons,
            }
            for each in report.clusters
        ],
        "counts": {
            "mandatory": report.mandatory,
            "advisory": len(report.breaches) - report.mandatory,
            "roles": report.roles,
            "policies": report.policies,
        },
        "findings": [
            _breach(breach, report.places.get(str(subject)))
            for subject, breaches in groups(report.breaches)
            for breach in breaches
        ],
        "notJudged": [{"address": each.address, "reason": each.reason} for each in report.gaps],
        "rules": [_rule(rule, level) for rule, level in report.rules],
    }


def _rule(rule: Rule, level: Level) -> dict[str, Any]:
    framework = rule.framework and {
        "name": rule.framework.name,
        "version": rule.framework.version or None,
        "control": rule.framework.control,
    }
    return {"rule": rule.id, "level": level.value, "framework": framework}


def _breach(breach: Breach, place: Place | None) -> dict[str, Any]:
    subject = breach.subject
    return {
        "rule": breach.rule.id,
        "level": breach.level.value,
        "severity": breach.rule.severity.value,
        "kind": subject.kind.value,
        "address": subject.address,
        "arn": subject.arn or None,
        "clusterName": subject.cluster or None,
        "related": {relation: list(names) for relation, names in subject.related.items()},
        "place": place and {"file": place.file, "line": place.line, "column": place.column},
        "message": breach.message,
        "help": list(breach.help),
        "source": breach.rule.source,
        "fingerprint": breach.fingerprint,
    }
