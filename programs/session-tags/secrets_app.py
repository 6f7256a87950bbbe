"""The second use case: two namespaces, one role, and a policy that compares tags.

EKS tags each session with the pod's cluster and namespace; the policy lets a session read secrets
with the same tags.
"""

import json

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from eks_pod_identity import PodIdentityAssociation, PodIdentityRole

_SERVICE_ACCOUNT = "secretmgr-app-sa"
_ENVIRONMENTS = ("dev", "qa")


def deploy_secrets_app(cluster: str, agent: pulumi.Resource) -> pulumi.Output[str]:
    """Declare secrets, role and a pod in each namespace; return the role's ARN.

    Args:
        cluster: Name of the cluster.
        agent: What hands the credentials out; pods without it get none.
    """
    for environment in _ENVIRONMENTS:
        _declare_secret(cluster, environment)
    role = _declare_role(cluster)
    for environment in _ENVIRONMENTS:
        _deploy_pod(cluster, environment, role.arn, agent)
    return role.arn


def _declare_secret(cluster: str, environment: str) -> None:
    secret = aws.secretsmanager.Secret(
        environment,
        name=f"{environment}-secret",
        tags={"kubernetes-namespace": f"{environment}-ns", "eks-cluster-name": cluster},
    )
    aws.secretsmanager.SecretVersion(
        environment,
        secret_id=secret.id,
        secret_string=f"This is super secret in {environment} ns",
    )


def _declare_role(cluster: str) -> PodIdentityRole:
    same = {
        f"secretsmanager:ResourceTag/{tag}": f"${{aws:PrincipalTag/{tag}}}"
        for tag in ("kubernetes-namespace", "eks-cluster-name")
    }
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AuthorizeToGetSecretValue",
                "Effect": "Allow",
                "Action": ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
                "Resource": "*",
                "Condition": {"StringEquals": same},
            }
        ],
    }
    policy = aws.iam.Policy("secrets", name="sm-pod-identity-policy", policy=json.dumps(document))
    return PodIdentityRole(
        "secretmgr-app",
        {
            "cluster_name": cluster,
            "service_accounts": [
                {"namespace": f"{environment}-ns", "name": _SERVICE_ACCOUNT}
                for environment in _ENVIRONMENTS
            ],
            "role_name": "secretmgr-app-eks-pod-identity-role",
            "permission_policy_arns": [policy.arn],
        },
    )


def _deploy_pod(
    cluster: str, environment: str, role_arn: pulumi.Output[str], agent: pulumi.Resource
) -> None:
    namespace = f"{environment}-ns"
    association = PodIdentityAssociation(
        f"secretmgr-app-{environment}",
        {
            "cluster_name": cluster,
            "namespace": namespace,
            "service_account": _SERVICE_ACCOUNT,
            "create_namespace": True,
            "create_service_account": True,
            "role_arn": role_arn,
        },
        opts=pulumi.ResourceOptions(depends_on=[agent]),
    )
    kubernetes.core.v1.Pod(
        f"secretmgr-app-{environment}",
        metadata={"name": "secretmgr-app-pod", "namespace": namespace},
        spec={
            "service_account_name": _SERVICE_ACCOUNT,
            "containers": [
                {
                    "name": "secretmgr-app",
                    "image": "amazon/aws-cli:latest",
                    "command": ["sleep", "36000"],
                }
            ],
        },
        opts=pulumi.ResourceOptions(depends_on=[association]),
    )
