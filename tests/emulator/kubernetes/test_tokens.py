"""Tokens of service accounts: what they say, who signed them, and when they stop to hold."""

from collections.abc import Callable
from typing import Any

import jwt
import pytest
from harness.eks import HandClock
from harness.kubernetes_objects import pod, service_account

from eks_pod_identity_emulator.kubernetes.cluster import Cluster
from eks_pod_identity_emulator.kubernetes.kinds import POD, SERVICE_ACCOUNT
from eks_pod_identity_emulator.kubernetes.refusals import StatusError
from eks_pod_identity_emulator.kubernetes.service_account_token import (
    BoundObjectGoneError,
    ExpiredTokenError,
)

_AUDIENCE = "pods.eks.amazonaws.com"


class _NoWebhook:
    def injection(self, *_: object) -> None:
        return None


@pytest.fixture
def clock() -> HandClock:
    """A clock to move."""
    return HandClock()


@pytest.fixture
def cluster(clock: HandClock) -> Cluster:
    """A cluster with the service account `cart` and its pod `one`."""
    made = Cluster(_NoWebhook(), clock, "https://oidc.example/id/A")
    made.create(SERVICE_ACCOUNT, service_account())
    made.create(POD, pod(serviceAccountName="cart"))
    return made


def _request(**spec: object) -> dict[str, Any]:
    return {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"audiences": [_AUDIENCE], **spec},
    }


def _bound(**reference: object) -> dict[str, Any]:
    given = {"kind": "Pod", "apiVersion": "v1", "name": "one", **reference}
    return _request(boundObjectRef=given)


def _issue(cluster: Cluster, body: dict[str, Any]) -> str:
    return str(cluster.tokens.issue("default", "cart", body)["status"]["token"])


def test_token_says_what_a_bound_token_says(cluster: Cluster) -> None:
    """A token of a pod names account, pod and node, and verifies with the published key alone."""
    token = _issue(cluster, _bound())

    keys = jwt.PyJWKSet.from_dict(cluster.tokens.key_set())
    header = jwt.get_unverified_header(token)
    ignored = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    claims = jwt.decode(
        token,
        keys[header["kid"]],
        algorithms=["RS256"],
        audience=_AUDIENCE,
        options=ignored,
    )
    private = claims["kubernetes.io"]
    made = cluster.objects.get(POD, "default", "one")
    account = cluster.objects.get(SERVICE_ACCOUNT, "default", "cart")
    assert header["alg"] == "RS256"
    assert claims["iss"] == cluster.tokens.issuer
    assert claims["sub"] == "system:serviceaccount:default:cart"
    assert claims["exp"] - claims["iat"] == 3_600
    assert private["namespace"] == "default"
    assert private["pod"] == {"name": "one", "uid": made["metadata"]["uid"]}
    assert private["serviceaccount"] == {"name": "cart", "uid": account["metadata"]["uid"]}
    assert private["node"]["name"] == made["spec"]["nodeName"]


def test_token_of_more_than_a_day_is_cut_to_a_day(cluster: Cluster) -> None:
    """EKS gives tokens 24 hours at most, whatever is asked for."""
    answer = cluster.tokens.issue("default", "cart", _request(expirationSeconds=200_000))

    assert answer["spec"]["expirationSeconds"] == 86_400


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (_request(expirationSeconds=599), 422, "less than 10 minutes"),
        (_request(expirationSeconds=1 << 33), 422, "larger than 2^32 seconds"),
        (_request(expirationSeconds="600"), 400, "no number"),
        (_bound(name="two"), 404, 'pods "two" not found'),
        (_bound(uid="another"), 409, "does not match the UID in record"),
        (_bound(kind="Node"), 400, "cannot bind token for object of type Node"),
        ({"apiVersion": "v1", "kind": "Pod"}, 400, "expected a TokenRequest"),
    ],
)
def test_bad_request_is_refused(
    cluster: Cluster, body: dict[str, Any], code: int, words: str
) -> None:
    """The API server's rules for durations and bound objects hold."""
    with pytest.raises(StatusError) as caught:
        _issue(cluster, body)

    assert caught.value.code == code
    assert words in caught.value.message


def test_pod_of_another_account_is_refused(cluster: Cluster) -> None:
    """A token cannot be bound to a pod that runs as another account."""
    cluster.create(POD, pod("other"))

    with pytest.raises(StatusError, match="running with different serviceaccount"):
        _issue(cluster, _bound(name="other"))


def _delete_pod(cluster: Cluster) -> None:
    cluster.delete(POD, cluster.objects.get(POD, "default", "one"))


def _replace_pod(cluster: Cluster) -> None:
    _delete_pod(cluster)
    cluster.create(POD, pod(serviceAccountName="cart"))


def _delete_account(cluster: Cluster) -> None:
    cluster.delete(SERVICE_ACCOUNT, cluster.objects.get(SERVICE_ACCOUNT, "default", "cart"))


@pytest.mark.parametrize("change", [_delete_pod, _replace_pod, _delete_account])
def test_token_dies_with_what_it_is_bound_to(
    cluster: Cluster, change: Callable[[Cluster], None]
) -> None:
    """A pod or an account that is gone, or another one of that name, ends the token."""
    token = _issue(cluster, _bound())
    assert cluster.tokens.verify(token, _AUDIENCE).service_account.name == "cart"

    change(cluster)

    with pytest.raises(BoundObjectGoneError):
        cluster.tokens.verify(token, _AUDIENCE)


def test_token_ends_at_its_time(cluster: Cluster, clock: HandClock) -> None:
    """A token holds until it expires, and is known as one that held."""
    token = _issue(cluster, _request(expirationSeconds=600))
    clock.advance(590)
    cluster.tokens.verify(token, _AUDIENCE)

    clock.advance(11)

    with pytest.raises(ExpiredTokenError):
        cluster.tokens.verify(token, _AUDIENCE)
