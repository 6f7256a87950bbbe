"""All checks in their order, and what they say together.

The order is that of AWS's lists: what everything rests on comes first.
https://docs.aws.amazon.com/eks/latest/userguide/add-ons-iam.html
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from eks_pod_identity.diagnosis.checks.admission import check_admission
from eks_pod_identity.diagnosis.checks.agent import check_agent
from eks_pod_identity.diagnosis.checks.association import check_association
from eks_pod_identity.diagnosis.checks.cluster import check_cluster
from eks_pod_identity.diagnosis.checks.compute import check_compute
from eks_pod_identity.diagnosis.checks.environment import check_environment
from eks_pod_identity.diagnosis.checks.node_agent import check_node_agent
from eks_pod_identity.diagnosis.checks.node_role import check_node_role
from eks_pod_identity.diagnosis.checks.permissions import check_permissions
from eks_pod_identity.diagnosis.checks.refused_calls import check_refused_calls
from eks_pod_identity.diagnosis.checks.role import check_role
from eks_pod_identity.diagnosis.checks.sdk import check_sdk
from eks_pod_identity.diagnosis.checks.service_account import check_service_account
from eks_pod_identity.diagnosis.checks.session_size import check_session_size
from eks_pod_identity.diagnosis.checks.target_chain import check_target_chain
from eks_pod_identity.diagnosis.checks.trust import check_trust
from eks_pod_identity.diagnosis.finding import Finding, Verdict
from eks_pod_identity.observed.picture import Picture

Check: TypeAlias = Callable[[Picture], Iterator[Finding]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("cluster", check_cluster),
    ("agent", check_agent),
    ("association", check_association),
    ("role", check_role),
    ("trust policy", check_trust),
    ("permissions", check_permissions),
    ("target role", check_target_chain),
    ("service account", check_service_account),
    ("admission", check_admission),
    ("environment", check_environment),
    ("compute", check_compute),
    ("node role", check_node_role),
    ("agent on node", check_node_agent),
    ("SDK", check_sdk),
    ("session size", check_session_size),
    ("refused calls", check_refused_calls),
)
"""The checks by name, in their order."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found.

    Attributes:
        picture: What it was found in.
        findings: In the order of the checks.
    """

    picture: Picture
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """A cause if there is one; else whether something that decides is not known."""
        found = {each.verdict for each in self.findings}
        for verdict in (Verdict.CAUSE, Verdict.UNKNOWN):
            if verdict in found:
                return verdict
        return Verdict.OK


def diagnose(picture: Picture) -> Diagnosis:
    """Return what keeps the pods from their credentials."""
    found = (replace(finding, check=name) for name, check in CHECKS for finding in check(picture))
    return Diagnosis(picture, tuple(found))
