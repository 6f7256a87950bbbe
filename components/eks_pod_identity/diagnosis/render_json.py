"""A diagnosis as JSON: everything that was found, in the order of the checks."""

from typing import Any

from eks_pod_identity.diagnosis.diagnose import Diagnosis
from eks_pod_identity.diagnosis.finding import Finding, Verdict

_WORDS = {Verdict.OK: "healthy", Verdict.CAUSE: "cause", Verdict.UNKNOWN: "cannot-tell"}


def diagnosis_to_json(found: Diagnosis) -> dict[str, Any]:
    """Return everything of a diagnosis as plain values."""
    picture, association = found.picture, found.picture.associated_with
    return {
        "clusterName": picture.cluster_name,
        "region": picture.region,
        "namespace": picture.account.namespace,
        "serviceAccount": picture.account.name,
        "pod": picture.target.name if picture.target.pod else None,
        "pods": [each.name for each in picture.pods],
        "associationId": association.id if association else None,
        "roleArn": association.role_arn if association else None,
        "verdict": _WORDS[found.verdict],
        "findings": [_finding(each) for each in found.findings],
    }


def _finding(each: Finding) -> dict[str, Any]:
    return {
        "check": each.check,
        "verdict": each.verdict.value.replace(" ", "-"),
        "id": each.fault.id if each.fault else None,
        "message": each.message,
        "evidence": list(each.evidence),
        "help": list(each.help),
    }
