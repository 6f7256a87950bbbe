"""What a TokenRequest asks for, held to the API server's rules.

https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eks_pod_identity_emulator.json_value import Json
from eks_pod_identity_emulator.kubernetes.kinds import POD, TOKEN_REQUEST
from eks_pod_identity_emulator.kubernetes.refusals import (
    StatusError,
    bad_request,
    conflict,
    invalid,
)
from eks_pod_identity_emulator.kubernetes.store import Object, ObjectStore

_DEFAULT_AUDIENCE = "https://kubernetes.default.svc"
_DEFAULT_SECONDS = 3_600
_SHORTEST_SECONDS = 600
_LONGEST_ASKED = 1 << 32


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A request understood.

    Attributes:
        audiences: Whom the token is for.
        seconds: How long it shall live.
        pod: The pod that it is bound to, None if to none.
        bound: The reference to that pod, as it was given.
    """

    audiences: tuple[str, ...]
    seconds: int
    pod: Object | None
    bound: Mapping[str, Any] | None


def read_token_request(
    value: Json, namespace: str, account: str, objects: ObjectStore
) -> TokenRequest:
    """Return what a body asks for, for a service account.

    Raises:
        StatusError: The API server would refuse it.
    """
    given = (value.get("kind"), value.get("apiVersion")) if isinstance(value, dict) else ()
    if given != (TOKEN_REQUEST.name, TOKEN_REQUEST.api_version):
        raise bad_request(f"expected a TokenRequest of {TOKEN_REQUEST.api_version}")
    spec = value.get("spec") or {}
    seconds = spec.get("expirationSeconds") or _DEFAULT_SECONDS
    _check_seconds(seconds)
    bound = spec.get("boundObjectRef")
    pod = _bound_pod(bound, namespace, account, objects) if bound else None
    audiences = tuple(spec.get("audiences") or (_DEFAULT_AUDIENCE,))
    return TokenRequest(audiences, seconds, pod, bound)


def _check_seconds(seconds: Json) -> None:
    field = "spec.expirationSeconds"
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise bad_request(f"json: cannot unmarshal into field TokenRequest.{field}: no number")
    why = ""
    if seconds < _SHORTEST_SECONDS:
        why = "may not specify a duration less than 10 minutes"
    elif seconds > _LONGEST_ASKED:
        why = "may not specify a duration larger than 2^32 seconds"
    if why:
        raise invalid(TOKEN_REQUEST, "", [(field, f"Invalid value: {seconds}: {why}")])


def _bound_pod(
    bound: Mapping[str, Any], namespace: str, account: str, objects: ObjectStore
) -> Object:
    """Return the pod that a token shall be bound to.

    Tokens bound to Secrets and Nodes are Kubernetes' too; no AWS client asks for them.
    """
    if (bound.get("kind"), bound.get("apiVersion")) != ("Pod", "v1"):
        raise bad_request(f"cannot bind token for object of type {bound.get('kind')}")
    pod = objects.get(POD, namespace, str(bound.get("name") or ""))
    if pod["spec"].get("serviceAccountName") != account:
        why = "to pod running with different serviceaccount name."
        raise bad_request(f'cannot bind token for serviceaccount "{account}" {why}')
    uid = pod["metadata"]["uid"]
    if bound.get("uid") not in (None, "", uid):
        raise _another_uid(str(bound["uid"]), uid, pod["metadata"]["name"])
    return pod


def _another_uid(asked: str, observed: str, name: str) -> StatusError:
    why = (
        f"the UID in the bound object reference ({asked}) does not match the UID in record. "
        f"The object might have been deleted and then recreated (observed: {observed})"
    )
    return conflict(POD, name, why)
