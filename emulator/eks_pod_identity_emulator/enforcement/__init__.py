"""Enforcement: what a call needs, and whether IAM's policies let its caller have it."""

from eks_pod_identity_emulator.enforcement.carried import CarriedChecks
from eks_pod_identity_emulator.enforcement.eks import EksChecks
from eks_pod_identity_emulator.enforcement.gate import Gate
from eks_pod_identity_emulator.enforcement.iam import IamChecks

__all__ = ["CarriedChecks", "EksChecks", "Gate", "IamChecks"]
