"""The pack's server: the SDK's own, asked about what rules look at, and proof against the rest.

In: policies. Out: answers to the engine. Before any rule runs the SDK raises over numbers that are
not finite, over very deep properties and over damaged marks of secrets, and an exception ends the
whole deployment. It also makes a copy of all properties for every policy, whatever the type of the
resource; so there is one of its servers for each set of policies that judge a type, and a stack is
reduced to what its rules join. Its class is private, and the only way to what stands before the
rules.
"""

import math
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi.runtime.proto import analyzer_pb2_grpc
from pulumi_policy import EnforcementLevel, Policy
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY
from pulumi_policy.policy import _PolicyAnalyzerServicer

from eks_pod_identity_policies.configuration import misspelt
from eks_pod_identity_policies.rule import ResourceRule, Rule
from eks_pod_identity_policies.stack.view import JOINED_TYPES
from eks_pod_identity_policies.written import make_known

_VERSION = "0.0.1"  # as in the SDK: the engine takes that of PulumiPolicy.yaml
_LARGEST = 400 << 20  # bytes of a request, as in the SDK
_THREADS = 4  # as in the SDK
_MAX_DEPTH = 40  # as in `plain`
_UNREADABLE = (ValueError, RecursionError, AssertionError)


class Analyzer(_PolicyAnalyzerServicer):
    """The SDK's answers, and ours where it has none."""

    def __init__(self, name: str, policies: list[Policy], rules: Iterable[Rule]) -> None:
        """Prepare to answer.

        Args:
            name: The name of the pack.
            policies: What is asked.
            rules: What the policies are made of, in the same order.
        """
        super().__init__(name, _VERSION, policies, EnforcementLevel.ADVISORY)
        self._rules = tuple(rules)
        self._sdk: Any = super()  # without types
        self._is_preview = True  # until the engine says that it is none
        self._servers = _servers_by_type(name, tuple(zip(self._rules, policies, strict=True)))

    def Configure(  # noqa: N802 - the protocol's name, as those below
        self, request: protocol.ConfigureAnalyzerRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Take levels and properties, unless some of them are nobody's."""
        given = {name: list(each.properties) for name, each in request.policyConfig.items()}
        if found := tuple(misspelt(given, self._rules)):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "\n".join(("not understood", *found)))
        for server in {id(each): each for each in self._servers.values()}.values():
            server.Configure(request, context)
        taken: empty_pb2.Empty = self._sdk.Configure(request, context)
        return taken

    def ConfigureStack(  # noqa: N802
        self, request: protocol.AnalyzerStackConfigureRequest, context: grpc.ServicerContext
    ) -> protocol.AnalyzerStackConfigureResponse:
        """Take what the run is about."""
        self._is_preview = request.dry_run
        taken: protocol.AnalyzerStackConfigureResponse = self._sdk.ConfigureStack(request, context)
        return taken

    def Remediate(  # noqa: N802
        self, request: protocol.AnalyzeRequest, context: grpc.ServicerContext
    ) -> protocol.RemediateResponse:
        """Put right what can be; what the SDK cannot read stays as it is."""
        server = self._servers.get(request.type)
        if server is None:
            return protocol.RemediateResponse()
        try:
            answer: protocol.RemediateResponse = server.Remediate(request, context)
        except _UNREADABLE:
            return protocol.RemediateResponse()
        return answer

    def Analyze(  # noqa: N802
        self, request: protocol.AnalyzeRequest, context: grpc.ServicerContext
    ) -> protocol.AnalyzeResponse:
        """Judge a resource."""
        server = self._servers.get(request.type)
        if server is None:
            return protocol.AnalyzeResponse()
        if not self._is_preview:
            make_known(request.properties)
        try:
            answer: protocol.AnalyzeResponse = server.Analyze(request, context)
        except _UNREADABLE:
            _make_readable(request)
            answer = server.Analyze(request, context)
        return answer

    def AnalyzeStack(  # noqa: N802
        self, request: protocol.AnalyzeStackRequest, context: grpc.ServicerContext
    ) -> protocol.AnalyzeResponse:
        """Judge a stack."""
        joined = _joined(request)
        for resource in () if self._is_preview else joined.resources:
            make_known(resource.properties)
        try:
            answer: protocol.AnalyzeResponse = self._sdk.AnalyzeStack(joined, context)
        except _UNREADABLE:
            for resource in joined.resources:
                _make_readable(resource)
            answer = self._sdk.AnalyzeStack(joined, context)
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


def _servers_by_type(name: str, judging: tuple[tuple[Rule, Policy], ...]) -> Mapping[str, Any]:
    """Return the SDK's server for each type that some rule judges, with its policies alone."""
    policies: dict[str, list[Policy]] = {}
    for rule, policy in judging:
        for each in rule.types if isinstance(rule, ResourceRule) else ():
            policies.setdefault(each, []).append(policy)
    shared: dict[tuple[str, ...], Any] = {}
    for chosen in policies.values():
        server = _PolicyAnalyzerServicer(name, _VERSION, chosen, EnforcementLevel.ADVISORY)
        shared.setdefault(_names(chosen), server)
    return {each: shared[_names(chosen)] for each, chosen in policies.items()}


def _names(policies: Iterable[Policy]) -> tuple[str, ...]:
    return tuple(policy.name for policy in policies)


def _joined(request: protocol.AnalyzeStackRequest) -> protocol.AnalyzeStackRequest:
    """Return the resources that rules join, and of those that they were made from the URNs."""
    joined = [each for each in request.resources if each.type in JOINED_TYPES]
    made_from = {
        urn for each in joined for urns in each.propertyDependencies.values() for urn in urns.urns
    }
    others = (
        protocol.AnalyzerResource(type=each.type, urn=each.urn, name=each.name)
        for each in request.resources
        if each.urn in made_from and each.type not in JOINED_TYPES
    )
    return protocol.AnalyzeStackRequest(resources=(*joined, *others))


def _make_readable(resource: protocol.AnalyzeRequest | protocol.AnalyzerResource) -> None:
    """Put texts in the place of numbers that JSON has not, and nothing where no rule looks.

    Nothing, too, in the place of objects that are marked as Pulumi's own and are none.
    """
    for properties in (resource.properties, resource.provider.properties):
        properties.fields.pop(SPECIAL_SIG_KEY, None)
        for value in properties.fields.values():
            _settle(value, 1)


def _settle(value: struct_pb2.Value, depth: int) -> None:
    kind = value.WhichOneof("kind")
    if kind == "number_value" and not math.isfinite(value.number_value):
        value.string_value = str(value.number_value)
    elif kind in {"struct_value", "list_value"} and (depth > _MAX_DEPTH or _is_mismarked(value)):
        value.null_value = struct_pb2.NULL_VALUE
    elif kind == "struct_value":
        for member in value.struct_value.fields.values():
            _settle(member, depth + 1)
    elif kind == "list_value":
        for member in value.list_value.values:
            _settle(member, depth + 1)


def _is_mismarked(value: struct_pb2.Value) -> bool:
    """Tell whether an object has the mark of a secret, an asset or the like, and is no secret."""
    fields = value.struct_value.fields
    if SPECIAL_SIG_KEY not in fields:
        return False
    return fields[SPECIAL_SIG_KEY].string_value != SPECIAL_SECRET_SIG or "value" not in fields
