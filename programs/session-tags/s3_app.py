"""The first use case: a Deployment that lists S3 buckets, behind a Service."""

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from eks_pod_identity import PodIdentityAssociation

_NAMESPACE, _SERVICE_ACCOUNT, _PORT = "s3-app-ns", "s3-app-sa", 80
_LABELS = {"app": "s3-app"}


def deploy_s3_app(cluster: str, agent: pulumi.Resource) -> None:
    """Declare the app, with a role of its own that may read S3.

    Args:
        cluster: Name of the cluster.
        agent: What hands the credentials out; pods without it get none.
    """
    aws.s3.Bucket("reports", bucket="s3-app-reports")
    association = PodIdentityAssociation(
        "s3-app",
        {
            "cluster_name": cluster,
            "namespace": _NAMESPACE,
            "service_account": _SERVICE_ACCOUNT,
            "create_namespace": True,
            "create_service_account": True,
            "role_name": "s3-app-eks-pod-identity-role",
            "permission_policy_arns": ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
        },
        opts=pulumi.ResourceOptions(depends_on=[agent]),
    )
    # Pods come after the association, for the webhook looks at a pod only once.
    after = pulumi.ResourceOptions(depends_on=[association])
    kubernetes.apps.v1.Deployment(
        "s3-app",
        metadata={"name": "s3-app-deployment", "namespace": _NAMESPACE, "labels": _LABELS},
        spec={
            "replicas": 2,
            "selector": {"match_labels": _LABELS},
            "template": {
                "metadata": {"labels": _LABELS},
                "spec": {
                    "service_account_name": _SERVICE_ACCOUNT,
                    "containers": [
                        {
                            "name": "s3-app",
                            "image": "amazon/aws-cli:latest",
                            "ports": [{"container_port": _PORT}],
                        }
                    ],
                },
            },
        },
        opts=after,
    )
    kubernetes.core.v1.Service(
        "s3-app",
        metadata={"name": "s3-app-svc", "namespace": _NAMESPACE},
        spec={
            "type": "LoadBalancer",
            "selector": _LABELS,
            "ports": [{"port": _PORT, "target_port": _PORT}],
        },
        opts=after,
    )
