"""What stops the update of an add-on: its list of associations is gone, or its IRSA role is.

In: the inputs of the `aws.eks.Addon` before and now. Out: problems, which a hook raises.
"""

from collections.abc import Iterable, Iterator, Mapping

import pulumi

from eks_pod_identity.components.guards.hooks import Inputs, omission_guard
from eks_pod_identity.errors import Problem
from eks_pod_identity.planning.fault import PlanFault


def addon_guard(name: str, addon: str) -> pulumi.ResourceHookBinding:
    """Return the hooks of an add-on.

    Args:
        name: The component, for messages.
        addon: EKS's name of the add-on.
    """

    def find_problems(before: Inputs, now: Inputs) -> Iterator[Problem]:
        lost = before.get("podIdentityAssociations")
        if lost and now.get("podIdentityAssociations") is None:
            yield _associations_omitted(name, addon, lost)
        if before.get("serviceAccountRoleArn") and not now.get("serviceAccountRoleArn"):
            yield _irsa_role_removed(name, before)

    return omission_guard(name, find_problems)


def _associations_omitted(name: str, addon: str, lost: Iterable[Mapping[str, str]]) -> Problem:
    observed = tuple(f"{entry['serviceAccount']} -> {entry['roleArn']}" for entry in lost)
    return Problem(
        PlanFault.ADDON_ASSOCIATIONS_OMITTED.id,
        f"{name}.pod_identity_associations",
        f'omitted, but add-on "{addon}" owns {len(observed)} of them',
        observed=observed,
        help=(
            "to keep what is there, put the list back",
            "to remove it, pass pod_identity_associations=[]",
        ),
    )


def _irsa_role_removed(name: str, before: Inputs) -> Problem:
    addon = f"--cluster-name {before['clusterName']} --addon-name {before['addonName']}"
    # It would send an empty ARN, which EKS refuses while the run is half done
    # (https://github.com/hashicorp/terraform-provider-aws/issues/30645); UpdateAddon without a
    # role takes the role away.
    return Problem(
        PlanFault.ADDON_IRSA_ROLE_REMOVED.id,
        f"{name}.service_account_role_arn",
        f'removed, but the AWS provider cannot take it away from "{before["addonName"]}"',
        observed=(before["serviceAccountRoleArn"],),
        help=(f"aws eks update-addon {addon}\npulumi refresh",),
    )
