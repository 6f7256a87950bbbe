"""A Pulumi engine in miniature: speaks to a plugin over gRPC as the real engine does.

    with PluginServer(PACKAGE) as plugin, plugin.provider({"region": "eu-west-1"}) as provider:
        role = provider.make("aws:iam/role:Role", "app", {"assumeRolePolicy": TRUST})

Values travel through protobuf's own JSON mapping, not through the plugin's code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from eks_pod_identity_emulator.plugins.provider import Package
from eks_pod_identity_emulator.plugins.server import start

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the wire format's marker
SEED = b"one stack, one update"

Properties = dict[str, Any]


@dataclass
class Resource:
    """A resource in the miniature engine's state."""

    token: str
    name: str
    id: str
    inputs: Properties
    state: Properties


@dataclass(frozen=True)
class Plan:
    """What a plugin answered to Diff, in plain words."""

    steps: Mapping[str, str] = field(default_factory=dict)
    replaces: tuple[str, ...] = ()
    delete_first: bool = False


class CheckFailedError(Exception):
    """The plugin found faults in arguments.

    Attributes:
        reasons: What it said.
    """

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


class PluginServer:
    """A plugin that serves on loopback, in this process."""

    def __init__(self, package: Package) -> None:
        self._package = package

    def __enter__(self) -> Self:
        self._server, self.port = start(self._package)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop(grace=None).wait()

    def provider(self, config: Properties | None = None) -> "ProviderClient":
        """Open the connection of one provider and configure it."""
        return ProviderClient(self.port, config or {})


class ProviderClient:
    """One provider of a program, as its engine sees it."""

    def __init__(self, port: int, config: Properties) -> None:
        self._port = port
        self._config = config

    def __enter__(self) -> Self:
        options = [("grpc.use_local_subchannel_pool", 1)]  # one connection each, as in Go
        self._channel = grpc.insecure_channel(f"127.0.0.1:{self._port}", options)
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self.stub.Handshake(provider_pb2.ProviderHandshakeRequest())
        self.check_config(self._config)
        self.stub.Configure(provider_pb2.ConfigureRequest(args=_struct(self._config)))
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()

    def check_config(self, config: Properties) -> None:
        """Have the provider's own arguments judged."""
        request = provider_pb2.CheckRequest(news=_struct(config))
        answer = self.stub.CheckConfig(request)
        if answer.failures:
            raise CheckFailedError([failure.reason for failure in answer.failures])

    def check(
        self, token: str, name: str, news: Properties, olds: Properties | None = None
    ) -> Properties:
        """Have arguments judged and completed."""
        request = provider_pb2.CheckRequest(
            urn=_urn(token, name), news=_struct(news), olds=_struct(olds or {}), randomSeed=SEED
        )
        answer = self.stub.Check(request)
        if answer.failures:
            raise CheckFailedError([failure.reason for failure in answer.failures])
        return _plain(answer.inputs)

    def preview(self, token: str, name: str, news: Properties) -> Properties:
        """Preview a new resource; return its outputs."""
        inputs = self.check(token, name, news)
        request = provider_pb2.CreateRequest(
            urn=_urn(token, name), properties=_struct(inputs), preview=True
        )
        return _plain(self.stub.Create(request).properties)

    def make(self, token: str, name: str, news: Properties, timeout: float = 0) -> Resource:
        """Check and create a resource."""
        inputs = self.check(token, name, news)
        request = provider_pb2.CreateRequest(
            urn=_urn(token, name), properties=_struct(inputs), timeout=timeout
        )
        answer = self.stub.Create(request)
        return Resource(token, name, answer.id, inputs, _plain(answer.properties))

    def diff(self, resource: Resource, news: Properties, ignored: tuple[str, ...] = ()) -> Plan:
        """Compare a resource with new arguments."""
        inputs = self.check(resource.token, resource.name, news, resource.inputs)
        return self._diff(resource, inputs, ignored)

    def _diff(self, resource: Resource, inputs: Properties, ignored: tuple[str, ...]) -> Plan:
        request = provider_pb2.DiffRequest(
            id=resource.id,
            urn=_urn(resource.token, resource.name),
            olds=_struct(resource.state),
            news=_struct(inputs),
            old_inputs=_struct(resource.inputs),
            ignoreChanges=ignored,
        )
        answer = self.stub.Diff(request)
        kinds = provider_pb2.PropertyDiff.Kind
        steps = {path: kinds.Name(d.kind).lower() for path, d in answer.detailedDiff.items()}
        some = answer.changes == provider_pb2.DiffResponse.DIFF_SOME
        assert some == bool(steps)
        return Plan(steps, tuple(answer.replaces), answer.deleteBeforeReplace)

    def change(
        self,
        resource: Resource,
        news: Properties,
        *,
        preview: bool = False,
        ignored: tuple[str, ...] = (),
    ) -> Resource:
        """Check and update a resource, as the engine does when Diff finds changes."""
        inputs = self.check(resource.token, resource.name, news, resource.inputs)
        assert self._diff(resource, inputs, ignored).steps, "nothing to update"
        request = provider_pb2.UpdateRequest(
            id=resource.id,
            urn=_urn(resource.token, resource.name),
            olds=_struct(resource.state),
            news=_struct(inputs),
            old_inputs=_struct(resource.inputs),
            ignoreChanges=ignored,
            preview=preview,
        )
        state = _plain(self.stub.Update(request).properties)
        return Resource(resource.token, resource.name, resource.id, inputs, state)

    def refresh(self, resource: Resource) -> Resource | None:
        """Read a resource that is in the state; None if it is gone."""
        return self._read(resource)

    def adopt(self, token: str, name: str, import_id: str) -> Resource | None:
        """Import a resource by its id."""
        return self._read(Resource(token, name, import_id, {}, {}))

    def _read(self, resource: Resource) -> Resource | None:
        request = provider_pb2.ReadRequest(
            id=resource.id,
            urn=_urn(resource.token, resource.name),
            properties=_struct(resource.state),
            inputs=_struct(resource.inputs),
        )
        answer = self.stub.Read(request)
        if not answer.id:
            return None
        inputs, state = _plain(answer.inputs), _plain(answer.properties)
        return Resource(resource.token, resource.name, answer.id, inputs, state)

    def remove(self, resource: Resource) -> None:
        """Delete a resource."""
        request = provider_pb2.DeleteRequest(
            id=resource.id,
            urn=_urn(resource.token, resource.name),
            properties=_struct(resource.state),
            old_inputs=_struct(resource.inputs),
        )
        self.stub.Delete(request)

    def invoke(self, token: str, arguments: Properties | None = None) -> Properties:
        """Call a function."""
        request = provider_pb2.InvokeRequest(tok=token, args=_struct(arguments or {}))
        answer = self.stub.Invoke(request)
        if answer.failures:
            raise CheckFailedError([failure.reason for failure in answer.failures])
        return _plain(getattr(answer, "return"))

    def cancel(self) -> None:
        """Tell the plugin that the user has had enough."""
        self.stub.Cancel(empty_pb2.Empty())


def init_failure(error: grpc.RpcError) -> provider_pb2.ErrorResourceInitFailed:
    """Return what a failed creation tells the engine to keep."""
    from pulumi.runtime.proto import status_pb2  # noqa: PLC0415 - only failing tests need it

    trailing = dict(error.trailing_metadata())
    status = status_pb2.Status.FromString(trailing["grpc-status-details-bin"])
    detail = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    return detail


def _urn(token: str, name: str) -> str:
    return f"urn:pulumi:dev::test::{token}::{name}"


def _struct(properties: Properties) -> struct_pb2.Struct:
    return json_format.ParseDict(properties, struct_pb2.Struct())


def _plain(struct: struct_pb2.Struct) -> Properties:
    """Take secrets out of their wrapping: this engine's plugins do not accept them."""
    unwrapped: Properties = _unwrapped(json_format.MessageToDict(struct))
    return unwrapped


def _unwrapped(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, list):
        return [_unwrapped(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get(SIGNATURE) == SECRET:
        return _unwrapped(value["value"])
    return {key: _unwrapped(item) for key, item in value.items()}
