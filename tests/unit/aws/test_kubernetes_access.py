"""The way to a cluster that EKS tells: address, authority, and a token signed for that cluster."""

import base64
from urllib.parse import parse_qs, urlsplit

import pytest
from harness.loopback_aws import ACCOUNT, LoopbackAws

from eks_pod_identity.aws.kubernetes_access import cluster_access
from eks_pod_identity.aws.observe import ClusterObserver
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.errors import ObservationError
from eks_pod_identity.kubernetes.access import Access

_PEM = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"


def _access(aws: LoopbackAws, name: str = "prod") -> Access:
    authority = {"data": base64.b64encode(_PEM.encode()).decode()}
    aws.declare_cluster(name, endpoint="https://prod.example/", certificateAuthority=authority)
    session = AwsSession()
    return cluster_access(session, ClusterObserver(session, name).observe_cluster())


def _signed(token: str) -> dict[str, list[str]]:
    """Return the query of the presigned call that a token is."""
    encoded = token.removeprefix("k8s-aws-v1.")
    assert encoded != token
    assert "=" not in encoded
    url = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    return parse_qs(urlsplit(url).query)


def test_address_and_authority_are_those_of_the_cluster(aws: LoopbackAws) -> None:
    """No kubeconfig is asked, so it is the cluster that is planned for."""
    access = _access(aws)

    assert (access.server, access.authority) == ("https://prod.example", _PEM)


def test_token_is_a_call_signed_for_the_cluster(aws: LoopbackAws) -> None:
    """The cluster's name is among what is signed; nothing is sent."""
    query = _signed(_access(aws).token)

    assert query["Action"] == ["GetCallerIdentity"]
    assert query["X-Amz-SignedHeaders"] == ["host;x-k8s-aws-id"]
    assert query["X-Amz-Credential"][0].startswith(f"{ACCOUNT}/")
    assert query["X-Amz-Credential"][0].endswith("/eu-west-1/sts/aws4_request")
    assert all("/clusters" in call or "DescribeCluster" in call for call in aws.calls)


def test_token_of_one_cluster_is_none_of_another(aws: LoopbackAws) -> None:
    """The signature depends on the name, or a token would open every cluster of the account."""
    here, there = (_signed(_access(aws, name).token) for name in ("here", "there"))

    same_moment = here["X-Amz-Date"] == there["X-Amz-Date"]
    assert not same_moment or here["X-Amz-Signature"] != there["X-Amz-Signature"]


def test_without_credentials_there_is_no_token(
    aws: LoopbackAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sign-in that ends between two calls is told as everywhere."""
    session = AwsSession()
    aws.declare_cluster("prod", endpoint="https://prod.example")
    cluster = ClusterObserver(session, "prod").observe_cluster()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")

    with pytest.raises(ObservationError) as caught:
        cluster_access(session, cluster)

    assert caught.value.problems[0].id == "aws-credentials-missing"
