"""The pack's server: the SDK's own, but it outlives what it cannot read, and tells misspellings.

In: policies. Out: answers to the engine. Before any rule runs the SDK raises over numbers that are
not finite and over very deep properties; an exception ends the whole deployment, and the resource
may be anybody's. Its class is private, and the only way to what stands before the rules.
"""

import math
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi.runtime.proto import analyzer_pb2_grpc
from pulumi_policy import EnforcementLevel, Policy
from pulumi_policy.policy import _PolicyAnalyzerServicer

from eks_pod_identity_policies.configuration import misspelt
from eks_pod_identity_policies.rule import Rule

_VERSION = "0.0.1"  # as in the SDK: the engine takes that of PulumiPolicy.yaml
_LARGEST = 400 << 20  # bytes of a request, as in the SDK
_THREADS = 4  # as in the SDK
_MAX_DEPTH = 40  # as in `plain`
_UNREADABLE = (ValueError, RecursionError)


class Analyzer(_PolicyAnalyzerServicer):
    """The SDK's answers, and ours where it has none."""

    def __init__(self, name: str, policies: list[Policy], rules: Iterable[Rule]) -> None:
        """Prepare to answer.

        Args:
            name: The name of the pack.
            policies: What is asked.
            rules: What the policies are made of.
        """
        super().__init__(name, _VERSION, policies, EnforcementLevel.ADVISORY)
        self._rules = tuple(rules)
        self._sdk: Any = super()  # without types

    def Configure(  # noqa: N802 - the protocol's name, as those below
        self, request: protocol.ConfigureAnalyzerRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Take levels and properties, unless some of them are nobody's."""
        given = {name: list(each.properties) for name, each in request.policyConfig.items()}
        if found := tuple(misspelt(given, self._rules)):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "\n".join(("not understood", *found)))
        taken: empty_pb2.Empty = self._sdk.Configure(request, context)
        return taken

    def Remediate(  # noqa: N802
        self, request: protocol.AnalyzeRequest, context: grpc.ServicerContext
    ) -> protocol.RemediateResponse:
        """Put right what can be; what the SDK cannot read stays as it is."""
        try:
            answer: protocol.RemediateResponse = self._sdk.Remediate(request, context)
        except _UNREADABLE:
            return protocol.RemediateResponse()
        return answer

    def Analyze(  # noqa: N802
        self, request: protocol.AnalyzeRequest, context: grpc.ServicerContext
    ) -> protocol.AnalyzeResponse:
        """Judge a resource."""
        try:
            answer: protocol.AnalyzeResponse = self._sdk.Analyze(request, context)
        except _UNREADABLE:
            _make_readable(request)
            answer = self._sdk.Analyze(request, context)
        return answer

    def AnalyzeStack(  # noqa: N802
        self, request: protocol.AnalyzeStackRequest, context: grpc.ServicerContext
    ) -> protocol.AnalyzeResponse:
        """Judge a stack."""
        try:
            answer: protocol.AnalyzeResponse = self._sdk.AnalyzeStack(request, context)
        except _UNREADABLE:
            for resource in request.resources:
                _make_readable(resource)
            answer = self._sdk.AnalyzeStack(request, context)
        return answer


def serve(analyzer: Analyzer) -> None:
    """Answer the engine, which reads the port from the first line of output; does not return."""
    options = [("grpc.max_receive_message_length", _LARGEST)]
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=options)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(analyzer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - the protocol
    try:
        server.wait_for_termination()
    except KeyboardInterrupt:
        server.stop(0)


def _make_readable(resource: protocol.AnalyzeRequest | protocol.AnalyzerResource) -> None:
    """Put texts in the place of numbers that JSON has not, and nothing where no rule looks."""
    for properties in (resource.properties, resource.provider.properties):
        for value in properties.fields.values():
            _settle(value, 1)


def _settle(value: struct_pb2.Value, depth: int) -> None:
    kind = value.WhichOneof("kind")
    if kind == "number_value" and not math.isfinite(value.number_value):
        value.string_value = str(value.number_value)
    elif kind in {"struct_value", "list_value"} and depth > _MAX_DEPTH:
        value.null_value = struct_pb2.NULL_VALUE
    elif kind == "struct_value":
        for member in value.struct_value.fields.values():
            _settle(member, depth + 1)
    elif kind == "list_value":
        for member in value.list_value.values:
            _settle(member, depth + 1)
