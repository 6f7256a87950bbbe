"""The two use cases of AWS's blog post on EKS Pod Identity: an S3 app, and session tags."""

import pulumi
from s3_app import deploy_s3_app
from secrets_app import deploy_secrets_app

from eks_pod_identity import PodIdentityAgent

cluster = pulumi.Config().require("cluster")
agent = PodIdentityAgent("agent", {"cluster_name": cluster})

deploy_s3_app(cluster, agent)
role_arn = deploy_secrets_app(cluster, agent)

pulumi.export("secretsRoleArn", role_arn)
