"""AWS's services as botocore describes them: operations, shapes and protocols.

Reads botocore's own data files only; models in a user's home are not looked at, so that every
machine sees the same AWS.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from botocore.loaders import Loader
from botocore.model import ServiceModel

from eks_pod_identity_emulator.http.request import Request

# Signing names that differ from the name of botocore's model.
_MODEL_NAMES: Mapping[str, str] = MappingProxyType({"tagging": "resourcegroupstaggingapi"})

_LOADER = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)


@cache
def service_model(signing_name: str) -> ServiceModel:
    """Return the model of the service that requests are signed for under this name."""
    name = _MODEL_NAMES.get(signing_name, signing_name)
    return ServiceModel(_LOADER.load_service_model(name, "service-2"), service_name=name)


@cache
def wire_protocol(signing_name: str) -> str:
    """Return how a service is spoken to: query, ec2, json, rest-json or rest-xml."""
    return str(service_model(signing_name).metadata["protocol"])


def guess_protocol(request: Request) -> str:
    """Return the protocol that a request for an unknown service looks like."""
    if "x-amz-target" in request.headers:
        return "json"
    return "query" if "Action" in request.form else "rest-json"


def guess_operation(request: Request) -> str:
    """Return the operation that a request names, or its method and path."""
    target = request.headers.get("x-amz-target", "").rpartition(".")[2]
    return target or request.form.get("Action") or f"{request.method} {request.path}"
