"""Makes an add-on, an association with a policy of this program, and a whole cluster, hosted."""

import json
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws


class Hosted(pulumi.ComponentResource):
    """What an SDK generated from the plugin's schema does."""

    def __init__(self, component: str, name: str, args: dict[str, Any], *outputs: str) -> None:
        asked = dict.fromkeys(outputs)
        super().__init__(
            f"eks-pod-identity:index:{component}", name, {**args, **asked}, remote=True
        )


read = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
policy = aws.iam.Policy("read", policy={"Version": "2012-10-17", "Statement": [read]})
app = Hosted(
    "PodIdentityAssociation",
    "app",
    {
        "clusterName": "hosted",
        "namespace": "dev",
        "serviceAccount": "app",
        "roleName": "hosted-app",
        "permissionPolicyArns": [policy.arn],
    },
    "associationId",
)
declared = json.loads(Path("addon.json").read_text(encoding="utf-8"))
cni = Hosted(
    "Addon", "cni", {"clusterName": "hosted", "addonName": "vpc-cni", **declared}, "roleArns"
)
whole = Hosted(
    "ClusterPodIdentities", "whole", {"config": Path("whole.yaml").read_text()}, "associations"
)
pulumi.export("associations", whole.associations)
pulumi.export("associationId", app.associationId)
pulumi.export("roleArns", cni.roleArns)
