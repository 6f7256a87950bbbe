"""Amazon EBS CSI driver: three policies that AWS manages, from wide to narrow.

`ebsCSIController` stays the policy that eksctl attaches, though upstream now names the second one:
the narrower two refuse volumes made by hand until these are tagged
(https://github.com/kubernetes-sigs/aws-ebs-csi-driver/issues/2918).
None covers customer managed keys; upstream's statement for them is added for the keys given.
"""

from collections.abc import Callable
from datetime import date

from eks_pod_identity.iam.document import build_document, build_statement
from eks_pod_identity.iam.well_known.policy import (
    Permissions,
    PolicyContext,
    Scope,
    ScopeArgument,
    WellKnownPolicy,
)

_ENCRYPTION = ("kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext")
_KMS_KEYS = ScopeArgument(
    name="kms_key_arns",
    description="Customer managed keys of encrypted volumes; none if absent.",
    services=("kms",),
)


def _writer(managed_policy: str) -> Callable[[PolicyContext, Scope], Permissions]:
    def write(context: PolicyContext, scope: Scope) -> Permissions:
        managed = (context.managed_policy(managed_policy),)
        if not scope["kms_key_arns"]:
            return Permissions(managed)
        keys = build_document(build_statement("Encrypt", _ENCRYPTION, scope["kms_key_arns"]))
        return Permissions(managed, (("EBSCSIControllerEncryption", keys),))

    return write


def _policy(key: str, managed_policy: str, description: str) -> WellKnownPolicy:
    return WellKnownPolicy(
        key=key,
        title="Amazon EBS CSI driver",
        source="https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/v1.64.0/docs/install.md",
        upstream_version="1.64.0",
        checked=date(2026, 8, 19),
        description=description,
        write=_writer(managed_policy),
        arguments=(_KMS_KEYS,),
    )


POLICY = _policy(
    "ebsCSIController",
    "service-role/AmazonEBSCSIDriverPolicy",
    "Manages every volume and snapshot of the account.",
)
TAG_SCOPED_POLICY = _policy(
    "ebsCSIControllerV2",
    "AmazonEBSCSIDriverPolicyV2",
    "Manages volumes and snapshots that have the driver's tag.",
)
CLUSTER_SCOPED_POLICY = _policy(
    "ebsCSIControllerClusterScoped",
    "AmazonEBSCSIDriverEKSClusterScopedPolicy",
    "Manages volumes and snapshots tagged with the name of the pod's cluster, which it takes from"
    " the session tags; driver 1.58 or later.",
)
