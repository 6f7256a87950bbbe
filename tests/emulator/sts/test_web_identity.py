"""AssumeRoleWithWebIdentity, as pods call it that have a role by IRSA."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from harness.aws_account import AwsAccount, Refusal, refusal
from harness.emulator import REGION
from harness.forged_tokens import forged
from harness.role_session import RoleSession, allow, declare_role, document

_AUDIENCE = "sts.amazonaws.com"


@pytest.fixture
def issuer(aws: AwsAccount) -> str:
    """The issuer of a cluster's tokens, which IAM knows as a provider."""
    aws.declare_cluster()
    url = str(aws.eks.describe_cluster(name="demo")["cluster"]["identity"]["oidc"]["issuer"])
    aws.iam.create_open_id_connect_provider(Url=url, ClientIDList=[_AUDIENCE])
    return url


def _kubernetes(aws: AwsAccount, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    url = f"{aws.emulator.url}/_kubernetes/{aws.id}/{REGION}/demo{path}"
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})  # noqa: S310 - loopback
    with urlopen(request) as answer:  # noqa: S310 - loopback
        return json.load(answer)


def _token(aws: AwsAccount, name: str = "api", audience: str = _AUDIENCE) -> str:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}}
    _kubernetes(aws, "/api/v1/namespaces/default/serviceaccounts", account)
    path = f"/api/v1/namespaces/default/serviceaccounts/{name}/token"
    kind = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest"}
    asked = _kubernetes(aws, path, {**kind, "spec": {"audiences": [audience]}})
    return str(asked["status"]["token"])


def _role(aws: AwsAccount, issuer: str, account: str = "default:api") -> str:
    host = issuer.removeprefix("https://")
    provider = f"arn:aws:iam::{aws.id}:oidc-provider/{host}"
    claims = {f"{host}:sub": f"system:serviceaccount:{account}", f"{host}:aud": _AUDIENCE}
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": claims},
    }
    return declare_role(aws, "app", allow("s3:ListAllMyBuckets"), trusted=document(trust))


def _unsigned(aws: AwsAccount) -> Any:  # noqa: ANN401 - boto3's clients have no static type here
    config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
    url = aws.emulator.url
    return boto3.client("sts", endpoint_url=url, region_name=REGION, config=config)


def _refused(aws: AwsAccount, role: str, token: str) -> Refusal:
    asked = {"RoleArn": role, "RoleSessionName": "pod", "WebIdentityToken": token}
    return refusal(_unsigned(aws).assume_role_with_web_identity, **asked)


def test_token_of_a_service_account_is_a_session(aws: AwsAccount, issuer: str) -> None:
    """A cluster's token, unsigned by AWS's keys, gets the role that its account is let into."""
    role = _role(aws, issuer)

    answer = _unsigned(aws).assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="pod", WebIdentityToken=_token(aws)
    )

    assert answer["SubjectFromWebIdentityToken"] == "system:serviceaccount:default:api"
    assert answer["Audience"] == _AUDIENCE
    assert answer["Provider"].endswith(issuer.removeprefix("https://"))
    caller = RoleSession(aws.emulator, answer["Credentials"])
    assert caller.client("s3").list_buckets()["Buckets"] == []
    assert refusal(caller.client("iam").list_roles).code == "AccessDenied"


def test_other_account_is_not_let_in(aws: AwsAccount, issuer: str) -> None:
    """The trust policy's claims are held to the token's."""
    found = _refused(aws, _role(aws, issuer), _token(aws, "other"))

    assert found == Refusal(
        "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403
    )


def test_audience_has_to_be_registered(aws: AwsAccount, issuer: str) -> None:
    """A token for somebody else is no token for STS."""
    found = _refused(aws, _role(aws, issuer), _token(aws, audience="pods.eks.amazonaws.com"))

    assert found == Refusal("InvalidIdentityToken", "Incorrect token audience", 400)


def test_provider_has_to_be_there(aws: AwsAccount, issuer: str) -> None:
    """An issuer that the role's account does not know is refused by its URL."""
    role, token = _role(aws, issuer), _token(aws)
    (provider,) = aws.iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    aws.iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=provider["Arn"])

    assert _refused(aws, role, token) == Refusal(
        "InvalidIdentityToken",
        f"No OpenIDConnect provider found in your account for {issuer}",
        400,
    )


@pytest.mark.parametrize(
    "kind", ["signature-bit", "payload-bit", "other-claims", "unsigned", "unsigned-with-signature"]
)
def test_forged_token_is_refused(aws: AwsAccount, issuer: str, kind: str) -> None:
    """Only the cluster's own key signs."""
    token = forged(_token(aws), kind, {})

    assert _refused(aws, _role(aws, issuer), token).code == "InvalidIdentityToken"


@pytest.mark.parametrize("token", ["none", "a.b.c"])
def test_what_is_no_token_is_refused(aws: AwsAccount, issuer: str, token: str) -> None:
    """A text that is no JSON Web Token names no issuer."""
    assert _refused(aws, _role(aws, issuer), token).code == "InvalidIdentityToken"
