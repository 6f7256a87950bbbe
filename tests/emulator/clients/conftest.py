"""An emulator whose changes take a moment, as AWS's do, and accounts of it for boto3."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from harness.aws_account import AwsAccount
from harness.emulator import REGION, RunningEmulator
from harness.waiters import wait_until

_SLOW_ENOUGH_TO_SEE = (
    "--addon-transition-seconds",
    "0.4",
    "--cluster-transition-seconds",
    "0.1",
)


@pytest.fixture(scope="session")
def emulator() -> Iterator[RunningEmulator]:
    """An emulator with nothing in it."""
    with RunningEmulator(None, *_SLOW_ENOUGH_TO_SEE) as running:
        yield running


@pytest.fixture
def cluster(aws: AwsAccount) -> AwsAccount:
    """An account with an active cluster `demo` and the role `app` for pods."""
    aws.declare_cluster()
    aws.declare_role("app")
    wait_until(aws.eks, "cluster_active", name="demo")
    return aws


@pytest.fixture
def unchecked_eks(aws: AwsAccount) -> Any:  # noqa: ANN401 - boto3's clients have no static type here
    """EKS by a client that sends what it is given, as Go's SDK does with lengths and values."""
    return boto3.client(
        "eks",
        endpoint_url=aws.emulator.url,
        region_name=REGION,
        aws_access_key_id=aws.id,
        aws_secret_access_key="any",  # noqa: S106 - the emulator takes any
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
    )
