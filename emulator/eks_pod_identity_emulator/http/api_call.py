"""Which operation a request calls, with which parameters, whatever its service's protocol."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.model import OperationModel, ServiceModel, StructureShape

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.http.models import service_model, wire_protocol
from eks_pod_identity_emulator.http.query import decode_query
from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.http.rest import decode_json, decode_rest
from eks_pod_identity_emulator.http.routes import find_route


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A request understood.

    Attributes:
        service: The service's signing name.
        operation: The operation's name; what the client wrote where the model has none.
        model: The operation's model, None if the service has no such operation.
        params: Parameters by the model's member names.
    """

    service: str
    operation: str
    model: OperationModel | None
    params: Mapping[str, Any] = field(default_factory=dict)


def read_call(service: str, request: Request) -> ApiCall:
    """Return the call that a request makes.

    Raises:
        ApiError: The body cannot be read.
    """
    name = _model_name(service, request)
    model = service_model(name)
    protocol = wire_protocol(name)
    if protocol.startswith("rest-"):
        return _rest_call(service, name, request)
    if protocol == "json":
        return _json_call(service, model, request)
    return _query_call(service, model, protocol, request)


def _model_name(service: str, request: Request) -> str:
    """S3 Control is signed for as s3, under a path of its own."""
    control = service == "s3" and request.raw_path.startswith("/v20180820/")
    return "s3control" if control else service


def _rest_call(service: str, model_name: str, request: Request) -> ApiCall:
    found = find_route(model_name, request)
    if found is None:
        return ApiCall(service, f"{request.method} {request.path}", None)
    route, labels = found
    operation = route.operation
    return ApiCall(service, operation.name, operation, decode_rest(operation, labels, request))


def _json_call(service: str, model: ServiceModel, request: Request) -> ApiCall:
    name = request.headers.get("x-amz-target", "").rpartition(".")[2]
    operation = _operation(model, name)
    shape = operation.input_shape if operation else None
    params = decode_json(shape, request.body) if isinstance(shape, StructureShape) else {}
    return ApiCall(service, name, operation, params)


def _query_call(service: str, model: ServiceModel, protocol: str, request: Request) -> ApiCall:
    name = request.form.get("Action", "")
    operation = _operation(model, name)
    shape = operation.input_shape if operation else None
    params = {}
    if isinstance(shape, StructureShape):
        params = decode_query(shape, request.form, protocol)
    return ApiCall(service, name, operation, params)


def _operation(model: ServiceModel, name: str) -> OperationModel | None:
    return model.operation_model(name) if name in model.operation_names else None


def require_operation(call: ApiCall) -> OperationModel:
    """Return the call's operation.

    Raises:
        ApiError: The service has none of that name.
    """
    if call.model is None:
        raise ApiError(
            "UnknownOperationException",
            f"{call.service} has no operation {call.operation!r}.",
            status=404,
        )
    return call.model
