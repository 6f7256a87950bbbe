"""The well-known policies: what each controller of the field needs from AWS, by name.

    permissions = WELL_KNOWN_POLICIES["externalDNS"].build(context, {"hosted_zone_arns": [...]})

One file per controller. Left out on purpose: AWS App Mesh, which AWS ended on 2026-09-30.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from eks_pod_identity.iam.well_known import (
    aws_gateway_controller,
    aws_global_accelerator_controller,
    aws_load_balancer_controller,
    aws_load_balancer_controller_bindings,
    aws_private_ca_issuer,
    cert_manager,
    cloudwatch_observability,
    cluster_autoscaler,
    ebs_csi,
    efs_csi,
    external_dns,
    external_secrets,
    fsx_csi,
    image_builder,
    karpenter,
    managed_prometheus,
    mountpoint_s3_csi,
    node_termination_handler,
    velero,
    vpc_cni,
)
from eks_pod_identity.iam.well_known.policy import (
    PLACEHOLDERS,
    Permissions,
    PolicyContext,
    Scope,
    ScopeArgument,
    WellKnownPolicy,
    merge_permissions,
    unknown_placeholders,
)

__all__ = [
    "PLACEHOLDERS",
    "WELL_KNOWN_POLICIES",
    "Permissions",
    "PolicyContext",
    "Scope",
    "ScopeArgument",
    "WellKnownPolicy",
    "is_of_one_cluster",
    "list_stale_policies",
    "merge_permissions",
    "policy_of_software",
    "unknown_placeholders",
]

_POLICIES = (
    aws_gateway_controller.POLICY,
    aws_global_accelerator_controller.POLICY,
    aws_load_balancer_controller.POLICY,
    aws_load_balancer_controller_bindings.POLICY,
    aws_private_ca_issuer.POLICY,
    cert_manager.POLICY,
    cloudwatch_observability.POLICY,
    cluster_autoscaler.POLICY,
    ebs_csi.CLUSTER_SCOPED_POLICY,
    ebs_csi.POLICY,
    ebs_csi.TAG_SCOPED_POLICY,
    efs_csi.POLICY,
    external_dns.POLICY,
    external_secrets.POLICY,
    fsx_csi.POLICY,
    image_builder.POLICY,
    karpenter.POLICY,
    managed_prometheus.POLICY,
    mountpoint_s3_csi.POLICY,
    node_termination_handler.POLICY,
    velero.POLICY,
    vpc_cni.IPV4_POLICY,
    vpc_cni.IPV6_POLICY,
)

WELL_KNOWN_POLICIES: Mapping[str, WellKnownPolicy] = MappingProxyType(
    {policy.key: policy for policy in sorted(_POLICIES, key=lambda policy: policy.key)}
)


def policy_of_software(name: str) -> WellKnownPolicy | None:
    """Return the policy of a controller by the name of its chart, or None.

    `karpenter`, `aws-load-balancer-controller` and `cluster-autoscaler` all have one.
    """
    folded = _folded(name)
    return next(
        (
            policy
            for policy in WELL_KNOWN_POLICIES.values()
            if folded in {_folded(policy.key), _folded(policy.title)}
        ),
        None,
    )


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower()).removeprefix("amazon").removeprefix("aws")


def is_of_one_cluster(key: str, narrowed: Scope) -> bool:
    """Tell whether a policy has another text for another cluster.

    Args:
        key: The policy's name.
        narrowed: What narrows it.
    """
    policy = WELL_KNOWN_POLICIES.get(key)
    if policy is None or policy.validate_scope(narrowed, address=""):
        return False  # which is reported as such
    texts = (
        policy.build(here, here.fill_scope(narrowed)).inline
        for here in (PolicyContext("aws", "eu-west-1", "111122223333", name) for name in "ab")
    )
    return next(texts) != next(texts)


def list_stale_policies(today: date, max_age: timedelta) -> tuple[WellKnownPolicy, ...]:
    """Return the policies whose source was last compared longer ago than that, oldest first."""
    stale = (each for each in WELL_KNOWN_POLICIES.values() if today - each.checked > max_age)
    return tuple(sorted(stale, key=lambda policy: (policy.checked, policy.key)))
