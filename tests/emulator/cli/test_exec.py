"""`exec`: a command with an emulator of its own, and nothing left behind however it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

_PROGRAM = "eks-pod-identity-emulator"
_needs_proc = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="looks for processes in /proc"
)
_SEED = """
accounts:
  "222233334444":
    regions:
      eu-central-1:
        clusters: [{name: demo}]
"""
# Says its process id and the emulator's address, then waits to be ended.
_WAITING = (
    "import os, time; print(os.getpid(), os.environ['AWS_ENDPOINT_URL'], "
    "os.environ['AWS_CONFIG_FILE'], flush=True); time.sleep(60)"
)


def _exec(
    *command: str, environment: Mapping[str, str] | None = None, flags: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    given = {**os.environ, **(environment or {})}
    return subprocess.run(
        [_PROGRAM, "exec", *flags, "--", *command],
        env=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _environment(**given: str) -> dict[str, str]:
    script = "import json, os; print(json.dumps(dict(os.environ)))"
    done = _exec(sys.executable, "-c", script, environment=given)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


class Waiting:
    """A running `exec` whose command waits."""

    def __init__(self, **options: object) -> None:
        """Start it and wait for the command's first words."""
        self.process = subprocess.Popen(
            [_PROGRAM, "exec", "--", sys.executable, "-c", _WAITING],
            stdout=subprocess.PIPE,
            text=True,
            **options,  # type: ignore[call-overload] # options of Popen
        )
        self.pid, self.url, file = self.process.stdout.readline().split()
        self.folder = Path(file).parent

    def everything_is_gone(self) -> bool:
        """Say whether, within some seconds, no process and no folder of it is left."""
        marker = f"AWS_ENDPOINT_URL={self.url}".encode()
        return _within(10, lambda: not self.folder.exists() and not _processes_with(marker))


@pytest.fixture
def waiting() -> Iterator[Waiting]:
    """An `exec` whose command waits; ended if the test did not."""
    running = Waiting()
    yield running
    running.process.kill()
    running.process.communicate()


def _within(seconds: float, holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


def _processes_with(marker: bytes) -> list[str]:
    """Return the processes that have a variable in their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and marker in (entry / "environ").read_bytes().split(b"\0"):
                found.append(entry.name)
        except OSError:
            continue
    return found


def test_command_reaches_the_emulator_and_nothing_else() -> None:
    """The environment leads to the emulator; what leads to the real AWS is gone."""
    found = _environment(
        AWS_PROFILE="prod",
        AWS_SESSION_TOKEN="real",  # noqa: S106 - made up
        AWS_ENDPOINT_URL_S3="https://s3.example.com",
        AWS_ACCESS_KEY_ID="AKIAREAL",
        AWS_REGION="us-east-1",
        AWS_PAGER="",
        HTTP_PROXY="http://proxy.example.com",
        NO_PROXY="intern",
    )

    assert found["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert found["AWS_ACCESS_KEY_ID"] == "111122223333"
    assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == "us-east-1"
    assert found["AWS_EC2_METADATA_DISABLED"] == "true"
    assert found["AWS_PAGER"] == ""
    assert found["NO_PROXY"] == "intern,127.0.0.1,localhost"
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"):
        assert name not in found
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "KUBECONFIG", "PULUMI_HOME"):
        assert not Path(found[name]).exists()  # throw-away, and thrown away


def test_pulumi_is_told_of_the_plugins() -> None:
    """Both plugins are attached, and Pulumi has home, backend and passphrase of its own."""
    found = _environment()
    providers = dict(one.split(":") for one in found["PULUMI_DEBUG_PROVIDERS"].split(","))

    assert set(providers) == {"aws", "kubernetes"}
    assert all(port.isdecimal() for port in providers.values())
    assert found["PULUMI_BACKEND_URL"].startswith("file:///")
    assert found["PULUMI_CONFIG_PASSPHRASE"]
    assert found["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"
    assert found["PULUMI_SKIP_UPDATE_CHECK"] == "true"


def test_settings_of_the_caller_stay(tmp_path: Path) -> None:
    """What the caller has set for Pulumi and kubectl is the caller's."""
    given = {
        "PULUMI_HOME": str(tmp_path),
        "PULUMI_BACKEND_URL": "file:///tmp",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_DEBUG_PROVIDERS": "random:1234",
        "KUBECONFIG": str(tmp_path / "mine"),
    }

    found = _environment(**given)

    providers = found.pop("PULUMI_DEBUG_PROVIDERS")
    assert {name: found[name] for name in given if name in found} == {
        name: value for name, value in given.items() if name != "PULUMI_DEBUG_PROVIDERS"
    }
    assert providers.startswith("random:1234,aws:")


def test_seed_says_account_region_and_kubeconfig(tmp_path: Path) -> None:
    """The seed's first account and region are the command's; its clusters are in KUBECONFIG."""
    seed = tmp_path / "seed.yaml"
    seed.write_text(_SEED)
    script = "cat $KUBECONFIG; echo; echo $AWS_ACCESS_KEY_ID $AWS_REGION"
    done = _exec("sh", "-c", script, flags=("--seed", str(seed)))
    kubeconfig, _, identity = done.stdout.rstrip().rpartition("\n")
    config = json.loads(kubeconfig)

    assert identity == "222233334444 eu-central-1"
    assert config["current-context"] == "demo"
    server = config["clusters"][0]["cluster"]["server"]
    assert server.endswith("/_kubernetes/222233334444/eu-central-1/demo")


@pytest.mark.parametrize(
    ("own", "options", "expected"),
    [
        ("", (), "eu-west-1"),
        ("us-west-2", (), "us-west-2"),
        ("ap-south-1", (), "eu-west-1"),
        ("us-west-2", ("--region", "ap-south-1"), "ap-south-1"),
    ],
)
def test_region_is_the_one_asked_for(
    tmp_path: Path, own: str, options: tuple[str, ...], expected: str
) -> None:
    """An option wins; the caller's own region is kept if the seed has it, else its first is it."""
    seed = tmp_path / "seed.yaml"
    seed.write_text('accounts: {"444455556666": {regions: {eu-west-1: {}, us-west-2: {}}}}')
    script = ("sh", "-c", "echo $AWS_REGION $AWS_DEFAULT_REGION")
    environment = {**os.environ, "AWS_REGION": own}

    done = subprocess.run(
        ["eks-pod-identity-emulator", "exec", "--seed", str(seed), *options, "--", *script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == f"{expected} {expected}\n"


@pytest.mark.parametrize(
    ("script", "code"),
    [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)],
)
def test_exit_code_is_the_commands(script: str, code: int) -> None:
    """Exec ends with its command's exit code, or 128 and the signal's number."""
    assert _exec("sh", "-c", script).returncode == code


def test_output_and_input_are_the_commands() -> None:
    """Standard streams go straight through; exec adds not a word."""
    done = subprocess.run(
        [_PROGRAM, "exec", "--", "sh", "-c", "cat; echo oops >&2"],
        input="hello",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("hello", "oops\n")


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        (("no-such-command",), 127, "no-such-command: command not found"),
        ((__file__,), 126, f"{__file__}: not executable"),
        ((), 2, "exec: no command given; write it after --"),
    ],
)
def test_command_that_cannot_be_run(command: tuple[str, ...], code: int, message: str) -> None:
    """A missing command is one sentence and a shell's exit code; nothing was started."""
    done = _exec(*command)

    assert done.returncode == code
    assert done.stderr.startswith(f"{_PROGRAM}: {message}")
    assert len(done.stderr.splitlines()) == 1


def test_faulty_seed_runs_no_command(tmp_path: Path) -> None:
    """With a seed that IAM refuses, the command is not run, and the reason is told."""
    seed = tmp_path / "seed.yaml"
    seed.write_text('accounts: {"111122223333": {roles: [{name: a, trust: {}}]}}')
    done = _exec("echo", "ran", flags=("--seed", str(seed)))

    assert done.returncode == 1
    assert done.stdout == ""
    assert "accounts.111122223333.roles[0]: Missing required field Statement" in done.stderr


def test_knobs_reach_the_emulator() -> None:
    """Flags of exec are those of serve."""
    signature = "Authorization: AWS4-HMAC-SHA256 Credential=1/20260101/x/eks/aws4_request"
    script = (
        f"curl --silent --write-out '%{{http_code}}' $AWS_ENDPOINT_URL/clusters -H '{signature}'"
    )
    done = _exec("sh", "-c", script, flags=("--throttle-rate", "1"))

    assert done.stdout.endswith("429")


@_needs_proc
def test_emulator_that_breaks_down_is_told() -> None:
    """When somebody kills the emulator itself, exec does not pretend that all went well."""
    script = (
        "import contextlib, os, pathlib, signal, time\n"
        "name = 'EKS_POD_IDENTITY_EMULATOR_RUN'\n"
        "run = f'{name}={os.environ[name]}'.encode()\n"
        "for entry in pathlib.Path('/proc').glob('[0-9]*'):\n"
        "    with contextlib.suppress(OSError):  # other processes come and go\n"
        "        arguments = (entry / 'cmdline').read_bytes().split(bytes(1))\n"
        "        if b'--listener' in arguments:\n"
        "            if run in (entry / 'environ').read_bytes().split(bytes(1)):\n"
        "                os.kill(int(entry.name), signal.SIGKILL)\n"
        "                while b') Z' not in (entry / 'stat').read_bytes():\n"
        "                    time.sleep(0.01)\n"
    )
    done = _exec(sys.executable, "-c", script)

    assert done.returncode == 1
    assert done.stderr == f"{_PROGRAM}: the emulator ended before its time, with code -9\n"


@_needs_proc
def test_background_processes_of_the_command_are_ended() -> None:
    """What a command leaves running, even in a session of its own, does not outlive exec."""
    script = (
        "import os, subprocess, sys; "
        "child = subprocess.Popen(['sleep', '60'], start_new_session=True); "
        "print(os.environ['AWS_ENDPOINT_URL'])"
    )
    done = _exec(sys.executable, "-c", script)

    marker = f"AWS_ENDPOINT_URL={done.stdout.strip()}".encode()
    assert done.returncode == 0
    assert _processes_with(marker) == []


@_needs_proc
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_is_passed_on_and_everything_ends(waiting: Waiting, number: signal.Signals) -> None:
    """A signal to exec reaches the command; exec ends after it, with 128 and the number."""
    waiting.process.send_signal(number)

    expected = 1 if number is signal.SIGINT else 128 + number  # Python makes a traceback of SIGINT
    assert waiting.process.wait(timeout=20) in (expected, 128 + number)
    assert waiting.everything_is_gone()


@_needs_proc
def test_nothing_is_left_when_exec_is_killed(waiting: Waiting) -> None:
    """SIGKILL to exec alone: command, emulator, plugins and folder go all the same."""
    waiting.process.kill()

    assert waiting.everything_is_gone()


def test_command_may_finish_its_work_when_interrupted() -> None:
    """Exec waits for a command that handles SIGTERM, and the emulator stays until then."""
    script = (
        "import os, signal, sys, time, urllib.request\n"
        "def end(*_):\n"
        "    time.sleep(0.5)\n"
        "    url = os.environ['AWS_ENDPOINT_URL'] + '/_emulator/calls'\n"
        "    os.write(1, b'%d\\n' % urllib.request.urlopen(url).status)\n"
        "    sys.exit(5)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "os.write(1, b'up\\n')\n"  # print would be cut in the middle by an early signal
        "time.sleep(60)\n"
    )
    command = [_PROGRAM, "exec", "--", sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        process.terminate()
        rest = process.communicate(timeout=20)[0]

    assert (rest, process.returncode) == ("200\n", 5)
