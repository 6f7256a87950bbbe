"""How the host's methods hang on the names of Pulumi's LanguageRuntime service.

In: a `LanguageHost`. Out: one gRPC handler. Must not let an expected fault reach gRPC's log, which
the engine would print as if the program had. Methods not listed here answer UNIMPLEMENTED.
"""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from google.protobuf import empty_pb2
from google.protobuf.message import Message
from pulumi.runtime.proto import language_pb2 as pb

from tools.offline.language_host.environment import EnvironmentChoiceError
from tools.offline.language_host.service import LanguageHost

_EXPECTED_FAULTS = (EnvironmentChoiceError, subprocess.CalledProcessError, OSError)


def handler_of(host: LanguageHost) -> grpc.GenericRpcHandler:
    """Return the handler to register with a gRPC server."""
    methods = {
        "About": _unary(host.about, pb.AboutRequest),
        "Cancel": _unary(host.cancel, empty_pb2.Empty),
        "GetPluginInfo": _unary(host.get_plugin_info, empty_pb2.Empty),
        "GetProgramDependencies": _unary(
            host.get_program_dependencies, pb.GetProgramDependenciesRequest
        ),
        "GetRequiredPackages": _unary(host.get_required_packages, pb.GetRequiredPackagesRequest),
        "Handshake": _unary(host.handshake, pb.LanguageHandshakeRequest),
        "InstallDependencies": _streaming(host.install_dependencies, pb.InstallDependenciesRequest),
        "Run": _unary(host.run, pb.RunRequest),
        "RunPlugin": _streaming(host.run_plugin, pb.RunPluginRequest),
    }
    return grpc.method_handlers_generic_handler("pulumirpc.LanguageRuntime", methods)


def _unary(
    answer: Callable[[Any, grpc.ServicerContext], Message], request_type: type[Message]
) -> "grpc.RpcMethodHandler[Message, Message]":
    def answer_or_abort(request: Message, context: grpc.ServicerContext) -> Message:
        with _faults_told(context):
            return answer(request, context)

    return grpc.unary_unary_rpc_method_handler(answer_or_abort, request_type.FromString, _serialize)


def _streaming(
    answer: Callable[[Any, grpc.ServicerContext], Iterator[Message]], request_type: type[Message]
) -> "grpc.RpcMethodHandler[Message, Message]":
    def answer_or_abort(request: Message, context: grpc.ServicerContext) -> Iterator[Message]:
        with _faults_told(context):
            yield from answer(request, context)

    return grpc.unary_stream_rpc_method_handler(
        answer_or_abort, request_type.FromString, _serialize
    )


def _serialize(response: Message) -> bytes:
    return response.SerializeToString()


@contextmanager
def _faults_told(context: grpc.ServicerContext) -> Iterator[None]:
    try:
        yield
    except _EXPECTED_FAULTS as fault:
        # The official host answers with a plain Go error, which gRPC calls UNKNOWN.
        context.abort(grpc.StatusCode.UNKNOWN, str(fault))
