"""Tags that say who made a resource and for whom.

They let `recover` find what an interrupted run left behind, and an operator see at a glance which
stack to look at. IAM and EKS allow the characters used here.
"""

import re
from collections.abc import Mapping

import pulumi

from eks_pod_identity.names import ServiceAccountRef

MANAGED_BY_LABEL = "app.kubernetes.io/managed-by"
MANAGER = "eks-pod-identity"
CLUSTER_TAG = "eks-pod-identity/cluster"
SERVICE_ACCOUNT_TAG = "eks-pod-identity/service-account"
STACK_TAG = "eks-pod-identity/stack"
_TAG_VALUE_MAX_LENGTH = 256


def ownership_tags(
    cluster: str, service_account: ServiceAccountRef | None, tags: Mapping[str, str] | None
) -> dict[str, str]:
    """Return the user's tags with ours; ours win, because `recover` relies on them."""
    ours = {
        CLUSTER_TAG: cluster,
        STACK_TAG: _tag_value(f"{pulumi.get_project()}/{pulumi.get_stack()}"),
    }
    if service_account:
        ours[SERVICE_ACCOUNT_TAG] = _tag_value(str(service_account))
    return {**(tags or {}), **ours}


def _tag_value(text: str) -> str:
    # A namespace of 63 and an account of 253 characters pass the limit together.
    return re.sub(r"[^\w .:/=+@-]", "_", text)[:_TAG_VALUE_MAX_LENGTH]
