"""A session of a role in the running emulator, whose calls IAM decides on."""

import json
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config

from harness.aws_account import AwsAccount
from harness.emulator import REGION, RunningEmulator

Document = Mapping[str, Any]


def allow(*actions: str, resource: str | list[str] = "*", **condition: Any) -> dict[str, Any]:  # noqa: ANN401 - conditions by operator
    """Return an Allow statement."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def document(*statements: Mapping[str, Any]) -> str:
    """Return a policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(*principals: str, **condition: Any) -> str:  # noqa: ANN401 - as above
    """Return a trust policy for AWS principals, with tags."""
    actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    principal = {"AWS": list(principals)}
    statement = {"Effect": "Allow", "Principal": principal, "Action": actions}
    return document({**statement, "Condition": condition} if condition else statement)


class RoleSession:
    """Credentials, and clients that sign with them."""

    def __init__(self, emulator: RunningEmulator, credentials: Mapping[str, str]) -> None:
        """Take credentials as STS answers with them."""
        self.emulator = emulator
        self.credentials = credentials

    def client(self, service: str, region: str = REGION) -> Any:  # noqa: ANN401 - boto3's clients have no static type here
        """Return a boto3 client that signs with the session's credentials."""
        return boto3.client(
            service,  # type: ignore[call-overload] # a name known at run time
            endpoint_url=self.emulator.url,
            region_name=region,
            aws_access_key_id=self.credentials["AccessKeyId"],
            aws_secret_access_key=self.credentials["SecretAccessKey"],
            aws_session_token=self.credentials["SessionToken"],
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    def assume(self, role: str, **parameters: object) -> "RoleSession":
        """Assume another role with the session."""
        answer = self.client("sts").assume_role(
            RoleArn=role, RoleSessionName="chained", **parameters
        )
        return RoleSession(self.emulator, answer["Credentials"])


def declare_role(
    aws: AwsAccount,
    name: str,
    *statements: Mapping[str, Any],
    trusted: str = "",
    **parameters: object,
) -> str:
    """Make a role with an inline policy, which its own account trusts unless told otherwise."""
    role: str = aws.iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=trusted or trust(f"arn:aws:iam::{aws.id}:root"),
        **parameters,
    )["Role"]["Arn"]
    if statements:
        aws.iam.put_role_policy(
            RoleName=name, PolicyName="inline", PolicyDocument=document(*statements)
        )
    return role


def assume(aws: AwsAccount, role: str, name: str = "one", **parameters: object) -> RoleSession:
    """Assume a role as the account's administrator."""
    answer = aws.client("sts").assume_role(RoleArn=role, RoleSessionName=name, **parameters)
    return RoleSession(aws.emulator, answer["Credentials"])


def session(aws: AwsAccount, *statements: Mapping[str, Any], **parameters: object) -> RoleSession:
    """Return a session of a new role `app` that may do what the statements say."""
    return assume(aws, declare_role(aws, "app", *statements), **parameters)
