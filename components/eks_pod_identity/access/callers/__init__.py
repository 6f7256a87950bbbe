"""The kinds of caller that a trust policy can let in, each with what STS knows of its calls."""

from eks_pod_identity.access.callers.account import AccountCalls
from eks_pod_identity.access.callers.calls import Calls
from eks_pod_identity.access.callers.chain import ChainedCalls
from eks_pod_identity.access.callers.kinds import KINDS, Kind, calls_of
from eks_pod_identity.access.callers.permission import PermissionCalls
from eks_pod_identity.access.callers.pods import PodCalls
from eks_pod_identity.access.callers.service import ServiceCalls
from eks_pod_identity.access.callers.token import TokenCalls

__all__ = [
    "KINDS",
    "AccountCalls",
    "Calls",
    "ChainedCalls",
    "Kind",
    "PermissionCalls",
    "PodCalls",
    "ServiceCalls",
    "TokenCalls",
    "calls_of",
]
