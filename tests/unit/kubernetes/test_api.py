"""Reading a Kubernetes API: pages, credentials, TLS, proxies, and what is told when it fails."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from harness.loopback_kubernetes import LoopbackKubernetes

from eks_pod_identity.kubernetes.access import Access, UnreadableError
from eks_pod_identity.kubernetes.api import KubernetesApi
from eks_pod_identity.kubernetes.observe import observe_kubernetes
from eks_pod_identity.names import ServiceAccountRef

_PKI = Path(__file__).parent / "pki"
_AUTHORITY = (_PKI / "authority.pem").read_text()
_CALLER = (_PKI / "caller.pem").read_text()
_NAMESPACES = "/api/v1/namespaces"
_ACCOUNTS = "/api/v1/serviceaccounts"


@pytest.fixture(name="kubernetes")
def _kubernetes() -> Iterator[LoopbackKubernetes]:
    with LoopbackKubernetes() as server:
        server.answer(_NAMESPACES, [{"metadata": {"name": f"ns-{n}"}} for n in range(5)])
        yield server


@pytest.fixture(name="guarded")
def _guarded() -> Iterator[LoopbackKubernetes]:
    """A server with TLS that asks for the caller's certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_PKI / "server.pem")
    context.load_verify_locations(cadata=_AUTHORITY)
    context.verify_mode = ssl.CERT_OPTIONAL
    with LoopbackKubernetes(context) as server:
        server.answer(_NAMESPACES, [])
        yield server


def _names(access: Access) -> list[str]:
    return [each["metadata"]["name"] for each in KubernetesApi(access).list(_NAMESPACES)]


def _error(access: Access) -> str:
    with pytest.raises(UnreadableError) as caught:
        _names(access)
    return str(caught.value)


def test_all_pages_are_read(kubernetes: LoopbackKubernetes) -> None:
    """A list that says how to go on is followed to its end, without asking for too much at once."""
    assert _names(Access(kubernetes.url)) == [f"ns-{n}" for n in range(5)]
    assert [each.target.partition("?")[2] for each in kubernetes.seen] == [
        "limit=500",
        "limit=500&continue=2",
        "limit=500&continue=4",
    ]


def test_accounts_are_read_with_labels_and_annotations(kubernetes: LoopbackKubernetes) -> None:
    """Whose an account is, and whether it names an IRSA role, is all that is kept."""
    marks = {"labels": {"app": "a"}, "annotations": {"eks.amazonaws.com/role-arn": "arn"}}
    plain = {"name": "default", "namespace": "ns-0"}
    marked = {"name": "api", "namespace": "ns-1", **marks}
    kubernetes.answer(_ACCOUNTS, [{"metadata": plain}, {"metadata": marked, "secrets": []}])

    state = observe_kubernetes(Access(kubernetes.url))

    assert state.namespaces == {f"ns-{n}" for n in range(5)}
    assert state.service_accounts[ServiceAccountRef("ns-0", "default")].labels == {}
    found = state.service_accounts[ServiceAccountRef("ns-1", "api")]
    assert (found.labels, found.irsa_role_arn) == ({"app": "a"}, "arn")


def test_token_is_borne_and_never_shown(kubernetes: LoopbackKubernetes) -> None:
    """The API gets it; a representation in a log does not have it."""
    access = Access(kubernetes.url, token="secret", certificate="mine", key="mine")  # noqa: S106 - made up

    _names(replace(access, certificate="", key=""))

    assert kubernetes.seen[0].headers["authorization"] == "Bearer secret"
    assert "secret" not in repr(access)
    assert "mine" not in repr(access)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (401, "does not know the caller (401), who needs an access entry of the cluster"),
        (403, "does not let the caller list namespaces (403)"),
        (404, 'answers 404: {"reason": "NotFound"}'),
    ],
)
def test_refusal_is_told_in_a_sentence(
    kubernetes: LoopbackKubernetes, status: int, told: str
) -> None:
    """The address stands in front, and nothing is tried again."""
    kubernetes.refuse(status, '{"reason": "NotFound"}')

    assert _error(Access(kubernetes.url)) == f"{kubernetes.url} {told}"
    assert len(kubernetes.seen) == 1


def test_busy_server_is_asked_again(kubernetes: LoopbackKubernetes) -> None:
    """Throttling and a restart of the control plane pass; what lasts is told, and told soon."""
    kubernetes.refuse(429)
    kubernetes.refuse(503)
    assert len(_names(Access(kubernetes.url))) == 5

    kubernetes.refuse(503, "etcd leader changed", times=9)
    assert "answers 503: etcd leader changed" in _error(Access(kubernetes.url))


def test_what_is_no_kubernetes_is_told(kubernetes: LoopbackKubernetes) -> None:
    """A captive portal answers 200 with a page."""
    for body in ("<html>", "[]", '{"items": []}'):
        kubernetes.refuse(200, body)
        assert _error(Access(kubernetes.url)) == f"{kubernetes.url} is no Kubernetes API"


def test_nobody_there_is_told() -> None:
    """A closed port and a name that nobody has are one sentence each."""
    closed = "http://127.0.0.1:9"

    assert _error(Access(closed)) == f"{closed} cannot be connected to"
    assert "cannot be resolved" in _error(Access("http://nobody.invalid"))
    assert "cannot be read" in _error(Access("nonsense://x"))


def test_proxy_of_the_environment_is_used(
    kubernetes: LoopbackKubernetes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for boto3, unless the address is among the exceptions."""
    monkeypatch.setenv("http_proxy", kubernetes.url)
    monkeypatch.setenv("no_proxy", "")

    _names(Access("http://cluster.example"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    _names(Access(kubernetes.url))

    assert kubernetes.seen[0].target == f"http://cluster.example{_NAMESPACES}?limit=500"
    assert kubernetes.seen[-1].target.startswith(_NAMESPACES)


def test_proxy_of_the_kubeconfig_is_used(kubernetes: LoopbackKubernetes) -> None:
    """It is that cluster's own."""
    _names(Access("http://cluster.example", proxy=kubernetes.url))

    assert kubernetes.seen[0].headers["host"] == "cluster.example"


def test_server_is_held_to_its_authority(guarded: LoopbackKubernetes) -> None:
    """Only who has a certificate of the authority is trusted, unless that is switched off."""
    assert _names(Access(guarded.url, authority=_AUTHORITY)) == []
    assert "certificate verify failed" in _error(Access(guarded.url))
    assert _names(Access(guarded.url, insecure=True)) == []
    assert "cannot be read" in _error(Access(guarded.url, authority="no certificate"))


def test_server_is_held_to_its_name(guarded: LoopbackKubernetes) -> None:
    """Behind a tunnel the name is another than the address's."""
    access = Access(guarded.url, authority=_AUTHORITY)

    assert _names(replace(access, tls_name="kubernetes.test")) == []
    assert "cannot be read" in _error(replace(access, tls_name="another.test"))


def test_caller_shows_its_certificate(guarded: LoopbackKubernetes) -> None:
    """Certificate and key need no file of the user's."""
    end = _CALLER.index("-----BEGIN EC PRIVATE KEY-----")
    pair = {"certificate": _CALLER[:end], "key": _CALLER[end:]}

    _names(Access(guarded.url, authority=_AUTHORITY, **pair))

    assert guarded.seen[0].caller == "caller"
