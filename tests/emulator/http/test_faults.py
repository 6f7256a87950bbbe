"""Throttling and server errors on demand."""

import pytest
from harness.aws_account import AwsAccount, Refusal, refusal
from harness.emulator import RunningEmulator

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.http.faults import Faults
from eks_pod_identity_emulator.settings import Settings

_CALLS = {
    "cloudformation": "list_stacks",
    "ec2": "describe_vpcs",
    "eks": "list_clusters",
    "iam": "list_roles",
    "s3": "list_buckets",
    "secretsmanager": "list_secrets",
    "sts": "get_caller_identity",
}


def test_throttling_has_each_services_code() -> None:
    """SDKs know throttling by its code, and every protocol has its own."""
    with RunningEmulator(None, "--throttle-rate", "1") as emulator:
        aws = AwsAccount(emulator)
        found = {
            service: refusal(getattr(aws.client(service), operation))
            for service, operation in _CALLS.items()
        }

    assert found == {
        "cloudformation": Refusal("Throttling", "Rate exceeded", 400),
        "ec2": Refusal("RequestLimitExceeded", "Rate exceeded", 503),
        "eks": Refusal("ThrottlingException", "Rate exceeded", 429),
        "iam": Refusal("Throttling", "Rate exceeded", 400),
        "s3": Refusal("SlowDown", "Rate exceeded", 503),
        "secretsmanager": Refusal("ThrottlingException", "Rate exceeded", 400),
        "sts": Refusal("Throttling", "Rate exceeded", 400),
    }


def test_failure_strikes_before_any_effect() -> None:
    """A call that fails on demand has done nothing; it is in the log as a failed write."""
    with RunningEmulator(None, "--error-rate", "0.5", "--random-seed", "3") as emulator:
        aws = AwsAccount(emulator)
        outcomes = [_creates(aws, f"role-{number}") for number in range(40)]
        log = aws.calls()
        made = _patiently_listed(aws)

    assert 10 < outcomes.count(False) < 30
    assert made == sum(outcomes)
    assert [call["status"] == 200 for call in log] == outcomes


def _creates(aws: AwsAccount, name: str) -> bool:
    try:
        aws.declare_role(name)
    except aws.iam.exceptions.ServiceFailureException:
        return False
    return True


def _patiently_listed(aws: AwsAccount) -> int:
    for _ in range(50):
        try:
            return len(aws.iam.list_roles()["Roles"])
        except aws.iam.exceptions.ServiceFailureException:
            continue
    pytest.fail("fifty failures in a row at a rate of a half")


def _outcomes(settings: Settings) -> list[str]:
    faults, outcomes = Faults(settings), []
    for _ in range(200):
        try:
            faults.strike("eks")
        except ApiError as error:
            outcomes.append(error.code)
        else:
            outcomes.append("passed")
    return outcomes


def test_same_seed_makes_the_same_faults() -> None:
    """A run can be repeated: equal seeds strike the same calls, another seed others."""
    settings = Settings(throttle_rate=0.2, error_rate=0.2, random_seed=7)

    again = _outcomes(settings)

    assert _outcomes(settings) == again
    assert _outcomes(Settings(throttle_rate=0.2, error_rate=0.2, random_seed=8)) != again
    assert set(again) == {"ThrottlingException", "ServerException", "passed"}


def test_rates_are_shares_of_the_calls() -> None:
    """Of many calls, about the asked share is struck."""
    outcomes = _outcomes(Settings(throttle_rate=0.25, error_rate=0.25))

    assert 30 < outcomes.count("ThrottlingException") < 70
    assert 30 < outcomes.count("ServerException") < 70
