"""Role chaining: the trust of a target role, and what the association's role needs to assume it.

In: plain strings. Out: documents whose text does not depend on the order of the input.
The forms are those of the EKS user guide, "Access AWS resources using EKS Pod Identity target IAM
roles", https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from eks_pod_identity import names
from eks_pod_identity.iam.document import build_document, build_statement
from eks_pod_identity.iam.trust_statement import (
    ASSUME_AND_TAG,
    ASSUME_ONLY,
    CLUSTER_TAG,
    NAMESPACE_TAG,
    SERVICE_ACCOUNT_TAG,
    require_arn,
)
from eks_pod_identity.names import ServiceAccountRef

_SID = "AllowSourceRole"


@dataclass(frozen=True, slots=True, order=True)
class ChainedAssociation:
    """An association that reaches a target role through its own role.

    Attributes:
        source_role_arn: The association's role.
        cluster_arn: The association's cluster.
        service_account: Its service account.
        session_tags: False if it disables session tags.
    """

    source_role_arn: str
    cluster_arn: str
    service_account: ServiceAccountRef
    session_tags: bool = True

    @property
    def external_id(self) -> str:
        """The external id that EKS sends for it while session tags are off."""
        cluster = require_arn(self.cluster_arn)
        name = cluster.resource.removeprefix("cluster/")
        return names.external_id(cluster.region, cluster.account, name, self.service_account)


def build_target_trust_policy(associations: Iterable[ChainedAssociation]) -> dict[str, Any]:
    """Return the trust policy of a target role, which EKS assumes from the associations' roles.

    Each association has a statement of its own, which lets in exactly its role. With session tags
    the statement compares the tags of cluster, namespace and service account, which travel along;
    without them EKS sends `sts:ExternalId` instead.

    The principal is the source's account, narrowed to the one role by `aws:PrincipalArn`. IAM
    would store a role named as principal by its unique id: the trust would be dead as soon as the
    role was made anew under its name, and could not be written before the role exists.

    Args:
        associations: Those that have this target, in any order.

    Raises:
        ValueError: An ARN names no account, or there is no association.
    """
    unique = sorted(set(associations))
    if not unique:
        raise ValueError("a target role needs at least one association to trust")
    return build_document(*(_statement(*numbered) for numbered in enumerate(unique, start=1)))


def build_target_grant(
    target_role_arns: Iterable[str], *, session_tags: bool = True
) -> dict[str, Any]:
    """Return the permission policy that an association's role needs to assume its target roles.

    The tags of a session travel into the next one, which asks for `sts:TagSession` in the policy
    of the caller as well as in the trust of the target.
    """
    actions = ASSUME_AND_TAG if session_tags else ASSUME_ONLY
    return build_document(build_statement("AssumeTargetRoles", actions, target_role_arns))


def _statement(number: int, each: ChainedAssociation) -> dict[str, Any]:
    role = require_arn(each.source_role_arn)
    return {
        "Sid": _SID if number == 1 else f"{_SID}{number}",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{role.partition}:iam::{role.account}:root"},
        "Action": list(ASSUME_AND_TAG if each.session_tags else ASSUME_ONLY),
        "Condition": {
            "ArnEquals": {"aws:PrincipalArn": each.source_role_arn},
            "StringEquals": _bound_to(each),
        },
    }


def _bound_to(each: ChainedAssociation) -> Mapping[str, str]:
    if not each.session_tags:
        return {"sts:ExternalId": each.external_id}
    return {
        CLUSTER_TAG: str(require_arn(each.cluster_arn)),
        NAMESPACE_TAG: each.service_account.namespace,
        SERVICE_ACCOUNT_TAG: each.service_account.name,
    }
