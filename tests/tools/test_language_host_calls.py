"""The stop-gap language host, asked over gRPC as the engine asks it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from tools.offline.language_host.packages import plugin_version_of

_SECONDS = 20


@dataclass(frozen=True)
class _Served:
    process: subprocess.Popen[str]
    stub: language_pb2_grpc.LanguageRuntimeStub


@pytest.fixture
def served(language_host: Path) -> Iterator[_Served]:
    """A host that was started as the engine starts it, and a client of it."""
    with subprocess.Popen(
        [language_host, "--logtostderr", "-v=9", "127.0.0.1:1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield _Served(process, language_pb2_grpc.LanguageRuntimeStub(channel))
        process.kill()


def _program(folder: Path, **options: str) -> language_pb2.ProgramInfo:
    chosen = Struct()
    chosen.update(options)
    return language_pb2.ProgramInfo(
        root_directory=str(folder),
        program_directory=str(folder),
        entry_point=".",
        options=chosen,
    )


def _plugin(folder: Path, script: str) -> language_pb2.RunPluginRequest:
    (folder / "__main__.py").write_text(script)
    return language_pb2.RunPluginRequest(
        pwd=str(folder),
        args=["127.0.0.1:1"],
        env=["COLOUR=blue=green"],
        info=_program(folder, virtualenv=sys.prefix),
        kind="resource",
    )


@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM])
def test_host_ends_quietly_when_interrupted(served: _Served, interrupt: signal.Signals) -> None:
    """The engine interrupts its hosts at every end; a user must see nothing of it."""
    served.process.send_signal(interrupt)
    printed = served.process.communicate(timeout=_SECONDS)
    assert (served.process.returncode, *printed) == (0, "", "")


def test_version_is_not_the_official_hosts(language_host: Path) -> None:
    """Set-up never takes the stop-gap for the official host."""
    answer = subprocess.run(
        [language_host, "--version"],
        check=True,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
    )
    assert answer.stdout == "stop-gap of eks-pod-identity\n"


def test_unknown_method_is_unimplemented(served: _Served) -> None:
    """The engine has its own way on for methods that a host does not know."""
    with pytest.raises(grpc.RpcError) as refusal:
        served.stub.Pack(language_pb2.PackRequest())
    assert refusal.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_about_names_the_python_that_programs_get(served: _Served, tmp_path: Path) -> None:
    """`pulumi about` shows the interpreter of the virtual environment."""
    about = language_pb2.AboutRequest(info=_program(tmp_path, virtualenv=sys.prefix))
    answer = served.stub.About(about)
    assert Path(answer.executable).parent == Path(sys.prefix, "bin")
    assert answer.version == ".".join(map(str, sys.version_info[:3]))


def test_required_packages_are_those_with_a_plugin(served: _Served, tmp_path: Path) -> None:
    """The engine learns which provider plugins the installed SDKs need, in their versions."""
    info = _program(tmp_path, virtualenv=sys.prefix)
    request = language_pb2.GetRequiredPackagesRequest(info=info)
    found = {package.name: package for package in served.stub.GetRequiredPackages(request).packages}
    assert {"aws", "kubernetes"} <= set(found)
    assert "policy" not in found
    assert found["aws"].kind == "resource"
    assert found["aws"].version.startswith("v7.")


def test_program_dependencies_are_listed(served: _Served, tmp_path: Path) -> None:
    """`pulumi about` lists direct dependencies, and all with --transitive."""
    info = _program(tmp_path, virtualenv=sys.prefix)
    listed = []
    for transitive in (False, True):
        request = language_pb2.GetProgramDependenciesRequest(
            info=info, transitiveDependencies=transitive
        )
        answer = served.stub.GetProgramDependencies(request)
        listed.append({dependency.name for dependency in answer.dependencies})
    direct, every = listed
    assert "botocore" in every - direct
    assert direct < every


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"virtualenv": "absent"}, "has no bin/python"),
        ({"toolchain": "uv"}, "toolchain uv needs the official Pulumi CLI"),
        ({"typechecker": "mypy"}, "typechecker needs the official Pulumi CLI"),
    ],
)
def test_environment_that_cannot_be_had_is_told(
    served: _Served, tmp_path: Path, options: dict[str, str], reason: str
) -> None:
    """A runtime option that cannot be followed is an error, never passed over."""
    request = language_pb2.GetRequiredPackagesRequest(info=_program(tmp_path, **options))
    with pytest.raises(grpc.RpcError) as refusal:
        served.stub.GetRequiredPackages(request)
    assert reason in str(refusal.value.details())
    served.process.send_signal(signal.SIGINT)
    assert served.process.communicate(timeout=_SECONDS) == ("", "")


def test_plugin_output_comes_as_it_is_written(served: _Served, tmp_path: Path) -> None:
    """Both streams arrive before the plugin ends, then the exit code, last."""
    script = """
import os, sys, time
print(sys.argv[1], os.getcwd(), os.environ["COLOUR"], flush=True)
print("trouble", file=sys.stderr, flush=True)
sys.stdin.close()
time.sleep(0.5)
sys.exit(7)
"""
    answers = list(served.stub.RunPlugin(_plugin(tmp_path, script)))
    printed = b"".join(answer.stdout for answer in answers).decode()
    assert printed == f"127.0.0.1:1 {tmp_path} blue=green\n"
    assert b"".join(answer.stderr for answer in answers) == b"trouble\n"
    assert [answer.exitcode for answer in answers if answer.HasField("exitcode")] == [7]
    assert answers[-1].HasField("exitcode")


def test_plugin_ends_with_its_call(served: _Served, tmp_path: Path) -> None:
    """A call that the engine cancels leaves no process behind."""
    script = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    call = served.stub.RunPlugin(_plugin(tmp_path, script))
    process = int(next(call).stdout)
    assert _is_running(process)
    call.cancel()
    deadline = time.monotonic() + _SECONDS
    while _is_running(process) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_running(process)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_component_plugin_without_virtualenv_gets_its_own(served: _Served, tmp_path: Path) -> None:
    """As with the official host, a plugin's Python is never whatever is on PATH."""
    request = language_pb2.RunPluginRequest(info=_program(tmp_path), kind="resource")
    with pytest.raises(grpc.RpcError) as refusal:
        list(served.stub.RunPlugin(request))
    assert f"{tmp_path / 'venv'} has no bin/python" in str(refusal.value.details())


def test_dependencies_are_installed_into_a_new_environment(served: _Served, tmp_path: Path) -> None:
    """`pulumi install` makes the virtual environment that Pulumi.yaml names, and fills it."""
    package = tmp_path / "package"
    package.mkdir()
    (tmp_path / "requirements.txt").write_text("--no-index\nno-such-distribution\n")
    request = language_pb2.InstallDependenciesRequest(info=_program(tmp_path, virtualenv="made"))
    with pytest.raises(grpc.RpcError) as refusal:
        list(served.stub.InstallDependencies(request))
    assert "requirements.txt" in str(refusal.value.details())
    assert (tmp_path / "made" / "bin" / "python").exists()
    (tmp_path / "requirements.txt").unlink()
    assert list(served.stub.InstallDependencies(request)) == []


def test_cancel_interrupts_a_program(served: _Served, tmp_path: Path) -> None:
    """Ctrl-C reaches the program as an interrupt, so that it can clean up."""
    script = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    call = served.stub.RunPlugin(_plugin(tmp_path, script))
    next(call)
    served.stub.Cancel(empty_pb2.Empty())
    rest = list(call)
    assert b"KeyboardInterrupt" in b"".join(answer.stderr for answer in rest)
    assert rest[-1].exitcode == -signal.SIGINT


@pytest.mark.parametrize(
    ("package", "plugin"),
    [
        ("7.51.1", "7.51.1"),
        ("1.0", "1.0.0"),
        ("3.31.0a1605189729", "3.31.0-alpha.1605189729"),
        ("1.2.3b4", "1.2.3-beta.4"),
        ("1.2.3rc4", "1.2.3-rc.4"),
        ("1!1.2.3", None),
        ("1.2.3+local", None),
    ],
)
def test_plugin_version_follows_the_package(package: str, plugin: str | None) -> None:
    """A package that does not say its plugin's version implies it."""
    assert plugin_version_of(package) == plugin
