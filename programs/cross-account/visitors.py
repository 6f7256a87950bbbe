"""Two service accounts that are let in nowhere, though their own roles may do anything."""

import pulumi
from accounts import NAMESPACE, Accounts
from pods import deploy_pod

from eks_pod_identity import PodIdentityAssociation, PodIdentityAssociationArgs, TargetRole


def deploy_visitors(accounts: Accounts, target: TargetRole) -> None:
    """Declare one that tries by itself, and one that is associated with another's target role."""
    _deploy(accounts, "visitor")
    _deploy(accounts, "target-visitor", target)


def _deploy(accounts: Accounts, name: str, target: TargetRole | None = None) -> None:
    args: PodIdentityAssociationArgs = {
        "cluster_name": accounts.cluster,
        "namespace": NAMESPACE,
        "service_account": name,
        "create_service_account": True,
        "permission_policy_arns": ["arn:aws:iam::aws:policy/AdministratorAccess"],
    }
    if target:
        args["target_role_arn"] = target.arn
        args["grant_target_role"] = True
    options = pulumi.ResourceOptions(depends_on=[accounts.namespace])
    deploy_pod(name, PodIdentityAssociation(name, args, options), {})
