"""100 associations, each with a role and one managed policy, by pulumi-aws alone."""

import json

import pulumi
import pulumi_aws as aws

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
    ],
}

for number in range(100):
    role = aws.iam.Role(
        f"app-{number}", name=f"plain-app-{number}", assume_role_policy=json.dumps(TRUST)
    )
    attachment = aws.iam.RolePolicyAttachment(
        f"app-{number}",
        role=role.name,
        policy_arn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
    )
    aws.eks.PodIdentityAssociation(
        f"app-{number}",
        cluster_name="demo",
        namespace="apps",
        service_account=f"plain-{number}",
        role_arn=role.arn,
        opts=pulumi.ResourceOptions(depends_on=[attachment]),
    )
