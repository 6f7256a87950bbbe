"""The two kinds of service behind the front door: our own, and those that MiniStack carries."""

from collections.abc import Mapping
from typing import Any, Protocol

from botocore.model import OperationModel, StructureShape

from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.http.api_call import ApiCall, require_operation
from eks_pod_identity_emulator.http.constraints import (
    check_types,
    iam_sentence,
    validation_message,
    violations,
)
from eks_pod_identity_emulator.http.encode import encode_json, encode_query
from eks_pod_identity_emulator.http.gateway import Service
from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.http.response import Response, new_request_id
from eks_pod_identity_emulator.ministack import MiniStack


class Operations(Protocol):
    """A service of ours: names and parameters in, answers out, no HTTP."""

    @property
    def operations(self) -> frozenset[str]:
        """Names of the operations that `call` answers."""
        ...

    def call(self, operation: str, params: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """Answer one call, or raise ApiError."""
        ...


class CarriedService:
    """A service that MiniStack answers."""

    def __init__(self, ministack: MiniStack) -> None:
        self._ministack = ministack

    async def answer(self, call: ApiCall, request: Request, _caller: Caller) -> Response:
        """Pass the request on as it came.

        Raises:
            ApiError: The path is one of MiniStack's own pages, which nobody here needs; or the
                request is signed for one service and made for another, whose policies nobody asked.
        """
        if self._ministack.service_of(request) != call.service:
            message = f"The request is signed for {call.service} and made for another service."
            raise ApiError("UnknownOperationException", message, status=404)
        if request.raw_path.startswith("/_"):
            message = f"{request.method} {request.path} is no operation."
            raise ApiError("UnknownOperationException", message, status=404)
        return await self._ministack.answer(request)


class ModelledService:
    """A service that MiniStack answers, asked only what AWS's model of it lets through."""

    def __init__(self, carried: Service) -> None:
        self._carried = carried

    async def answer(self, call: ApiCall, request: Request, caller: Caller) -> Response:
        """Check the call against its model, and pass the request on.

        Raises:
            ApiError: The call does not fit its model.
        """
        check_call(require_operation(call), call.params)
        return await self._carried.answer(call, request, caller)


class OwnService:
    """Operations of ours behind AWS's protocol; others go to another service, if there is one."""

    def __init__(self, operations: Operations, otherwise: Service | None = None) -> None:
        self._operations = operations
        self._otherwise = otherwise

    async def answer(self, call: ApiCall, request: Request, caller: Caller) -> Response:
        """Check the call against its model, let the operation answer, and encode what it says.

        Raises:
            ApiError: The call does not fit its model, is refused, or is not emulated.
        """
        operation = require_operation(call)
        check_call(operation, call.params)
        if call.operation in self._operations.operations:
            answer = self._operations.call(call.operation, call.params, caller)
            return _encode(operation, answer)
        if self._otherwise is None:
            raise _not_emulated(call)
        return await self._otherwise.answer(call, request, caller)


def check_call(operation: OperationModel, params: Mapping[str, Any]) -> None:
    """Refuse parameters that break the operation's model.

    Raises:
        ApiError: In the words and with the code that AWS's front ends use for it.
    """
    shape = operation.input_shape
    if not isinstance(shape, StructureShape):
        return
    check_types(shape, params)
    found = violations(shape, params)
    if found:
        message = iam_sentence(found[0]) if operation.service_model.service_name == "iam" else None
        raise ApiError(_violation_code(operation), message or validation_message(found))


def _violation_code(operation: OperationModel) -> str:
    """EKS answers with the exceptions of its model; the query services have one for all."""
    modelled = {shape.name for shape in operation.error_shapes}
    own = ("InvalidParameterException", "BadRequestException")
    if operation.service_model.service_name in ("eks", "eks-auth"):
        return next((code for code in own if code in modelled), "ValidationException")
    return "ValidationError"


def _not_emulated(call: ApiCall) -> ApiError:
    return ApiError(
        "NotImplemented",
        f"The emulator does not answer {call.operation} of {call.service}.",
        status=501,
    )


def _encode(operation: OperationModel, answer: Mapping[str, Any]) -> Response:
    if operation.service_model.metadata["protocol"] == "query":
        return encode_query(operation, answer, new_request_id())
    return encode_json(operation, answer, new_request_id())
