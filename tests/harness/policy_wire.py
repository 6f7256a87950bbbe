"""The policy pack as the engine meets it: requests of the analyzer protocol, answered in process.

Uses the servicer that the pack's gRPC server runs, which rests on the SDK's, so that proxies,
sentinels, floats and secrets are the real ones.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _PolicyAnalyzerServicer

from eks_pod_identity_policies.catalog import RULES
from eks_pod_identity_policies.rule import Rule
from eks_pod_identity_policies.sdk import NAME, policies
from eks_pod_identity_policies.serving import Analyzer

LEVELS = {
    "advisory": protocol.ADVISORY,
    "mandatory": protocol.MANDATORY,
    "remediate": protocol.REMEDIATE,
    "disabled": protocol.DISABLED,
}


def our_server(rules: Sequence[Rule]) -> Any:  # noqa: ANN401 - the SDK has no types
    """The server that the pack runs."""
    return Analyzer(NAME, policies(rules), rules)


def sdk_server(rules: Sequence[Rule]) -> Any:  # noqa: ANN401 - the SDK has no types
    """The SDK's own, which asks every policy about everything."""
    return _PolicyAnalyzerServicer(NAME, "0.0.1", policies(rules), EnforcementLevel.ADVISORY)


class Pack:
    """A pack that was started and configured."""

    def __init__(
        self,
        config: Mapping[str, Mapping[str, Any]] | None = None,
        rules: Sequence[Rule] = RULES,
        server: Callable[[Sequence[Rule]], Any] = our_server,
        *,
        dry_run: bool = True,
    ) -> None:
        self._servicer = server(rules)
        self._servicer.ConfigureStack(protocol.AnalyzerStackConfigureRequest(dry_run=dry_run), None)
        levels = {rule.id: rule.level.value for rule in rules}
        request = protocol.ConfigureAnalyzerRequest()
        for rule, values in (config or {}).items():
            rest = dict(values)
            level = rest.pop("enforcementLevel", levels[rule])
            request.policyConfig[rule].enforcementLevel = LEVELS[level]
            request.policyConfig[rule].properties.update(rest)
        self._servicer.Configure(request, None)

    def info(self) -> protocol.AnalyzerInfo:
        """What the pack tells of itself."""
        info: protocol.AnalyzerInfo = self._servicer.GetAnalyzerInfo(None, None)
        return info

    def analyze(self, resource: Mapping[str, Any]) -> list[protocol.AnalyzeDiagnostic]:
        """The violations of one resource."""
        return list(self._servicer.Analyze(_analyze_request(resource), None).diagnostics)

    def remediate(self, resource: Mapping[str, Any]) -> dict[str, Any]:
        """The properties of one resource after all remediations, as the engine would go on."""
        properties: Mapping[str, Any] = resource["props"]
        for each in self.remediations(resource):
            assert not each.diagnostic, each.diagnostic
            properties = json_format.MessageToDict(each.properties)
        return dict(properties)

    def remediations(self, resource: Mapping[str, Any]) -> list[protocol.Remediation]:
        """The remediations of one resource, one after the other."""
        return list(self._servicer.Remediate(_analyze_request(resource), None).remediations)

    def analyze_stack(
        self, resources: Iterable[Mapping[str, Any]]
    ) -> list[protocol.AnalyzeDiagnostic]:
        """The violations of a whole stack."""
        found = [_stack_resource(each) for each in resources]
        request = protocol.AnalyzeStackRequest(resources=found)
        return list(self._servicer.AnalyzeStack(request, None).diagnostics)


def urn(resource: Mapping[str, Any]) -> str:
    """The URN of a resource, by its type and name."""
    return f"urn:pulumi:dev::shop::{resource['type']}::{_name(resource)}"


def _name(resource: Mapping[str, Any]) -> str:
    return str(resource.get("name", "it"))


def _analyze_request(resource: Mapping[str, Any]) -> protocol.AnalyzeRequest:
    request = protocol.AnalyzeRequest(
        type=resource["type"],
        properties=_struct(resource["props"]),
        urn=urn(resource),
        name=_name(resource),
        options=protocol.AnalyzerResourceOptions(ignoreChanges=resource.get("ignoreChanges", [])),
    )
    if "provider" in resource:
        request.provider.type = "pulumi:providers:aws"
        request.provider.properties.CopyFrom(_struct(resource["provider"]))
    return request


def _stack_resource(resource: Mapping[str, Any]) -> protocol.AnalyzerResource:
    made_from = {
        prop: protocol.AnalyzerPropertyDependencies(urns=list(urns))
        for prop, urns in resource.get("madeFrom", {}).items()
    }
    return protocol.AnalyzerResource(
        type=resource["type"],
        properties=_struct(resource["props"]),
        urn=urn(resource),
        name=_name(resource),
        options=protocol.AnalyzerResourceOptions(ignoreChanges=resource.get("ignoreChanges", [])),
        propertyDependencies=made_from,
    )


def _struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(dict(values))
    return struct
