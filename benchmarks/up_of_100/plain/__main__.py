"""The same 100 associations, roles and attachments by pulumi-aws alone."""

import json

import pulumi
import pulumi_aws as aws

CLUSTER = "arn:aws:eks:eu-west-1:111122223333:cluster/demo"


def trust(account: str) -> str:
    """Return a trust policy as closed as the one that our component writes."""
    condition = {
        "ArnEquals": {"aws:SourceArn": CLUSTER},
        "StringEquals": {
            "aws:SourceAccount": "111122223333",
            "aws:RequestTag/kubernetes-namespace": ["apps"],
            "aws:RequestTag/kubernetes-service-account": [account],
        },
    }
    statement = {
        "Sid": "AllowPodIdentity",
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": condition,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def tags(account: str) -> dict[str, str]:
    """Return the tags that our component sets."""
    return {
        "eks-pod-identity/cluster": "demo",
        "eks-pod-identity/service-account": f"apps/{account}",
        "eks-pod-identity/stack": f"{pulumi.get_project()}/{pulumi.get_stack()}",
    }


for number in range(100):
    account = f"plain-{number}"
    role = aws.iam.Role(
        account, name=f"demo-apps-{account}", assume_role_policy=trust(account), tags=tags(account)
    )
    attachment = aws.iam.RolePolicyAttachment(
        account, role=role.name, policy_arn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    )
    aws.eks.PodIdentityAssociation(
        account,
        cluster_name="demo",
        namespace="apps",
        service_account=account,
        role_arn=role.arn,
        tags=tags(account),
        opts=pulumi.ResourceOptions(depends_on=[attachment]),
    )
