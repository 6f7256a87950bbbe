"""100 associations, each with a role and one managed policy, by our components."""

from eks_pod_identity import PodIdentityAssociation

for number in range(100):
    PodIdentityAssociation(
        f"app-{number}",
        {
            "cluster_name": "demo",
            "namespace": "apps",
            "service_account": f"ours-{number}",
            "permission_policy_arns": ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
        },
    )
