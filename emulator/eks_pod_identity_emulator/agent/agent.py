"""Answers pods below /_agent/ACCOUNT/REGION/CLUSTER, where an agent runs on the cluster's nodes.

On a node the address is 169.254.170.23; here it is loopback, which every SDK allows, too. A node
without an agent has nothing at that address; here its path answers 503.
https://github.com/aws/eks-pod-identity-agent/blob/v0.1.37/pkg/handlers/eks_credential_handler.go
"""

from dataclasses import dataclass

from eks_pod_identity_emulator.agent.cache import CredentialCache
from eks_pod_identity_emulator.agent.credentials import AgentError, PodCredentials
from eks_pod_identity_emulator.agent.eks_auth_client import EksAuthClient, FrontDoor
from eks_pod_identity_emulator.agent.node import Nodes
from eks_pod_identity_emulator.agent.rate import RateLimit
from eks_pod_identity_emulator.agent.token import check_token
from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.eks import Caller, ClusterView, EksService
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.http.app import AGENT_PREFIX
from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.http.response import Response, json_response

_PATH = "v1/credentials"
_PARTS = 5
_PER_SECOND, _BURST = 1_000, 500
_HOSTS = ("127.0.0.1", "localhost", "::1", "169.254.170.23", "fd00:ec2::23")


@dataclass(frozen=True, slots=True)
class _Agent:
    """The agents of one cluster, taken as one."""

    client: EksAuthClient
    cache: CredentialCache
    limit: RateLimit


class PodIdentityAgents:
    """The agents of every cluster."""

    def __init__(
        self,
        eks: EksService,
        front_door: FrontDoor,
        nodes: Nodes,
        clock: Clock,
        *,
        with_cache: bool,
    ) -> None:
        """Set up.

        Args:
            eks: Knows where an agent runs.
            front_door: Where EKS Auth is asked.
            nodes: Whom the agent calls as.
            clock: The time.
            with_cache: Whether credentials are kept and requests limited, as the agent does.
        """
        self._eks = eks
        self._front_door = front_door
        self._nodes = nodes
        self._clock = clock
        self._with_cache = with_cache
        self._agents: dict[str, _Agent] = {}

    async def answer(self, request: Request) -> Response:
        """Return the answer to one request of a pod."""
        try:
            credentials = await self._credentials(request)
        except AgentError as error:
            return _text(error.status, error.text)
        return json_response(200, credentials.document())

    async def _credentials(self, request: Request) -> PodCredentials:
        account, region, name, path = _place(request)
        cluster = self._cluster(Caller(account, region), name)
        if path != _PATH:
            raise AgentError(404, "404 page not found")
        agent = self._agent(cluster)
        if self._with_cache and not agent.limit.take():
            raise AgentError(429, "Too Many Requests")
        _check_host(request.headers.get("host", ""))
        token = request.headers.get("authorization", "")
        check_token(token, self._clock.now())
        if self._with_cache:
            return await agent.cache.get(token)
        return await agent.client.fetch(token, self._nodes.credentials(cluster))

    def _cluster(self, caller: Caller, name: str) -> ClusterView:
        try:
            cluster = self._eks.cluster(caller, name)
        except ApiError as error:
            raise AgentError(404, error.message) from error
        if not cluster.agent_runs:
            raise AgentError(503, f"no Pod Identity Agent runs on the nodes of cluster {name}")
        return cluster

    def _agent(self, cluster: ClusterView) -> _Agent:
        """Return the agents of a cluster; those of another one of that name start afresh."""
        key = f"{cluster.arn} {cluster.created_at.isoformat()}"
        if key not in self._agents:
            client = EksAuthClient(self._front_door, cluster.caller, cluster.name)

            async def fetch(token: str) -> PodCredentials:
                return await client.fetch(token, self._nodes.credentials(cluster))

            cache = CredentialCache(fetch, self._clock)
            limit = RateLimit(_PER_SECOND, _BURST, self._clock)
            self._agents[key] = _Agent(client, cache, limit)
        return self._agents[key]


def _place(request: Request) -> tuple[str, str, str, str]:
    """Return account, region and cluster of a request, and the path below."""
    parts = request.path.removeprefix(AGENT_PREFIX).split("/", _PARTS - 2)
    if len(parts) < _PARTS - 1:
        raise AgentError(404, "404 page not found")
    return parts[0], parts[1], parts[2], parts[3]


def _check_host(given: str) -> None:
    host = given.rpartition(":")[0] if not given.endswith("]") and ":" in given else given
    if host.strip("[]") not in _HOSTS:
        allowed = " ".join(_HOSTS)
        raise AgentError(
            403,
            "Access Denied. Called agent through invalid address, "
            f"please use either [{allowed}] address not {given}",
        )


def _text(status: int, text: str) -> Response:
    """Return a line of text, as Go's http.Error sends it."""
    body = f"{text}\n".encode()
    headers = (
        ("content-type", "text/plain; charset=utf-8"),
        ("x-content-type-options", "nosniff"),
        ("content-length", str(len(body))),
    )
    return Response(status, headers, body)
