"""The pack's server: the SDK's own, but it reads once for all rules what it is asked about.

In: policies. Out: answers to the engine. The SDK makes new copies of all properties for every
policy, whatever the type of the resource, which takes most of the time; and before any policy runs
it raises over numbers that are not finite, over very deep properties and over damaged marks of
secrets, and an exception ends the whole deployment. Its class is private, and the only way to what
stands before the policies.
"""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any, NamedTuple

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi.runtime.proto import analyzer_pb2_grpc
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ResourceValidationPolicy,
    StackValidationPolicy,
)
from pulumi_policy.policy import _PolicyAnalyzerServicer

from eks_pod_identity_policies.configuration import misspelt
from eks_pod_identity_policies.reading import guarded, resource_of, stack_of
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rule import Config, Level, ResourceRule, Rule, Severity, StackRule
from eks_pod_identity_policies.stack.view import JOINED_TYPES, Stack
from eks_pod_identity_policies.wire import make_known, make_readable

_VERSION = "0.0.1"  # as in the SDK: the engine takes that of PulumiPolicy.yaml
_LARGEST = 400 << 20  # bytes of a request, as in the SDK
_THREADS = 4  # as in the SDK
_UNREADABLE = (ValueError, RecursionError, AssertionError)
_LEVELS = {Level.ADVISORY: protocol.ADVISORY, Level.MANDATORY: protocol.MANDATORY}
_SEVERITIES = {
    Severity.LOW: protocol.POLICY_SEVERITY_LOW,
    Severity.MEDIUM: protocol.POLICY_SEVERITY_MEDIUM,
    Severity.HIGH: protocol.POLICY_SEVERITY_HIGH,
    Severity.CRITICAL: protocol.POLICY_SEVERITY_CRITICAL,
}


class _Setting(NamedTuple):
    """What the user configured for a rule."""

    level: protocol.EnforcementLevel.ValueType
    properties: Mapping[str, Any]


class Analyzer(_PolicyAnalyzerServicer):
    """The SDK's answers, and ours where rules judge."""

    def __init__(self, name: str, policies: list[Policy], rules: Iterable[Rule]) -> None:
        """Prepare to answer.

        Args:
            name: The name of the pack.
            policies: What the SDK tells of the rules, and how they remediate.
            rules: The rules.
        """
        super().__init__(name, _VERSION, policies, EnforcementLevel.ADVISORY)
        self._sdk: Any = super()  # without types
        self._name = name
        self._rules = tuple(rules)
        self._judging = _rules_by_type(self._rules)
        self._settings: dict[str, _Setting] = {}
        self._is_preview = True  # until the engine says that it is none

    def Configure(  # noqa: N802 - the protocol's name, as those below
        self, request: protocol.ConfigureAnalyzerRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Take levels and properties, unless some of them are nobody's."""
        given = {name: list(each.properties) for name, each in request.policyConfig.items()}
        if found := tuple(misspelt(given, self._rules)):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "\n".join(("not understood", *found)))
        self._settings = {
            name: _Setting(each.enforcementLevel, json_format.MessageToDict(each.properties))
            for name, each in request.policyConfig.items()
        }
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
        if request.type not in self._judging:
            return protocol.RemediateResponse()
        try:
            answer: protocol.RemediateResponse = self._sdk.Remediate(request, context)
        except _UNREADABLE:
            return protocol.RemediateResponse()
        return answer

    def Analyze(  # noqa: N802
        self, request: protocol.AnalyzeRequest, _: grpc.ServicerContext
    ) -> protocol.AnalyzeResponse:
        """Judge a resource."""
        rules = self._judging.get(request.type)
        if not rules:
            return protocol.AnalyzeResponse()
        if not self._is_preview:
            make_known(request.properties)
        try:
            resource = _read_resource(request)
        except _UNREADABLE:
            make_readable(request)
            resource = _read_resource(request)
        found = (self._diagnostics(rule, resource) for rule in rules)
        return protocol.AnalyzeResponse(diagnostics=chain.from_iterable(found))

    def AnalyzeStack(  # noqa: N802
        self, request: protocol.AnalyzeStackRequest, _: grpc.ServicerContext
    ) -> protocol.AnalyzeResponse:
        """Judge a stack."""
        joined = _joined(request)
        for resource in () if self._is_preview else joined.resources:
            make_known(resource.properties)
        try:
            stack = _read_stack(joined)
        except _UNREADABLE:
            for resource in joined.resources:
                make_readable(resource)
            stack = _read_stack(joined)
        rules = (rule for rule in self._rules if isinstance(rule, StackRule))
        found = (self._diagnostics(rule, stack) for rule in rules)
        return protocol.AnalyzeResponse(diagnostics=chain.from_iterable(found))

    def _diagnostics(
        self,
        rule: ResourceRule | StackRule,
        judged: Any,  # noqa: ANN401 - what such a rule judges
    ) -> Iterator[protocol.AnalyzeDiagnostic]:
        setting = self._settings.get(rule.id) or _Setting(_LEVELS[rule.level], {})
        if setting.level == protocol.DISABLED:
            return
        for finding in guarded(lambda: rule.judge(judged, Config(rule, setting.properties))):
            yield protocol.AnalyzeDiagnostic(
                policyName=rule.id,
                policyPackName=self._name,
                policyPackVersion=_VERSION,
                message=f"{rule.title}\n{finding}",
                urn=finding.urn if isinstance(rule, StackRule) else "",
                description=rule.title,
                # What a remedy could not put right, or a stack rule, cannot be let pass.
                enforcementLevel=protocol.MANDATORY
                if setting.level == protocol.REMEDIATE
                else setting.level,
                severity=_SEVERITIES[rule.severity],
            )


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


def _rules_by_type(rules: Iterable[Rule]) -> Mapping[str, tuple[ResourceRule, ...]]:
    judging = [rule for rule in rules if isinstance(rule, ResourceRule)]
    types = frozenset().union(*(rule.types for rule in judging))
    return {each: tuple(rule for rule in judging if each in rule.types) for each in types}


def _read_resource(request: protocol.AnalyzeRequest) -> Resource:
    read: list[Resource] = []
    reader = ResourceValidationPolicy(
        "reader", "Reads.", lambda args, _: read.append(resource_of(args))
    )
    _sdk_server(reader).Analyze(request, None)
    return read[0]


def _read_stack(request: protocol.AnalyzeStackRequest) -> Stack:
    read: list[Stack] = []
    reader = StackValidationPolicy("reader", "Reads.", lambda args, _: read.append(stack_of(args)))
    _sdk_server(reader).AnalyzeStack(request, None)
    return read[0]


def _sdk_server(policy: Policy) -> Any:  # noqa: ANN401 - it has no types
    return _PolicyAnalyzerServicer("reader", _VERSION, [policy], EnforcementLevel.ADVISORY)


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
