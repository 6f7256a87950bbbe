# ruff: noqa: N802 - the methods have the names of Pulumi's protocol
"""The engine's gRPC protocol in front of a `Package`.

What goes in: protobuf requests. What comes out: protobuf answers. The decisions, which are those
of the bridged providers: secrets, outputs and resource references are not accepted, so the engine
resolves them before and marks outputs of secret arguments afterwards.
"""

import json

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from eks_pod_identity_emulator.plugins.connections import Connections, failures_told
from eks_pod_identity_emulator.plugins.messages import (
    read_ignored,
    read_proposal,
    read_subject,
    write_difference,
    write_failures,
)
from eks_pod_identity_emulator.plugins.provider import Package, Provider
from eks_pod_identity_emulator.plugins.values import from_struct, to_struct


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Answers an engine."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._connections = Connections(package.provider)

    def _provider(self, context: grpc.ServicerContext) -> Provider:
        return self._connections.of(context.peer())

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Begin a connection."""
        del request
        self._connections.open(context.peer())
        return provider_pb2.ProviderHandshakeResponse(supports_autonaming_configuration=True)

    def Attach(
        self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Begin a connection of an engine that knows no handshake."""
        del request
        self._connections.open(context.peer())
        return empty_pb2.Empty()

    def GetPluginInfo(
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        """Tell the version of the SDK package, which is the version that programs ask for."""
        del request, context
        return plugin_pb2.PluginInfo(version=self._package.version)

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """Describe the resources that this plugin has."""
        del request
        with failures_told(context):
            return provider_pb2.GetSchemaResponse(schema=json.dumps(self._package.schema()))

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Judge a provider's arguments."""
        with failures_told(context):
            checked = self._provider(context).check_config(from_struct(request.news))
            return provider_pb2.CheckResponse(
                inputs=to_struct(checked.inputs), failures=write_failures(checked.failures)
            )

    def DiffConfig(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Compare a provider's arguments; no change of them replaces what the provider made."""
        del context
        olds, news = from_struct(request.olds), from_struct(request.news)
        changed = sorted(key for key in {*olds, *news} if olds.get(key) != news.get(key))
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME
            if changed
            else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=changed,
        )

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Take a provider's arguments."""
        with failures_told(context):
            self._provider(context).configure(from_struct(request.args))
        return provider_pb2.ConfigureResponse(
            supportsPreview=True, supports_autonaming_configuration=True
        )

    def Check(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Judge a resource's arguments."""
        with failures_told(context):
            checked = self._provider(context).check(
                read_subject(request),
                from_struct(request.olds),
                from_struct(request.news),
                request.randomSeed,
                read_proposal(request),
            )
            return provider_pb2.CheckResponse(
                inputs=to_struct(checked.inputs), failures=write_failures(checked.failures)
            )

    def Diff(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Compare a resource's state with its arguments."""
        with failures_told(context):
            difference = self._provider(context).diff(
                read_subject(request),
                from_struct(request.olds),
                from_struct(request.news),
                read_ignored(request.ignoreChanges),
            )
            return write_difference(difference)

    def Create(
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        """Make a resource."""
        with failures_told(context):
            live = self._provider(context).create(
                read_subject(request), from_struct(request.properties), preview=request.preview
            )
            return provider_pb2.CreateResponse(id=live.id, properties=to_struct(live.state))

    def Read(
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        """Observe a resource; an empty id says that it is gone."""
        with failures_told(context):
            live = self._provider(context).read(
                read_subject(request), from_struct(request.properties), from_struct(request.inputs)
            )
            if live is None:
                return provider_pb2.ReadResponse()
            return provider_pb2.ReadResponse(
                id=live.id, properties=to_struct(live.state), inputs=to_struct(live.inputs)
            )

    def Update(
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        """Change a resource."""
        with failures_told(context):
            state = self._provider(context).update(
                read_subject(request),
                from_struct(request.olds),
                from_struct(request.news),
                read_ignored(request.ignoreChanges),
                preview=request.preview,
            )
            return provider_pb2.UpdateResponse(properties=to_struct(state))

    def Delete(
        self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Remove a resource."""
        with failures_told(context):
            self._provider(context).delete(read_subject(request), from_struct(request.properties))
        return empty_pb2.Empty()

    def Invoke(
        self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        """Answer a function."""
        with failures_told(context):
            answer = self._provider(context).invoke(request.tok, from_struct(request.args))
            if isinstance(answer, tuple):
                return provider_pb2.InvokeResponse(failures=write_failures(answer))
            response = provider_pb2.InvokeResponse()
            getattr(response, "return").CopyFrom(to_struct(answer))
            return response

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """End all waiting of this connection."""
        del request
        self._provider(context).cancel()
        return empty_pb2.Empty()

    def GetMapping(
        self, request: provider_pb2.GetMappingRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetMappingResponse:
        """Say that there is no mapping from Terraform's names."""
        del request, context
        return provider_pb2.GetMappingResponse()
