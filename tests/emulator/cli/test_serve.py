"""`serve`: one line when ready, quiet ends, one sentence for every fault."""

import os
import signal
import socket
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest
from harness.emulator import RunningEmulator

_PROGRAM = "eks-pod-identity-emulator"


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [_PROGRAM, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_version_is_that_of_the_wheel() -> None:
    """Whoever reports a defect can say of which version."""
    done = _run("--version")

    expected = f"{_PROGRAM} {version('eks-pod-identity-emulator')}\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, expected, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_line_when_ready_and_a_quiet_end(number: signal.Signals) -> None:
    """Serve says where it listens and nothing else, and ends with code 0 when interrupted."""
    command = [_PROGRAM, "serve", "--port", "0"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload] # both are pipes
        line = process.stdout.readline()
        process.send_signal(number)
        rest = process.communicate(timeout=20)

    assert line.startswith("emulator ready on http://127.0.0.1:")
    assert rest == ("", "")
    assert process.returncode == 0


def test_end_does_not_wait_for_open_connections() -> None:
    """A client that keeps its connection, or a watch, does not hold the server up."""
    with RunningEmulator() as emulator:
        port = int(emulator.url.rpartition(":")[2])
        idle = socket.create_connection(("127.0.0.1", port))
        emulator.client("eks").list_clusters()

    idle.close()  # the emulator has ended within its harness's patience


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads sockets from /proc")
def test_listens_on_loopback_only() -> None:
    """Nobody else on the network reaches the emulator."""
    with RunningEmulator() as emulator:
        port = int(emulator.url.rpartition(":")[2])
        listening = Path("/proc/net/tcp").read_text().splitlines()[1:]
        addresses = {line.split()[1] for line in listening if line.split()[3] == "0A"}

    mine = {address for address in addresses if address.endswith(f":{port:04X}")}
    assert mine == {f"0100007F:{port:04X}"}


def test_port_that_is_taken_is_one_sentence() -> None:
    """A taken port is told with what to type, and the exit code is 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = _run("serve", "--port", str(port))

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"{_PROGRAM}: port {port} cannot be used (Address already in use); "
        "choose another with --port\n"
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (None, "cannot be read"),
        ("accounts: {x: {}}", "accounts.x: an account id has 12 digits"),
        ("settings: {throttleRate: 2}", "settings.throttleRate: 2.0 is more than 1"),
        ("clusters: []", "clusters: no such key"),
        ("a: [", "not usable as YAML"),
    ],
)
def test_seed_that_cannot_be_used_is_one_sentence(
    tmp_path: Path, text: str | None, fault: str
) -> None:
    """A faulty seed file is told with file and key, before anything is served."""
    seed = tmp_path / "seed.yaml"
    if text is not None:
        seed.write_text(text)

    done = _run("serve", "--port", "0", "--seed", str(seed))

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"{_PROGRAM}: {seed}: ")
    assert fault in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("flags", "fault"),
    [
        (("--throttle-rate", "1.5"), "--throttle-rate: 1.5 is more than 1"),
        (("--iam-spread-seconds", "-1"), "--iam-spread-seconds: -1.0 is less than 0"),
    ],
)
def test_knob_out_of_range_is_one_sentence(flags: tuple[str, str], fault: str) -> None:
    """A knob turned too far is told by its name."""
    done = _run("serve", "--port", "0", *flags)

    assert done.returncode == 1
    assert done.stderr == f"{_PROGRAM}: {fault}\n"


def test_flags_override_the_seed_file(tmp_path: Path) -> None:
    """A knob on the command line is stronger than the seed file's, which is stronger than none."""
    seed = tmp_path / "seed.yaml"
    seed.write_text("settings: {throttleRate: 1, errorRate: 0}")
    with RunningEmulator(seed, "--throttle-rate", "0") as emulator:
        clusters = emulator.client("eks").list_clusters()["clusters"]

    assert clusters == []


def test_home_of_the_user_stays_untouched(tmp_path: Path) -> None:
    """The emulator writes nothing into the user's home, and reads no AWS models from it."""
    models = tmp_path / ".aws" / "models" / "eks" / "2017-11-01"
    models.mkdir(parents=True)
    (models / "service-2.json").write_text("{}")
    before = sorted(tmp_path.rglob("*"))
    command = [_PROGRAM, "serve", "--port", "0"]
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "AUTH": "true"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().rpartition(" ")[2].strip()
        emulator = RunningEmulator()
        emulator.url = url
        clusters = emulator.client("eks").list_clusters()["clusters"]
        roles = emulator.client("iam").list_roles()["Roles"]
        process.terminate()

    assert (clusters, roles) == ([], [])
    assert sorted(tmp_path.rglob("*")) == before
