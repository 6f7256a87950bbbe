"""Finds the operation of a REST request: method, path and query string against the model."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qsl, unquote

from botocore.model import OperationModel

from eks_pod_identity_emulator.http.models import service_model
from eks_pod_identity_emulator.http.request import Request

_LABEL = re.compile(r"\{(\w+)(\+?)\}")
# Answered by an endpoint of its own on AWS, but modelled with the route of ListBuckets.
_ELSEWHERE = frozenset({"ListDirectoryBuckets", "WriteGetObjectResponse"})


@dataclass(frozen=True, slots=True)
class Route:
    """One operation's address.

    Attributes:
        operation: The operation that lives there.
        pattern: Matches an undecoded path; one group per label.
        query: Query parameters the route must have, such as `list-type=2`; "" allows any value.
        required: Names of query parameters and headers that the model requires.
    """

    operation: OperationModel
    pattern: re.Pattern[str]
    query: Mapping[str, str]
    required: frozenset[tuple[str, str]]

    def matches(self, request: Request) -> Mapping[str, str] | None:
        """Return the path's labels, decoded, if the request is for this operation."""
        found = self.pattern.fullmatch(request.raw_path)
        if found is None or not self._query_fits(request) or not self._has_required(request):
            return None
        return {name: unquote(value) for name, value in found.groupdict().items()}

    def _query_fits(self, request: Request) -> bool:
        return all(
            name in request.query and wanted in ("", request.query[name][0])
            for name, wanted in self.query.items()
        )

    def _has_required(self, request: Request) -> bool:
        places = {"querystring": request.query, "header": request.headers}
        return all(name in places[place] for place, name in self.required)

    @property
    def rank(self) -> tuple[int, int, int]:
        """How precise the route is: the more it asks for, the sooner it is tried."""
        return (len(self.query), len(self.required), len(self.pattern.pattern))


def find_route(signing_name: str, request: Request) -> tuple[Route, Mapping[str, str]] | None:
    """Return the route of a request with the labels of its path, or None if there is none."""
    for route in _routes(signing_name).get(request.method, ()):
        labels = route.matches(request)
        if labels is not None:
            return route, labels
    return None


@cache
def _routes(signing_name: str) -> Mapping[str, tuple[Route, ...]]:
    model = service_model(signing_name)
    by_method: dict[str, list[Route]] = {}
    for name in model.operation_names:
        operation = model.operation_model(name)
        if not operation.deprecated and name not in _ELSEWHERE:
            by_method.setdefault(operation.http["method"], []).append(_route(operation))
    return {
        method: tuple(sorted(routes, key=lambda route: route.rank, reverse=True))
        for method, routes in by_method.items()
    }


def _route(operation: OperationModel) -> Route:
    path, _, query = operation.http["requestUri"].partition("?")
    pattern, last = "", 0
    for label in _LABEL.finditer(path):
        pattern += re.escape(path[last : label.start()])
        pattern += f"(?P<{label.group(1)}>{'.+' if label.group(2) else '[^/]+'})"
        last = label.end()
    pattern += re.escape(path[last:])
    literals = dict(parse_qsl(query, keep_blank_values=True))
    return Route(operation, re.compile(f"{pattern}/?"), literals, _required_places(operation))


def _required_places(operation: OperationModel) -> frozenset[tuple[str, str]]:
    """Return what tells operations of one path apart, such as UploadPart from PutObject.

    A REST-JSON service refuses a request without a required parameter; an S3 request without it
    is another operation.
    """
    shape = operation.input_shape
    if shape is None or operation.service_model.metadata["protocol"] != "rest-xml":
        return frozenset()
    members = (shape.members[name].serialization for name in shape.required_members)
    return frozenset(
        (
            traits["location"],
            traits["name"] if traits["location"] != "header" else traits["name"].lower(),
        )
        for traits in members
        if traits.get("location") in ("querystring", "header")
    )
