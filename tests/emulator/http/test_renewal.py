"""`POST /_emulator/renew`: a fresh AWS in the running process."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from harness.aws_account import POD_IDENTITY_TRUST, READ_POLICY, AwsAccount
from harness.emulator import ACCOUNT, RunningEmulator

_OTHER = f"""
accounts:
  "222233334444":
    roles: [{{name: reader, trust: {POD_IDENTITY_TRUST}}}]
    regions: {{us-west-2: {{clusters: [{{name: west}}]}}}}
"""
_REFUSED = f"""
accounts:
  "222233334444":
    policies: [{{name: fine, document: {READ_POLICY}}}]
    roles: [{{name: two, trust: {POD_IDENTITY_TRUST}}}, {{name: two, trust: {POD_IDENTITY_TRUST}}}]
"""
_STACK = json.dumps(
    {
        "Resources": {
            "Policy": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {
                    "ManagedPolicyName": "stacked",
                    "PolicyDocument": json.loads(READ_POLICY),
                },
            }
        }
    }
)


@pytest.fixture(name="renewed", scope="module")
def _renewed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    """An emulator that began with cluster `first`."""
    seed = tmp_path_factory.mktemp("seed") / "aws.yaml"
    seed.write_text(_OTHER.replace("west}", "first}"))
    with RunningEmulator(seed, "--cluster-transition-seconds", "0") as running:
        yield running


def _renew(emulator: RunningEmulator, text: str = "") -> Any:  # noqa: ANN401 - JSON
    request = Request(f"{emulator.url}/_emulator/renew", text.encode(), method="POST")  # noqa: S310 - loopback
    with urlopen(request) as answer:  # noqa: S310 - loopback
        return json.load(answer)


def _fill(emulator: RunningEmulator, account: str) -> AwsAccount:
    aws = AwsAccount(emulator, account)
    aws.declare_role("reader")
    aws.declare_cluster()
    aws.iam.create_policy(PolicyName="mine", PolicyDocument=READ_POLICY)
    aws.client("s3").create_bucket(
        Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    aws.client("secretsmanager").create_secret(Name="secret", SecretString="s")
    aws.client("cloudformation").create_stack(
        StackName="stack", TemplateBody=_STACK, Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    aws.client("cloudformation").get_waiter("stack_create_complete").wait(
        StackName="stack", WaiterConfig={"Delay": 0, "MaxAttempts": 200}
    )
    return aws


def _contents(aws: AwsAccount) -> dict[str, object]:
    return {
        "roles": aws.iam.list_roles()["Roles"],
        "policies": aws.iam.list_policies(Scope="Local")["Policies"],
        "clusters": aws.eks.list_clusters()["clusters"],
        "buckets": aws.client("s3").list_buckets()["Buckets"],
        "secrets": aws.client("secretsmanager").list_secrets()["SecretList"],
        "stacks": aws.client("cloudformation").list_stacks()["StackSummaries"],
    }


def test_nothing_of_the_aws_before_is_left(renewed: RunningEmulator) -> None:
    """Every carried service forgets, and names can be used again, twice in a row."""
    for _ in range(2):
        filled = _fill(renewed, ACCOUNT)
        assert all(_contents(filled).values())

        _renew(renewed)

        assert renewed.calls() == []
        assert not any(_contents(AwsAccount(renewed, ACCOUNT)).values())


def test_seed_of_the_request_is_what_there_is(renewed: RunningEmulator) -> None:
    """Roles and clusters are the new seed's; the answer names account, region and endpoints."""
    answer = _renew(renewed, _OTHER)

    other = AwsAccount(renewed, "222233334444")
    assert [role["RoleName"] for role in other.iam.list_roles()["Roles"]] == ["reader"]
    assert (answer["account"], answer["region"]) == ("222233334444", "us-west-2")
    (cluster,) = answer["kubeconfig"]["clusters"]
    assert cluster["cluster"]["server"].endswith("/_kubernetes/222233334444/us-west-2/west")


def test_empty_request_brings_back_the_seed_of_the_start(renewed: RunningEmulator) -> None:
    """Without a seed, the AWS is what the emulator began with."""
    _renew(renewed, _OTHER)

    answer = _renew(renewed)

    assert answer["kubeconfig"]["current-context"] == "first"


@pytest.mark.parametrize(
    ("text", "named"), [("nonsense: 1", "nonsense"), (_REFUSED, "accounts.222233334444.roles[1]")]
)
def test_seed_that_cannot_be_used_is_refused_by_its_key(
    renewed: RunningEmulator, text: str, named: str
) -> None:
    """The answer names the key, and half a seed is never left behind."""
    with pytest.raises(HTTPError) as refusal:
        _renew(renewed, text)

    assert refusal.value.code == 400
    assert named in json.load(refusal.value)["message"]
    assert AwsAccount(renewed, "222233334444").iam.list_policies(Scope="Local")["Policies"] == []
