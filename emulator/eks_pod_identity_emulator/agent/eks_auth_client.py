"""Asks EKS Auth for a pod's credentials, by the front door, as the agent on a node does.

Throttling and server faults are tried three times, as AWS's SDK for Go tries.
https://github.com/aws/eks-pod-identity-agent/blob/v0.1.37/internal/cloud/eksauth/service.go
"""

import asyncio
import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from eks_pod_identity_emulator.agent.credentials import EksAuthError, PodCredentials
from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.http.response import Response

_ATTEMPTS = 3
_OK = 200
_THROTTLED = 429
_FIRST_SERVER_FAULT = 500


class FrontDoor(Protocol):
    """AWS, as any client reaches it."""

    async def answer(self, request: Request) -> Response:
        """Return the answer to one request; a refusal is an answer, too."""
        ...


@dataclass(frozen=True, slots=True)
class NodeCredentials:
    """With what a node signs: keys of its role's session, or the account's administrator."""

    access_key_id: str
    session_token: str | None = None


class EksAuthClient:
    """EKS Auth, as the agents of one cluster reach it."""

    def __init__(self, front_door: FrontDoor, caller: Caller, cluster: str) -> None:
        """Set up.

        Args:
            front_door: Where requests go.
            caller: Account and region of the cluster.
            cluster: Its name.
        """
        self._front_door = front_door
        self._caller = caller
        self._cluster = cluster

    async def fetch(self, token: str, node: NodeCredentials) -> PodCredentials:
        """Return the credentials that a pod's token is good for.

        Raises:
            EksAuthError: EKS Auth refuses, or fails three times.
        """
        request = self._request(token, node)
        for attempt in range(_ATTEMPTS):
            response = await self._front_door.answer(request)
            if response.status < _FIRST_SERVER_FAULT and response.status != _THROTTLED:
                break
            if attempt < _ATTEMPTS - 1:
                await asyncio.sleep(random.uniform(0, 2**attempt))  # noqa: S311 - the SDK's jitter
        if response.status != _OK:
            raise _error(response)
        return _credentials(json.loads(response.body))

    def _request(self, token: str, node: NodeCredentials) -> Request:
        """Return a request that says who signed it; signatures are verified nowhere here."""
        scope = f"{node.access_key_id}/20260101/{self._caller.region}/eks-auth/aws4_request"
        headers = {
            "authorization": f"AWS4-HMAC-SHA256 Credential={scope}",
            "content-type": "application/json",
            "host": "eks-auth",
        }
        if node.session_token is not None:
            headers["x-amz-security-token"] = node.session_token
        path = f"/clusters/{self._cluster}/assume-role-for-pod-identity"
        body = json.dumps({"token": token}).encode()
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        return Request("POST", path, "", headers, body, scope={"type": "http", "headers": raw})


def _error(response: Response) -> EksAuthError:
    headers = {name.lower(): value for name, value in response.headers}
    code = headers.get("x-amzn-errortype", "Unknown").partition(":")[0]
    message = str(json.loads(response.body).get("message", ""))
    return EksAuthError(code, message, response.status, headers.get("x-amzn-requestid", ""))


def _credentials(answer: Any) -> PodCredentials:  # noqa: ANN401 - JSON
    given = answer["credentials"]
    return PodCredentials(
        access_key_id=given["accessKeyId"],
        secret_access_key=given["secretAccessKey"],
        session_token=given["sessionToken"],
        account=answer["assumedRoleUser"]["arn"].split(":")[4],
        expires=datetime.fromtimestamp(given["expiration"], UTC),
    )
