"""A pod for each service account, and what its role may read."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
from accounts import NAMESPACE


def read_objects(bucket: aws.s3.Bucket) -> pulumi.Output[dict[str, Any]]:
    """Return the policy of a role that reads the objects of a bucket."""
    return bucket.arn.apply(
        lambda arn: {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{arn}/*"}],
        }
    )


def deploy_pod(
    service_account: str, association: pulumi.Resource, environment: Mapping[str, str]
) -> None:
    """Declare the pod of a service account, which has its name.

    Args:
        service_account: The service account.
        association: What has to be there before, for the webhook looks at a pod only once.
        environment: Variables of its container.
    """
    container: kubernetes.core.v1.ContainerArgsDict = {
        "name": "app",
        "image": "amazon/aws-cli:latest",
        "command": ["sleep", "36000"],
    }
    if environment:
        container["env"] = [{"name": key, "value": value} for key, value in environment.items()]
    kubernetes.core.v1.Pod(
        service_account,
        metadata={"name": service_account, "namespace": NAMESPACE},
        spec={"service_account_name": service_account, "containers": [container]},
        # The webhook adds its variables to those of the pod, which is no difference.
        opts=pulumi.ResourceOptions(
            depends_on=[association], ignore_changes=["spec.containers[0].env"]
        ),
    )
