"""An AWS account of the running emulator, empty at the start, for one test."""

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness.emulator import RunningEmulator

POD_IDENTITY_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
            }
        ],
    }
)
READ_POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
    }
)
_IDS = itertools.count(500_000_000_000)


@dataclass(frozen=True, slots=True)
class Refusal:
    """How AWS refused a call."""

    code: str
    message: str
    status: int


class AwsAccount:
    """An account; its id is its access key."""

    def __init__(self, emulator: RunningEmulator, account: str = "") -> None:
        """Take an account, or the next one that nobody has."""
        self.emulator = emulator
        self.id = account or str(next(_IDS))
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients have no static type here
        """Return a boto3 client that signs as this account."""
        if service not in self._clients:
            self._clients[service] = self.emulator.client(service, self.id)
        return self._clients[service]

    @property
    def iam(self) -> Any:  # noqa: ANN401 - as above
        """IAM."""
        return self.client("iam")

    @property
    def eks(self) -> Any:  # noqa: ANN401 - as above
        """EKS."""
        return self.client("eks")

    def calls(self) -> list[Mapping[str, Any]]:
        """Return the account's calls, as the call log has them."""
        log = self.emulator.ask("GET", "/_emulator/calls")
        return [call for call in log if call["account"] == self.id]

    def declare_role(self, name: str, trust: str = POD_IDENTITY_TRUST) -> str:
        """Make a role that EKS Pod Identity can assume and return its ARN."""
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        return str(made["Role"]["Arn"])

    def declare_cluster(self, name: str = "demo") -> None:
        """Make a cluster."""
        role = f"arn:aws:iam::{self.id}:role/cluster"
        subnets = {"subnetIds": ["subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"]}
        trust = POD_IDENTITY_TRUST.replace("pods.eks", "eks")
        self.iam.create_role(RoleName="cluster", AssumeRolePolicyDocument=trust)
        self.eks.create_cluster(name=name, roleArn=role, resourcesVpcConfig=subnets)


def refusal(call: Callable[..., object], **parameters: object) -> Refusal:
    """Return how a call is refused, which it has to be."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    answer = caught.value.response
    return Refusal(
        answer["Error"]["Code"],
        answer["Error"]["Message"],
        answer["ResponseMetadata"]["HTTPStatusCode"],
    )
