"""IAM's spread delay as clients meet it: retried by Terraform, waited for by CloudFormation."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from harness.aws_account import POD_IDENTITY_TRUST, AwsAccount, Refusal, refusal
from harness.emulator import RunningEmulator
from harness.waiters import wait_until

_SPREAD_SECONDS = 1.0
_TEMPLATE = json.dumps(
    {
        "Resources": {
            "Role1": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": json.loads(POD_IDENTITY_TRUST)},
            }
        },
        "Outputs": {"Role1": {"Value": {"Fn::GetAtt": "Role1.Arn"}}},
    }
)


@pytest.fixture(scope="module")
def slow_emulator() -> Iterator[RunningEmulator]:
    """An emulator whose IAM takes a second to reach EKS."""
    flags = ("--iam-spread-seconds", str(_SPREAD_SECONDS), "--cluster-transition-seconds", "0")
    with RunningEmulator(None, *flags) as running:
        yield running


@pytest.fixture
def slow_aws(slow_emulator: RunningEmulator) -> AwsAccount:
    """An account with a cluster, whose own role has spread."""
    aws = AwsAccount(slow_emulator)
    role = aws.declare_role("cluster", POD_IDENTITY_TRUST.replace("pods.eks", "eks"))
    time.sleep(_SPREAD_SECONDS)
    subnets = {"subnetIds": ["subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"]}
    aws.eks.create_cluster(name="demo", roleArn=role, resourcesVpcConfig=subnets)
    return aws


def _request(role: str) -> dict[str, Any]:
    return {
        "clusterName": "demo",
        "namespace": "web",
        "serviceAccount": "api",
        "roleArn": role,
    }


def test_new_role_is_unknown_for_a_while(slow_aws: AwsAccount) -> None:
    """EKS says that it does not exist, which Terraform retries by this text, and then takes it."""
    request = _request(slow_aws.declare_role("app"))

    found = refusal(slow_aws.eks.create_pod_identity_association, **request)
    time.sleep(_SPREAD_SECONDS)
    made = slow_aws.eks.create_pod_identity_association(**request)

    message = "Role provided in the request does not exist."
    assert found == Refusal("InvalidParameterException", message, 400)
    assert made["association"]["roleArn"] == request["roleArn"]


def test_role_of_a_complete_stack_is_known_at_once(slow_aws: AwsAccount) -> None:
    """CloudFormation waits until its role has spread; eksctl associates it without a retry."""
    cloudformation = slow_aws.client("cloudformation")
    cloudformation.create_stack(
        StackName="app", TemplateBody=_TEMPLATE, Capabilities=["CAPABILITY_IAM"]
    )
    wait_until(cloudformation, "stack_create_complete", StackName="app")
    (stack,) = cloudformation.describe_stacks(StackName="app")["Stacks"]
    request = _request(stack["Outputs"][0]["OutputValue"])

    made = slow_aws.eks.create_pod_identity_association(**request)["association"]

    assert made["roleArn"] == request["roleArn"]
