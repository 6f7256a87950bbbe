"""Local roles for roles of other accounts: EKS assumes the local one, and from it the target.

An association takes roles of the cluster's account only,
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
"""

from eks_pod_identity import names
from eks_pod_identity.iam.document import build_document, same_meaning
from eks_pod_identity.iam.target_trust import build_target_grant
from eks_pod_identity.migration.inventory import Inventory
from eks_pod_identity.migration.place import Member
from eks_pod_identity.migration.statements import bound_statements
from eks_pod_identity.migration.steps import CreateRole

POLICY_NAME = "AssumeTargetRoles"


def local_role(inventory: Inventory, member: Member, target_role_arn: str) -> CreateRole:
    """Return the local role of a service account, closed to it, that may assume a target role."""
    trust = build_document(*bound_statements([member]))
    place = member.place
    readable = f"{place.cluster}-{member.ref.namespace}-{member.ref.name}"
    for name in (readable, f"{readable}-pods"):
        arn = names.role_arn(place.partition, place.account, names.shortened_role_name(name))
        there = inventory.roles.get(arn)
        if there is None or same_meaning(there.trust, trust):
            break
    return CreateRole(arn, trust, POLICY_NAME, build_target_grant([target_role_arn]))
