"""Takes a target role or a session policy away from an association: our only write to AWS.

EKS keeps what an update leaves out and removes what it gets as an empty text
(https://github.com/aws-controllers-k8s/eks-controller/pull/164). Terraform's AWS provider, which
pulumi-aws is made of, leaves out what is no longer wanted and refuses an empty ARN, so it cannot
say it. In: an association and names of its fields. Out: nothing, or an error of ours.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity.aws.errors import apply_error
from eks_pod_identity.aws.session import AwsSession

if TYPE_CHECKING:
    from types_boto3_eks.type_defs import UpdatePodIdentityAssociationRequestTypeDef


def clear_association(
    session: AwsSession, cluster: str, association_id: str, fields: Collection[str]
) -> None:
    """Make optional fields of an association empty; those that are so already stay so.

    Args:
        session: Where and as whom.
        cluster: The cluster's name.
        association_id: As EKS gave it.
        fields: `targetRoleArn`, `policy` or both.

    Raises:
        ApplyError: AWS refused.
    """
    request: UpdatePodIdentityAssociationRequestTypeDef
    request = {"clusterName": cluster, "associationId": association_id}
    if "targetRoleArn" in fields:
        request["targetRoleArn"] = ""
    if "policy" in fields:
        request["policy"] = ""
    try:
        session.eks().update_pod_identity_association(**request)
    except (BotoCoreError, ClientError) as error:
        doing = f"cannot take {' and '.join(fields)} away from {association_id}"
        raise apply_error(error, doing) from error
