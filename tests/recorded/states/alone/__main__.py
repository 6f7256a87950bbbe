"""Each component alone, with arguments of every kind that a state keeps."""

import pulumi

from eks_pod_identity import Addon, PodIdentityAgent, PodIdentityAssociation, PodIdentityRole

CLUSTER = "alone"
READ_S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"

agent = PodIdentityAgent("agent", {"cluster_name": CLUSTER, "tags": {"team": "platform"}})
role = PodIdentityRole(
    "shared",
    {
        "cluster_name": CLUSTER,
        "service_accounts": [{"namespace": "dev", "name": "api"}],
        "permission_policy_arns": [READ_S3],
    },
)
PodIdentityAssociation(
    "given-role",
    {
        "cluster_name": CLUSTER,
        "namespace": "dev",
        "service_account": "api",
        "role_arn": role.arn,
    },
    opts=pulumi.ResourceOptions(depends_on=[agent]),
)
PodIdentityAssociation(
    "made-role",
    {
        "cluster_name": CLUSTER,
        "namespace": "dns",
        "service_account": "external-dns",
        "well_known_policies": ["externalDNS"],
        "create_namespace": True,
        "create_service_account": True,
    },
    opts=pulumi.ResourceOptions(depends_on=[agent]),
)
Addon(
    "cni",
    {
        "cluster_name": CLUSTER,
        "addon_name": "vpc-cni",
        "pod_identity_associations": [
            {
                "service_account": "aws-node",
                "permission_policy_arns": ["arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"],
            }
        ],
    },
    opts=pulumi.ResourceOptions(depends_on=[agent]),
)
