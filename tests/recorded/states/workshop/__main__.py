"""The EKS Pod Identity workshop: a pod that may list and read S3 buckets, and nothing else."""

import json

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from eks_pod_identity import PodIdentityAgent, PodIdentityAssociation

cluster = pulumi.Config().require("cluster")
app, namespace_name, service_account = "app1", "ns-a", "sa1"

# "Configure Amazon EKS Pod Identity", step 1: a role that may read S3.
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

# Step 3: the association, with role, namespace and service account.
association = PodIdentityAssociation(
    app,
    {
        "cluster_name": cluster,
        "namespace": namespace_name,
        "service_account": service_account,
        "create_namespace": True,
        "create_service_account": True,
        "role_name": "eks-pod-s3-read-access-role",
        "permission_policy_arns": [read_s3.arn],
    },
    opts=pulumi.ResourceOptions(depends_on=[agent]),
)

# The sample app. It comes after the association, for the webhook looks at a pod only once.
pod = kubernetes.core.v1.Pod(
    app,
    metadata={"name": app, "namespace": namespace_name, "labels": {"app": app}},
    spec={
        "service_account_name": service_account,
        "containers": [
            {"name": app, "image": "amazon/aws-cli:latest", "command": ["sleep", "36000"]}
        ],
        "restart_policy": "Never",
    },
    opts=pulumi.ResourceOptions(depends_on=[association]),
)

pulumi.export("associationId", association.association_id)
pulumi.export("roleArn", association.role_arn)
pulumi.export(
    "credentials",
    pod.spec.containers[0].env.apply(
        lambda env: next(
            (
                variable.value
                for variable in env or []
                if variable.name == "AWS_CONTAINER_CREDENTIALS_FULL_URI"
            ),
            None,
        )
    ),
)
