"""ARNs of EKS resources.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html
"""

from eks_pod_identity_emulator.eks.caller import Caller


def cluster_arn(caller: Caller, cluster: str) -> str:
    """Return the ARN of a cluster."""
    return f"{_prefix(caller)}:cluster/{cluster}"


def addon_arn(caller: Caller, cluster: str, addon: str, uuid: str) -> str:
    """Return the ARN of an installed add-on; another installation has another UUID."""
    return f"{_prefix(caller)}:addon/{cluster}/{addon}/{uuid}"


def association_arn(caller: Caller, cluster: str, association_id: str) -> str:
    """Return the ARN of a pod identity association."""
    return f"{_prefix(caller)}:podidentityassociation/{cluster}/{association_id}"


def _prefix(caller: Caller) -> str:
    return f"arn:{caller.partition}:eks:{caller.region}:{caller.account}"
