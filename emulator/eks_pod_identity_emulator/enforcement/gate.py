"""The gate in front of every call that a session or a user signed."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from eks_pod_identity_emulator.authorization import (
    CallerPolicies,
    Context,
    Policies,
    Request,
    context_of,
    decide,
)
from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.enforcement.check import Check
from eks_pod_identity_emulator.enforcement.refusals import refused
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.http.api_call import ApiCall, require_operation
from eks_pod_identity_emulator.http.request import Request as HttpRequest
from eks_pod_identity_emulator.iam.grants import Grants
from eks_pod_identity_emulator.sessions import Identity

# STS decides on sessions itself, with the trust policy, and tells everyone who he is.
_DECIDED_ELSEWHERE = frozenset({"AssumeRole", "AssumeRoleWithWebIdentity", "GetCallerIdentity"})
_NOT_FOR_SESSIONS = frozenset({"GetFederationToken", "GetSessionToken"})
_TAGS = "resourcetag/"


class Checks(Protocol):
    """Knows what calls of a service need."""

    def of(self, call: ApiCall, request: HttpRequest, caller: Caller) -> Iterable[Check]:
        """Yield what a call needs, what it is mainly about first."""
        ...


class Gate:
    """Asks IAM about each call."""

    def __init__(self, grants: Grants, own: Mapping[str, Checks], carried: Checks) -> None:
        """Set up.

        Args:
            grants: What roles and users may do.
            own: What calls need of the services that are ours, by signing name.
            carried: What calls of all other services need.
        """
        self._grants = grants
        self._own = own
        self._carried = carried

    def pass_on(self, call: ApiCall, request: HttpRequest, caller: Caller) -> str:
        """Return the account that a call acts in, if it is allowed.

        Raises:
            ApiError: It is not allowed, in the words of its service, or there is no such operation.
        """
        identity = caller.identity
        if identity is None or _is_decided_elsewhere(call):
            return caller.account
        require_operation(call)  # what has no name cannot be decided on
        account = ""
        policies = self._grants.of(identity)
        for check in self._own.get(call.service, self._carried).of(call, request, caller):
            self._require(check, call, caller, identity, policies)
            account = account or check.owner
        return account or caller.account

    def _require(
        self,
        check: Check,
        call: ApiCall,
        caller: Caller,
        identity: Identity,
        policies: CallerPolicies,
    ) -> None:
        whole = Policies(policies, check.policy)
        context = {**caller.context, **context_of(identity.keys()), **context_of(check.keys)}
        if whole.mention(_TAGS):
            context |= _tag_context(check)
        request = Request(identity.principal, check.action, check.resource, context)
        decision = decide(request, whole)
        if not decision.allowed:
            raise refused(call, request, decision, check.shown)


def _is_decided_elsewhere(call: ApiCall) -> bool:
    if call.service != "sts":
        return False
    if call.operation in _NOT_FOR_SESSIONS:
        message = f"Cannot call {call.operation} with session credentials"
        raise ApiError("AccessDeniedException", message)
    return call.operation in _DECIDED_ELSEWHERE


def _tag_context(check: Check) -> Context:
    tags = check.tags()
    return {
        f"{prefix}/{key}".lower(): (value,)
        for prefix in check.tag_keys
        for key, value in tags.items()
    }
