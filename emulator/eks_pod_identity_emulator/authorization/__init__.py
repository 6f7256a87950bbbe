"""IAM's evaluation of policies: a call and all policies that have a say in, a decision out.

Pure: no state, no clock, no HTTP. Where AWS leaves open what a policy means, the caller is
refused: the emulator may be harder than AWS, never kinder.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from eks_pod_identity_emulator.authorization.decision import (
    ALLOWED,
    CallerPolicies,
    Decision,
    Policies,
    PolicyKind,
    ResourcePolicy,
    decide,
)
from eks_pod_identity_emulator.authorization.policy import Policy, parse_policy
from eks_pod_identity_emulator.authorization.principal import Naming
from eks_pod_identity_emulator.authorization.refusal import refusal_message
from eks_pod_identity_emulator.authorization.request import (
    Context,
    Principal,
    PrincipalKind,
    Request,
    context_of,
)

__all__ = [
    "ALLOWED",
    "CallerPolicies",
    "Context",
    "Decision",
    "Naming",
    "Policies",
    "Policy",
    "PolicyKind",
    "Principal",
    "PrincipalKind",
    "Request",
    "ResourcePolicy",
    "context_of",
    "decide",
    "parse_policy",
    "refusal_message",
]
