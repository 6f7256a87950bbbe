"""AWS's front door: who calls, what is called, which service answers, and what the log keeps."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.eks import Caller, partition_of
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.http.api_call import ApiCall, read_call
from eks_pod_identity_emulator.http.calls import Call, CallLog, loggable
from eks_pod_identity_emulator.http.event_identity import caller_identity, web_identity
from eks_pod_identity_emulator.http.faults import Faults
from eks_pod_identity_emulator.http.models import (
    guess_operation,
    guess_protocol,
    wire_protocol,
)
from eks_pod_identity_emulator.http.presigned import (
    check_presigned,
    header_signed,
    signed_by_version_2,
    signing_context,
)
from eks_pod_identity_emulator.http.reads import is_write
from eks_pod_identity_emulator.http.refusals import encode_error
from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.http.request_context import request_context
from eks_pod_identity_emulator.http.response import Response, new_request_id
from eks_pod_identity_emulator.http.signature import SigningScope, read_scope
from eks_pod_identity_emulator.sessions import Signer

_GLOBAL_REGION = "us-east-1"
# STS's calls that exchange a foreign token for credentials; nobody could sign them.
_WEB_IDENTITY = "AssumeRoleWithWebIdentity"
_UNSIGNED = frozenset({"AssumeRoleWithSAML", _WEB_IDENTITY})
_PRESIGNED = "s3"
_ERROR_CODE = re.compile(rb'<Code>([^<]+)</Code>|"__type"\s*:\s*"(?:[^"#]*#)?([^"]+)"')
_FIRST_ERROR_STATUS = 400


class Service(Protocol):
    """A service behind the front door."""

    async def answer(self, call: ApiCall, request: Request, caller: Caller) -> Response:
        """Answer one call.

        Raises:
            ApiError: The call is refused.
        """
        ...


class Signers(Protocol):
    """Knows whose access key a key is."""

    def identify(self, scope: SigningScope) -> Signer:
        """Return who signed, or raise ApiError for credentials that are not valid."""
        ...


class Authorization(Protocol):
    """Decides on calls."""

    def pass_on(self, call: ApiCall, request: Request, caller: Caller) -> str:
        """Return the account that a call acts in, or raise ApiError if it is not allowed."""
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """Who calls, and whether they may."""

    signers: Signers
    gate: Authorization


class Gateway:
    """Answers every AWS request, and takes each down in the call log."""

    def __init__(
        self,
        services: Mapping[str, Service],
        access: Access,
        faults: Faults,
        log: CallLog,
        clock: Clock,
    ) -> None:
        self._services = services
        self._access = access
        self._faults = faults
        self._log = log
        self._clock = clock

    async def answer(self, request: Request) -> Response:
        """Return the answer to one request; a refusal is an answer, too."""
        scope = read_scope(request) or _unsigned_scope(request)
        if scope is None:
            return _refused_unsigned(request)
        caller = Caller("", scope.region, partition_of(scope.region))
        call = ApiCall(scope.service, guess_operation(request), None)
        try:
            caller = self._identified(caller, scope, request)
            service = self._service(scope.service)
            call = read_call(scope.service, request)
            self._faults.strike(scope.service)
            if caller.identity is not None:
                account = self._access.gate.pass_on(call, request, caller)
                request = request.signed_by(account, scope.access_key)
            if scope.service == _PRESIGNED:
                request = header_signed(request)
            response = await service.answer(call, request, caller)
            code = _error_code(response)
        except ApiError as error:
            protocol = self._protocol(scope.service, request)
            response, code = encode_error(protocol, error, new_request_id()), error.code
        self._take_down(call, caller, request, (response.status, code))
        return response

    def _identified(self, caller: Caller, scope: SigningScope, request: Request) -> Caller:
        now = self._clock.now()
        context = request_context(request, caller.region, now)
        if scope.service == _PRESIGNED:
            check_presigned(request, now)
            context = {**context, **signing_context(request, now)}
        signer = self._access.signers.identify(scope)
        return replace(
            caller,
            account=signer.account,
            identity=signer.identity,
            context=context,
        )

    def _service(self, name: str) -> Service:
        service = self._services.get(name)
        if service is None:
            raise ApiError(
                "UnrecognizedServiceException",
                f"The emulator carries no service that requests are signed for as {name!r}.",
                status=501,
            )
        return service

    def _protocol(self, service: str, request: Request) -> str:
        return wire_protocol(service) if service in self._services else guess_protocol(request)

    def _take_down(
        self, call: ApiCall, caller: Caller, request: Request, outcome: tuple[int, str | None]
    ) -> None:
        shape = call.model.input_shape if call.model else None
        account, region, identity = caller.account, caller.region, caller_identity(caller)
        if call.operation == _WEB_IDENTITY:
            account, region, identity = web_identity(call)
        self._log.add(
            Call(
                time=self._clock.now(),
                account=account,
                region=region,
                service=call.service,
                operation=call.operation,
                write=is_write(call.operation),
                status=outcome[0],
                error=outcome[1],
                parameters=loggable(shape, call.params),
                identity=identity,
                user_agent=request.headers.get("user-agent", ""),
            )
        )


def _unsigned_scope(request: Request) -> SigningScope | None:
    unsigned = request.form.get("Action") in _UNSIGNED
    return SigningScope("", _GLOBAL_REGION, "sts") if unsigned else None


def _refused_unsigned(request: Request) -> Response:
    if {"AWSAccessKeyId", "Signature"} <= request.query.keys():
        return encode_error("rest-xml", signed_by_version_2(), new_request_id())
    error = ApiError(
        "MissingAuthenticationTokenException", "Request is missing Authentication Token", status=403
    )
    return encode_error(guess_protocol(request), error, new_request_id())


def _error_code(response: Response) -> str | None:
    if response.status < _FIRST_ERROR_STATUS:
        return None
    found = _ERROR_CODE.search(response.body)
    return (found.group(1) or found.group(2)).decode("latin-1") if found else str(response.status)
