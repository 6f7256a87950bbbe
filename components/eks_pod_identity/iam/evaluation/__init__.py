"""Whether IAM would allow a request: policies and a request in, a verdict with its reason out.

Three-valued: what depends on something unknown (a condition key that nobody told, an operator's
undocumented corner) is UNPROVED, and never ALLOWED. Follows
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html for the
policies given; permissions boundaries, SCPs and what the other side says are the caller's matter.
"""

from eks_pod_identity.iam.evaluation.condition import Condition, Quantifier
from eks_pod_identity.iam.evaluation.decision import Decision, Verdict, decide, is_allowed
from eks_pod_identity.iam.evaluation.policy import Policy, Statement, compile_policy
from eks_pod_identity.iam.evaluation.request import (
    CLAIMS,
    Context,
    Principal,
    PrincipalKind,
    Request,
)
from eks_pod_identity.iam.evaluation.truth import Truth

__all__ = [
    "CLAIMS",
    "Condition",
    "Context",
    "Decision",
    "Policy",
    "Principal",
    "PrincipalKind",
    "Quantifier",
    "Request",
    "Statement",
    "Truth",
    "Verdict",
    "compile_policy",
    "decide",
    "is_allowed",
]
