"""Role chaining: the trust of a target role, and what the association's role needs to assume it.

In: plain strings. Out: documents whose text does not depend on the order of the input.
The forms are those of the EKS user guide, "Access AWS resources using EKS Pod Identity target IAM
roles", https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
"""

from collections.abc import Iterable
from typing import Any

from eks_pod_identity import names
from eks_pod_identity.iam.document import build_document, build_statement
from eks_pod_identity.iam.trust_statement import (
    ASSUME_AND_TAG,
    ASSUME_ONLY,
    CLUSTER_TAG,
    Conditions,
    bind_to_service_accounts,
    build_trust_statements,
    require_arn,
    require_service_accounts,
)
from eks_pod_identity.names import ServiceAccountRef


def build_target_trust_policy(
    *,
    source_role_arn: str,
    cluster_arn: str,
    service_accounts: Iterable[ServiceAccountRef],
    session_tags: bool = True,
) -> dict[str, Any]:
    """Return the trust policy of a target role, which EKS assumes from the association's role.

    With session tags the target is bound by the tags of cluster, namespace and service account,
    which travel along; without them EKS sends `sts:ExternalId` instead.

    The principal is the source's account, narrowed to the one role by `aws:PrincipalArn`. IAM
    would store a role named as principal by its unique id: the trust would be dead as soon as the
    role was made anew under its name, and could not be written before the role exists.

    Args:
        source_role_arn: The role of the associations.
        cluster_arn: The cluster of the associations.
        service_accounts: The associations that have this source and target.
        session_tags: False if the associations disable session tags.

    Raises:
        ValueError: An ARN names no account, or there is no service account.
    """
    role = require_arn(source_role_arn)
    common: dict[str, dict[str, str]] = {"ArnEquals": {"aws:PrincipalArn": source_role_arn}}
    if session_tags:
        common["StringEquals"] = {CLUSTER_TAG: cluster_arn}
        bindings = bind_to_service_accounts(service_accounts)
    else:
        bindings = [_bind_to_external_ids(cluster_arn, service_accounts)]
    return build_document(
        *build_trust_statements(
            "AllowSourceRole",
            {"AWS": f"arn:{role.partition}:iam::{role.account}:root"},
            ASSUME_AND_TAG if session_tags else ASSUME_ONLY,
            common,
            bindings,
        )
    )


def build_target_grant(
    target_role_arns: Iterable[str], *, session_tags: bool = True
) -> dict[str, Any]:
    """Return the permission policy that an association's role needs to assume its target roles.

    The tags of a session travel into the next one, which asks for `sts:TagSession` in the policy
    of the caller as well as in the trust of the target.
    """
    actions = ASSUME_AND_TAG if session_tags else ASSUME_ONLY
    return build_document(build_statement("AssumeTargetRoles", actions, target_role_arns))


def _bind_to_external_ids(
    cluster_arn: str, service_accounts: Iterable[ServiceAccountRef]
) -> Conditions:
    cluster = require_arn(cluster_arn)
    name = cluster.resource.removeprefix("cluster/")
    ids = (
        names.external_id(cluster.region, cluster.account, name, each)
        for each in require_service_accounts(service_accounts)
    )
    return {"StringEquals": {"sts:ExternalId": sorted(ids)}}
