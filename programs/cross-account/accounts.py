"""The two accounts: the shop's, which has the cluster, and the ledger's, which has the bucket."""

from dataclasses import dataclass
from typing import Self

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

NAMESPACE = "shop"


@dataclass(frozen=True)
class Accounts:
    """Where things are, and who makes them there.

    Attributes:
        cluster: Name of the cluster.
        cluster_arn: Its ARN.
        shop: The provider of the cluster's account.
        ledger_account: Id of the bucket's account.
        ledger: The provider of that account.
        namespace: The namespace of all pods.
    """

    cluster: str
    cluster_arn: str
    shop: aws.Provider
    ledger_account: str
    ledger: aws.Provider
    namespace: pulumi.Resource

    @classmethod
    def of(cls, settings: pulumi.Config, shop: aws.Provider) -> Self:
        """Return the accounts of a stack.

        Args:
            settings: The stack's.
            shop: The provider of the cluster's account.
        """
        name, account = settings.require("cluster"), settings.require("ledgerAccount")
        asked = pulumi.InvokeOptions(provider=shop)
        here = aws.get_caller_identity(opts=asked)
        partition, region = here.arn.split(":")[1], aws.get_region(opts=asked).region
        deployer = f"arn:{partition}:iam::{account}:role/{settings.require('ledgerDeployer')}"
        return cls(
            cluster=name,
            cluster_arn=f"arn:{partition}:eks:{region}:{here.account_id}:cluster/{name}",
            shop=shop,
            ledger_account=account,
            ledger=aws.Provider(
                "ledger", assume_roles=[aws.ProviderAssumeRoleArgs(role_arn=deployer)]
            ),
            namespace=kubernetes.core.v1.Namespace("shop", metadata={"name": NAMESPACE}),
        )


def make_bucket(accounts: Accounts) -> aws.s3.Bucket:
    """Declare the ledger's bucket with a report in it."""
    there = pulumi.ResourceOptions(provider=accounts.ledger)
    bucket = aws.s3.Bucket("ledger", bucket=f"ledger-{accounts.ledger_account}", opts=there)
    aws.s3.BucketObjectv2(
        "report", bucket=bucket.bucket, key="report.txt", content="42 orders\n", opts=there
    )
    return bucket
