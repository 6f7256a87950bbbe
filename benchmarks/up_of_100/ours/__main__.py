"""100 associations, each with a role and one managed policy, by our component for a cluster."""

from pathlib import Path

from ruamel.yaml import YAML

from eks_pod_identity import ClusterPodIdentities

CONFIG = {
    "metadata": {"name": "demo", "region": "eu-west-1"},
    "iam": {
        "podIdentityAssociations": [
            {
                "namespace": "apps",
                "serviceAccountName": f"ours-{number}",
                "permissionPolicyARNs": ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
            }
            for number in range(100)
        ]
    },
}

with Path("cluster.yaml").open("w", encoding="utf-8") as file:
    YAML().dump(CONFIG, file)

ClusterPodIdentities("apps", {"config_file": "cluster.yaml"})
