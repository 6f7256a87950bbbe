"""The Pod Identity Agent on loopback: answers, refusals, cache and limits, without HTTP."""

import asyncio
import json
from typing import Any

import pytest
from harness.eks import CALLER, CLUSTER
from harness.eks_auth import AUDIENCE, EksAuth

from eks_pod_identity_emulator.agent import Nodes, PodIdentityAgents
from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.http.api_call import read_call
from eks_pod_identity_emulator.http.refusals import encode_error
from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.http.response import Response
from eks_pod_identity_emulator.http.services import OwnService
from eks_pod_identity_emulator.http.signature import read_scope

_THREE_HOURS = 10_800


class FrontDoor:
    """EKS Auth behind AWS's protocol; it counts requests and can be made to fail."""

    def __init__(self, auth: EksAuth) -> None:
        """Answer as EKS Auth does."""
        self._service = OwnService(auth.service)
        self.signers: list[str] = []
        self.fails: list[ApiError] = []

    async def answer(self, request: Request) -> Response:
        """Return the answer to one request."""
        scope = read_scope(request)
        assert scope is not None
        self.signers.append(scope.access_key)
        try:
            if self.fails:
                raise self.fails.pop(0)
            caller = Caller(CALLER.account, scope.region)
            return await self._service.answer(read_call(scope.service, request), request, caller)
        except ApiError as error:
            return encode_error("rest-json", error, "request-1")


class Node:
    """A node of the cluster, with an agent or without one."""

    def __init__(self, *, agent: bool = True, with_cache: bool = True) -> None:
        """Begin with the pod's association, and the add-on of the agent if there is to be one."""
        self.auth = EksAuth()
        self.auth.associate()
        if agent:
            self.auth.eks.install("eks-pod-identity-agent")
        self.door = FrontDoor(self.auth)
        eks, clock = self.auth.eks, self.auth.eks.clock
        nodes = Nodes(self.auth.roles, self.auth.sessions, clock)
        self._agents = PodIdentityAgents(
            eks.service, self.door, nodes, clock, with_cache=with_cache
        )

    def get(
        self, token: str, path: str = "v1/credentials", host: str = "127.0.0.1:4566"
    ) -> Response:
        """Return the agent's answer to a pod."""
        raw = f"/_agent/{CALLER.account}/{CALLER.region}/{CLUSTER}/{path}"
        headers = {"authorization": token, "host": host}
        request = Request("GET", raw, "", headers, b"", {"type": "http"})
        return asyncio.run(self._agents.answer(request))

    def credentials(self, token: str) -> dict[str, Any]:
        """Return the credentials that the agent hands out."""
        response = self.get(token)
        assert response.status == 200, response.body
        answer: dict[str, Any] = json.loads(response.body)
        return answer


def test_pod_gets_what_the_sdks_read() -> None:
    """Keys, token, account and end are in the document of the container protocol."""
    node = Node()

    answer = node.credentials(node.auth.token())

    assert list(answer) == ["AccessKeyId", "SecretAccessKey", "Token", "AccountId", "Expiration"]
    session = node.auth.sessions.find(answer["AccessKeyId"], answer["Token"])
    assert session is not None
    assert answer["AccountId"] == CALLER.account
    assert answer["Expiration"] == f"{session.expires_at:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    ("token", "status", "text"),
    [
        ("", 400, "Service account token cannot be empty"),
        ("a.b", 400, "token is malformed: token contains an invalid number of segments"),
        (
            "Bearer a.b.c",
            400,
            "could not base64 decode header: illegal base64 data at input",
        ),
        ("e30.e30.", 400, "token is unverifiable: signing method (alg) is unspecified"),
        ("eyJhbGciOiJYIn0.e30.", 400, "signing method (alg) is unavailable"),
        ("eyJhbGciOiJub25lIn0.W10.", 400, "could not JSON decode claim: not an object"),
        ("eyJhbGciOiJub25lIn0.e30.x", 400, "(InvalidTokenException): The token included"),
        (
            "unsigned",
            400,
            "(InvalidParameterException): 1 validation error detected: ",
        ),
        ("hmac-of-public-key", 400, "(InvalidTokenException): The token included in the request"),
        ("another-cluster", 400, "[request-1]: (InvalidTokenException)"),
    ],
)
def test_bad_tokens_are_refused_in_the_agents_words(token: str, status: int, text: str) -> None:
    """The agent refuses what is no token; EKS Auth's refusals are passed on with code and fault."""
    node = Node()
    given = node.auth.token(token) if token.isalpha() or "-" in token else token

    refused = node.get(given)

    assert refused.status == status
    assert text in refused.body.decode()
    assert refused.body.endswith(b"\n")
    assert ("content-type", "text/plain; charset=utf-8") in refused.headers


def test_expired_token_never_reaches_eks_auth() -> None:
    """The agent looks at a token's end itself."""
    node = Node()
    token = node.auth.token()
    node.auth.eks.clock.advance(3_601)

    refused = node.get(token)

    expected = "Service account token failed basic claim validations: token is expired\n"
    assert (refused.status, refused.body.decode()) == (400, expected)
    assert node.door.signers == []


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [
        ("v1/other", "127.0.0.1", 404),
        ("v1/credentials", "evil.example", 403),
        ("v1/credentials", "[fd00:ec2::23]:80", 200),
        ("v1/credentials", "localhost:4566", 200),
    ],
)
def test_only_its_own_addresses_and_path_are_served(path: str, host: str, status: int) -> None:
    """A name that points to the agent's address gets nothing."""
    node = Node()

    assert node.get(node.auth.token(), path, host).status == status


def test_node_without_agent_answers_nothing() -> None:
    """No add-on, no Auto Mode, no agent from elsewhere: nobody hands out credentials."""
    node = Node(agent=False)

    refused = node.get(node.auth.token())

    assert refused.status == 503
    assert node.door.signers == []


def test_agent_that_was_preserved_runs_on() -> None:
    """An add-on that is deleted with `preserve` leaves its agent on the nodes."""
    node = Node()
    eks = node.auth.eks
    eks.call("DeleteAddon", clusterName=CLUSTER, addonName="eks-pod-identity-agent", preserve=True)
    eks.settle()

    assert node.credentials(node.auth.token())


def test_cache_answers_for_three_hours_and_then_renews() -> None:
    """One token is asked for once in three hours, as the real agent does."""
    node = Node()
    token = _long_token(node)
    first = node.credentials(token)
    again = node.credentials(token)
    node.auth.eks.clock.advance(_THREE_HOURS)

    renewed = node.credentials(token)

    assert first == again != renewed
    assert len(node.door.signers) == 2


def _long_token(node: Node) -> str:
    body = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {
            "audiences": [AUDIENCE],
            "expirationSeconds": 86_400,
            "boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": "api-1"},
        },
    }
    return str(node.auth.cluster().tokens.issue("web", "api", body)["status"]["token"])


def test_without_cache_every_request_is_asked_for() -> None:
    """The knob turns the cache off."""
    node = Node(with_cache=False)
    token = node.auth.token()

    assert node.credentials(token) != node.credentials(token)


def test_old_credentials_outlive_a_renewal_that_fails_for_now() -> None:
    """A fault of the server keeps what the agent has; a final refusal forgets it."""
    node = Node()
    token = _long_token(node)
    first = node.credentials(token)
    node.auth.eks.clock.advance(_THREE_HOURS)
    node.door.fails = [ApiError("ServiceUnavailableException", "later", status=503)] * 3
    kept = node.credentials(token)
    node.auth.delete("association")
    node.auth.eks.clock.advance(120)

    refused = node.get(token)

    assert kept == first
    assert refused.status == 404
    assert "(ResourceNotFoundException)" in refused.body.decode()


def test_renewal_is_limited_to_three_a_second() -> None:
    """Of many tokens that are due at once, three are renewed and the others kept."""
    node = Node()
    tokens = [_long_token(node) for _ in range(5)]
    before = [node.credentials(token) for token in tokens]
    node.auth.eks.clock.advance(_THREE_HOURS)

    after = [node.credentials(token) for token in tokens]

    assert [old != new for old, new in zip(before, after, strict=True)] == [True] * 3 + [False] * 2


def test_more_than_a_thousand_requests_a_second_are_too_many() -> None:
    """After a burst of 500 the agent says so, and later serves again."""
    node = Node()
    token = node.auth.token()
    statuses = [node.get(token).status for _ in range(501)]

    node.auth.eks.clock.advance(1)

    assert statuses == [200] * 500 + [429]
    assert node.get(token).status == 200


def test_throttling_is_tried_three_times() -> None:
    """As AWS's SDK for Go does, the agent tries again; the pod sees the last answer."""
    node = Node()
    throttled = ApiError("ThrottlingException", "Rate exceeded", status=429)
    node.door.fails = [throttled]
    answer = node.credentials(node.auth.token())
    node.door.fails = [throttled] * 3

    refused = node.get(node.auth.token("another-cluster"))

    assert answer
    assert refused.status == 429
    text = "[request-1]: (ThrottlingException): Rate exceeded, fault: client\n"
    assert refused.body.decode() == text
