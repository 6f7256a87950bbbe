"""Pods of one account read a bucket of another: AWS's three approaches, and EKS's target role."""

import pulumi
import pulumi_aws as aws
from accounts import Accounts, make_bucket
from approaches import by_application, by_config, by_policy, by_target
from visitors import deploy_visitors

settings = pulumi.Config()
shop = aws.Provider("shop")
accounts = Accounts.of(settings, shop)
bucket = make_bucket(accounts)

by_policy(accounts, bucket)
by_application(accounts, bucket)
by_config(accounts, bucket, settings.require("configFile"))
target = by_target(accounts, bucket)
deploy_visitors(accounts, target)

pulumi.export("bucket", bucket.bucket)
pulumi.export("targetRoleArn", target.arn)
