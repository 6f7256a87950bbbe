"""The EKS Pod Identity workshop: a pod that may list and read S3 buckets, and nothing else."""

import json

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from eks_pod_identity import PodIdentityAgent, PodIdentityAssociation

config = pulumi.Config()
cluster = config.require("cluster")
app, namespace_name, service_account_name = "app1", "ns-a", "sa1"


def give_role() -> PodIdentityAssociation:
    """Do the three steps of "Configure Amazon EKS Pod Identity"."""
    # Step 1: a role that may read S3.
    read_s3 = aws.iam.Policy(
        "read-s3",
        name="eks-pod-s3-read-access-policy",
        policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Action": ["s3:ListAllMyBuckets"], "Resource": "*"},
                    {
                        "Effect": "Allow",
                        "Action": ["s3:GetObject", "s3:GetObjectTagging"],
                        "Resource": "*",
                    },
                ],
            }
        ),
    )

    # Step 2: the agent.
    agent = PodIdentityAgent("agent", {"cluster_name": cluster})

    # Step 3: the association, with its role.
    association = PodIdentityAssociation(
        app,
        {
            "cluster_name": cluster,
            "namespace": namespace_name,
            "service_account": service_account_name,
            "role_name": "eks-pod-s3-read-access-role",
            "permission_policy_arns": [read_s3.arn],
        },
        opts=pulumi.ResourceOptions(depends_on=[agent]),
    )
    pulumi.export("associationId", association.association_id)
    pulumi.export("roleArn", association.role_arn)
    return association


def credentials_address(env: list[kubernetes.core.v1.outputs.EnvVar] | None) -> str | None:
    """Return where the pod finds its credentials, None if it has none."""
    name = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    return next((variable.value for variable in env or [] if variable.name == name), None)


# "Deploy a Sample App": it is there with and without a role.
aws.s3.Bucket("bucket", bucket="eks-workshop-reports")
namespace = kubernetes.core.v1.Namespace(namespace_name, metadata={"name": namespace_name})
service_account = kubernetes.core.v1.ServiceAccount(
    service_account_name,
    metadata={"name": service_account_name, "namespace": namespace.metadata.name},
)
association = give_role() if config.require_bool("podIdentity") else None

# A new pod comes after the association, for the webhook looks at a pod only once; a pod that is
# there already stays as it is until it is replaced.
pod = kubernetes.core.v1.Pod(
    app,
    metadata={"name": app, "namespace": namespace_name, "labels": {"app": app}},
    spec={
        "service_account_name": service_account_name,
        "containers": [
            {"name": app, "image": "amazon/aws-cli:latest", "command": ["sleep", "36000"]}
        ],
        "restart_policy": "Never",
    },
    opts=pulumi.ResourceOptions(
        depends_on=[service_account, *([association] if association else [])],
        delete_before_replace=True,
    ),
)
pulumi.export("pod", pod.urn)
pulumi.export("credentials", pod.spec.containers[0].env.apply(credentials_address))
