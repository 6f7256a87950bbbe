"""Providers of the aws plugin: configuration, accounts, regions, functions."""

import json
from collections.abc import Callable

import grpc
import pytest
from google.protobuf import empty_pb2
from harness.emulator import ACCOUNT, RunningEmulator
from harness.plugin_engine import CheckFailedError, PluginServer, ProviderClient
from harness.policy_documents import permission, trust
from pulumi.runtime.proto import provider_pb2

from eks_pod_identity_emulator.plugins import aws

FAR_ACCOUNT = "444455556666"
IDENTITY = "aws:index/getCallerIdentity:getCallerIdentity"
REGION = "aws:index/getRegion:getRegion"


def test_two_providers_of_one_plugin_keep_apart(
    provider: ProviderClient, configured: Callable[..., ProviderClient]
) -> None:
    """Another region and account of one program do not mix, although one process serves both."""
    role = f"arn:aws:iam::{FAR_ACCOUNT}:role/deployer"
    far = configured(region="us-east-1", assumeRoles=[{"roleArn": role}])

    assert [client.invoke(IDENTITY)["accountId"] for client in (provider, far)] == [
        ACCOUNT,
        FAR_ACCOUNT,
    ]
    assert [client.invoke(REGION)["region"] for client in (provider, far)] == [
        "eu-west-1",
        "us-east-1",
    ]


def test_role_is_made_in_the_account_of_its_provider(
    configured: Callable[..., ProviderClient],
) -> None:
    """A provider with an assumed role works in that role's account."""
    role = f"arn:aws:iam::{FAR_ACCOUNT}:role/deployer"
    far = configured(assumeRoles=[{"roleArn": role, "sessionName": "test"}])

    made = far.make("aws:iam/role:Role", "far", {"assumeRolePolicy": trust()})

    assert made.state["arn"] == f"arn:aws:iam::{FAR_ACCOUNT}:role/{made.id}"


def test_wrong_account_is_refused(configured: Callable[..., ProviderClient]) -> None:
    """`allowedAccountIds` keeps a stack out of an account that it does not belong to."""
    with pytest.raises(grpc.RpcError) as caught:
        configured(allowedAccountIds=[FAR_ACCOUNT])

    assert f"AWS account ID not allowed: {ACCOUNT}" in caught.value.details()


def test_unknown_and_unsupported_settings_are_told(
    configured: Callable[..., ProviderClient],
) -> None:
    """A setting that would not be followed is refused, with its name."""
    with pytest.raises(CheckFailedError) as caught:
        configured(regions="x", assumeRoleWithWebIdentity={"roleArn": "arn"})

    assert [reason.split(": ", 1)[1] for reason in caught.value.reasons] == [
        "Invalid or unknown key 'regions'; did you mean 'region'?. Check `aws:regions`.",
        (
            "assumeRoleWithWebIdentity is not supported by the emulator's aws plugin. "
            "Check `aws:assumeRoleWithWebIdentity`."
        ),
    ]


def test_provider_without_region_is_told_what_to_set(
    aws_plugin: PluginServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The region comes from the program, the stack or the environment."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)

    with (
        pytest.raises(CheckFailedError, match="pulumi config set aws:region"),
        aws_plugin.provider({}),
    ):
        pass


def test_nothing_is_called_without_an_endpoint(
    aws_plugin: PluginServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in must never reach a real account."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)

    with (
        pytest.raises(grpc.RpcError, match="set AWS_ENDPOINT_URL"),
        aws_plugin.provider({"region": "eu-west-1", "accessKey": ACCOUNT, "secretKey": "x"}),
    ):
        pass


def test_emulator_that_is_gone_is_told_in_one_sentence(
    configured: Callable[..., ProviderClient],
) -> None:
    """A refused connection names the call and the address, without a trace."""
    with pytest.raises(grpc.RpcError) as caught:
        configured("http://127.0.0.1:9")

    text = caught.value.details()
    assert text.startswith("unable to validate AWS credentials: operation error STS")
    assert "http://127.0.0.1:9" in text
    assert "\n" not in text


def test_aws_refusal_has_operation_code_message_and_request_id(provider: ProviderClient) -> None:
    """A user can search for AWS's own words, and AWS for the request."""
    news = {"assumeRolePolicy": trust(), "name": "twice"}
    provider.make("aws:iam/role:Role", "one", news)

    with pytest.raises(grpc.RpcError) as caught:
        provider.make("aws:iam/role:Role", "two", news)

    text = caught.value.details()
    assert text.startswith(
        "creating IAM Role (twice): operation error IAM: CreateRole, "
        "https response error StatusCode: 409, RequestID: "
    )
    assert text.endswith("EntityAlreadyExists: Role with name twice already exists.")


def test_plugin_tells_the_sdk_s_version_and_its_own_resources(aws_plugin: PluginServer) -> None:
    """The schema holds what the plugin has, with the SDK's types, and nothing else."""
    with aws_plugin.provider({"region": "x", "skipCredentialsValidation": "true"}) as client:
        info = client.stub.GetPluginInfo(empty_pb2.Empty())
        schema = json.loads(client.stub.GetSchema(provider_pb2.GetSchemaRequest()).schema)

    role = schema["resources"]["aws:iam/role:Role"]
    assert info.version == aws.PACKAGE.version == schema["version"]
    assert role["requiredInputs"] == ["assumeRolePolicy"]
    assert role["properties"]["uniqueId"] == {"type": "string"}
    inline = role["inputProperties"]["inlinePolicies"]["items"]["$ref"]
    assert inline.removeprefix("#/types/") in schema["types"]
    assert len(schema["resources"]) == 14


def test_policy_document_is_put_together_as_terraform_does(provider: ProviderClient) -> None:
    """Statements of one Sid are merged, single values stand without a list."""
    source = json.dumps({"Statement": [{"Sid": "a", "Effect": "Deny", "Action": "s3:*"}]})
    statements = [
        {
            "sid": "a",
            "actions": ["s3:Get*"],
            "resources": ["*"],
            "conditions": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]}],
        },
        {"actions": ["b:1", "b:2"], "principals": [{"type": "*", "identifiers": ["*"]}]},
    ]

    answer = provider.invoke(
        "aws:iam/getPolicyDocument:getPolicyDocument",
        {"sourcePolicyDocuments": [source], "statements": statements},
    )

    assert json.loads(answer["json"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "a",
                "Effect": "Allow",
                "Action": "s3:Get*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "true"}},
            },
            {"Effect": "Allow", "Action": ["b:2", "b:1"], "Principal": "*"},
        ],
    }
    assert json.loads(answer["json"]) == json.loads(answer["minifiedJson"])


def test_functions_read_what_is_there(provider: ProviderClient) -> None:
    """Cluster, role and policy are looked up by name."""
    role = provider.make("aws:iam/role:Role", "seen", {"assumeRolePolicy": trust()})
    policy = provider.make("aws:iam/policy:Policy", "seen", {"policy": permission("s3:Get*")})

    cluster = provider.invoke("aws:eks/getCluster:getCluster", {"name": "demo"})
    found = provider.invoke("aws:iam/getRole:getRole", {"name": role.id})
    seen = provider.invoke("aws:iam/getPolicy:getPolicy", {"name": policy.state["name"]})

    assert cluster["arn"].endswith(":cluster/demo")
    assert cluster["identities"][0]["oidcs"][0]["issuer"].startswith("https://oidc.eks.")
    assert cluster["vpcConfig"]["subnetIds"]
    assert found["arn"] == role.state["arn"]
    assert seen["arn"] == policy.id
    assert json.loads(seen["policy"]) == permission("s3:Get*")


def test_function_s_arguments_are_checked(provider: ProviderClient) -> None:
    """A misspelt argument of a function is told, too."""
    with pytest.raises(CheckFailedError, match="did you mean 'name'"):
        provider.invoke("aws:iam/getRole:getRole", {"names": "x"})


def test_function_that_is_not_there_is_an_error(provider: ProviderClient) -> None:
    """The answer lists the functions that there are."""
    with pytest.raises(grpc.RpcError, match="getCallerIdentity"):
        provider.invoke("aws:ec2/getVpc:getVpc")


def test_throttled_calls_succeed_in_the_end(
    configured: Callable[..., ProviderClient], emulator_with: Callable[..., RunningEmulator]
) -> None:
    """AWS's throttling slows a run down and does not fail it."""
    busy = emulator_with({"throttleRate": 0.3, "errorRate": 0.1, "randomSeed": 7})
    provider = configured(busy.url)

    names = [provider.make("aws:iam/role:Role", n, {"assumeRolePolicy": trust()}).id for n in "abc"]

    assert len(set(names)) == 3
