"""The LanguageRuntime service: what the engine may ask of a language host.

In: requests of the engine. Out: the answers that the official host gives (`main.go` of
`pulumi-language-python` in pulumi/pulumi is the reference). Must not touch a project's files,
except in `install_dependencies`, which exists for that.
"""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, plugin_pb2

from tools.offline.language_host.children import Children, read_outputs
from tools.offline.language_host.environment import PythonEnvironment
from tools.offline.language_host.packages import list_required_packages

# pulumi-language-python-exec ends with this code when it has told the user what is wrong.
_ALREADY_REPORTED = 32


class LanguageHost:
    """Runs programs by `executor`, the script pulumi-language-python-exec."""

    def __init__(self, executor: Path, engine_address: str, tracing: str) -> None:
        self._executor = executor
        self._engine_address = engine_address
        self._tracing = tracing
        self._programs = Children()

    def handshake(
        self, request: language_pb2.LanguageHandshakeRequest, _: grpc.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        """Learn the address of an engine that did not start this host itself."""
        self._engine_address = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def get_plugin_info(
        self, _: empty_pb2.Empty, __: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        """Give no version: the stop-gap has none of its own."""
        return plugin_pb2.PluginInfo()

    def get_required_packages(
        self, request: language_pb2.GetRequiredPackagesRequest, _: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPackagesResponse:
        """List the Pulumi packages in the program's environment."""
        environment = PythonEnvironment.of_program(request.info)
        return language_pb2.GetRequiredPackagesResponse(
            packages=list_required_packages(environment)
        )

    def run(
        self, request: language_pb2.RunRequest, context: grpc.ServicerContext
    ) -> language_pb2.RunResponse:
        """Run a program; what it prints goes out by this process's own streams."""
        environment = PythonEnvironment.of_program(request.info)
        command = [environment.python, str(self._executor), *self._program_arguments(request)]
        variables = environment.variables() | _configuration(request)
        program = subprocess.Popen(command, env=variables)
        # SIGTERM, because Python answers SIGINT with a traceback, below the engine's own error.
        with self._programs.bound_to_call(program, context, signal.SIGTERM):
            return _run_response(program.wait())

    def _program_arguments(self, request: language_pb2.RunRequest) -> Iterator[str]:
        options = {
            "monitor": request.monitor_address,
            "engine": self._engine_address,
            "project": request.project,
            "root_directory": request.info.root_directory,
            "stack": request.stack,
            "pwd": request.pwd,
            "dry_run": "true" if request.dryRun else "false",
            "parallel": str(request.parallel),
            "tracing": self._tracing,
            "organization": request.organization,
        }
        for name, value in options.items():
            if value:
                yield from (f"--{name}", value)
        yield request.info.entry_point
        yield from request.args

    def run_plugin(
        self, request: language_pb2.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.RunPluginResponse]:
        """Run a component plugin or a policy pack for as long as the call lasts."""
        is_analyzer = request.kind == "analyzer"
        environment = PythonEnvironment.of_program(request.info, is_plugin=not is_analyzer)
        folder = request.info.program_directory
        if is_analyzer:
            command = ["-u", "-m", "pulumi.policy", *request.args, folder]
        else:
            command = [folder, *request.args]
        plugin = subprocess.Popen(
            [environment.python, *command],
            cwd=folder if is_analyzer else request.pwd,
            env=environment.variables() | dict(pair.split("=", 1) for pair in request.env),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        with self._programs.bound_to_call(plugin, context, signal.SIGTERM):
            answer = language_pb2.RunPluginResponse
            for stream, piece in read_outputs(plugin):
                yield answer(stdout=piece) if stream == "stdout" else answer(stderr=piece)
            yield answer(exitcode=plugin.wait())

    def install_dependencies(
        self, request: language_pb2.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        """Make the project's virtual environment and install its requirements.txt."""
        environment = PythonEnvironment.of_program(request.info, is_plugin=request.is_plugin)
        for command in environment.install_commands(Path(request.info.program_directory)):
            step = subprocess.Popen(
                command,
                cwd=request.info.program_directory,
                env=environment.variables(),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            with self._programs.bound_to_call(step, context, signal.SIGTERM):
                answer = language_pb2.InstallDependenciesResponse
                for stream, piece in read_outputs(step):
                    yield answer(stdout=piece) if stream == "stdout" else answer(stderr=piece)
                if step.wait():
                    raise subprocess.CalledProcessError(step.returncode, command)

    def about(
        self, request: language_pb2.AboutRequest, _: grpc.ServicerContext
    ) -> language_pb2.AboutResponse:
        """Name the interpreter and its version."""
        environment = PythonEnvironment.of_program(request.info)
        script = "import platform, sys; print(sys.executable, platform.python_version(), sep='\\n')"
        executable, version = environment.output_of("-c", script).splitlines()
        metadata = {"toolchain": "Pip"}
        return language_pb2.AboutResponse(executable=executable, version=version, metadata=metadata)

    def get_program_dependencies(
        self, request: language_pb2.GetProgramDependenciesRequest, _: grpc.ServicerContext
    ) -> language_pb2.GetProgramDependenciesResponse:
        """List the distributions in the program's environment, as pip does."""
        environment = PythonEnvironment.of_program(request.info)
        scope = [] if request.transitiveDependencies else ["--not-required"]
        listing = environment.output_of("-m", "pip", "list", "--format", "json", *scope)
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=found["name"], version=found["version"])
                for found in json.loads(listing)
            ]
        )

    def cancel(self, _: empty_pb2.Empty, __: grpc.ServicerContext) -> empty_pb2.Empty:
        """Interrupt whatever runs."""
        self.end_programs()
        return empty_pb2.Empty()

    def end_programs(self) -> None:
        """Interrupt whatever runs, and kill what does not end by that."""
        self._programs.end_all(signal.SIGINT)


def _configuration(request: language_pb2.RunRequest) -> dict[str, str]:
    """Return the stack's configuration in the variables that the Python SDK reads."""
    variables = {"PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys))}
    if request.config:
        variables["PULUMI_CONFIG"] = json.dumps(dict(request.config))
    return variables


def _run_response(exit_code: int) -> language_pb2.RunResponse:
    if exit_code == 0:
        return language_pb2.RunResponse()
    if exit_code == _ALREADY_REPORTED:
        return language_pb2.RunResponse(bail=True)
    # A program killed by a signal has, to the official host, the exit code -1.
    code = max(exit_code, -1)
    return language_pb2.RunResponse(error=f"program exited with non-zero exit code: {code}")
