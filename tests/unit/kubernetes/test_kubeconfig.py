"""Kubeconfigs: which cluster, which user, and what is told when one leads nowhere."""

import base64
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from eks_pod_identity.errors import ObservationError
from eks_pod_identity.kubernetes.kubeconfig import load_access

_PEM = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"


def _data(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _write(
    file: Path,
    user: Mapping[str, Any] | None = None,
    cluster: Mapping[str, Any] | None = None,
    name: str = "demo",
) -> Path:
    """Write a kubeconfig with one context."""
    context = {"cluster": name, **({"user": name} if user is not None else {})}
    address = {"server": f"https://{name}/"}
    config = {
        "clusters": [{"name": name, "cluster": {**address, **(cluster or {})}}],
        "users": [{"name": name, "user": user or {}}],
        "contexts": [{"name": name, "context": context}],
        "current-context": name,
    }
    file.write_text(json.dumps(config))
    return file


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    return tmp_path / "config"


def _refusal(file: Path, context: str | None = None) -> tuple[str, str]:
    """Return id and cause of the only problem."""
    with pytest.raises(ObservationError) as caught:
        load_access(str(file), context)
    (problem,) = caught.value.problems
    assert str(file) in problem.address
    return problem.id, problem.observed[0]


def test_context_says_cluster_and_user(file: Path) -> None:
    """Address, authority, name, proxy and token stand in three entries."""
    cluster = {
        "certificate-authority-data": _data(_PEM),
        "tls-server-name": "inner",
        "proxy-url": "http://proxy:3128",
    }
    access = load_access(str(_write(file, {"token": "t"}, cluster)))

    assert (access.server, access.authority, access.token) == ("https://demo", _PEM, "t")
    assert (access.tls_name, access.proxy, access.insecure) == (
        "inner",
        "http://proxy:3128",
        False,
    )


def test_user_is_not_needed(file: Path) -> None:
    """`kubectl proxy` signs the caller in by itself."""
    access = load_access(str(_write(file, None, {"insecure-skip-tls-verify": True})))

    assert (access.token, access.certificate, access.insecure) == ("", "", True)


def test_files_count_from_the_folder_of_the_kubeconfig(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for kubectl, wherever the command is run; a token file wins over a token."""
    for name, text in {"ca": _PEM, "crt": "cert", "key": "key", "token": " fresh\n"}.items():
        (file.parent / f"{name}.pem").write_text(text)
    user = {
        "client-certificate": "crt.pem",
        "client-key": "key.pem",
        "token": "stale",
        "tokenFile": "token.pem",
    }
    _write(file, user, {"certificate-authority": "ca.pem"})
    monkeypatch.chdir("/")

    access = load_access(str(file))

    assert (access.authority, access.certificate, access.key) == (_PEM, "cert", "key")
    assert access.token == "fresh"  # noqa: S105 - made up


def test_files_of_the_environment_are_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two entries of a name the first counts; a file that is missing is passed over."""
    first = _write(tmp_path / "first", {"token": "1"})
    second = _write(tmp_path / "second", {"token": "2"})
    third = _write(tmp_path / "third", {"token": "3"}, name="other")
    names = [tmp_path / "missing", first, second, third]
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(map(str, names)))

    assert load_access().token == "1"  # noqa: S105 - made up
    assert load_access(context="other").server == "https://other"


def test_home_has_the_last_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without KUBECONFIG it is ~/.kube/config."""
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".kube").mkdir()
    _write(tmp_path / ".kube" / "config", {"token": "home"})

    assert load_access().token == "home"  # noqa: S105 - made up


@pytest.mark.processes
def test_command_gives_credentials(file: Path) -> None:
    """It runs with its arguments and variables, and is told that nobody is there to be asked."""
    program = (
        "import json, os, sys\n"
        "asked = json.loads(os.environ['KUBERNETES_EXEC_INFO'])\n"
        "assert asked['spec'] == {'interactive': False}\n"
        "assert sys.stdin.read() == ''\n"
        "token = sys.argv[1] + os.environ['SUFFIX'] + asked['apiVersion'][-2:]\n"
        "print(json.dumps({'status': {'token': token, 'clientCertificateData': 'c'}}))\n"
    )
    command = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": sys.executable,
        "args": ["-c", program, "made"],
        "env": [{"name": "SUFFIX", "value": "-by-"}],
    }

    access = load_access(str(_write(file, {"exec": command})))

    assert (access.token, access.certificate) == ("made-by-v1", "c")


@pytest.mark.processes
@pytest.mark.parametrize(
    ("command", "told"),
    [
        ({"command": "no-such-command-anywhere"}, "is not there"),
        ({"command": "./beside"}, "No such file"),
        ({"command": sys.executable, "args": ["-c", "exit('sign in first')"]}, "sign in first"),
        ({"command": sys.executable, "args": ["-c", "print('hello')"]}, "no ExecCredential"),
        ({"command": "echo", "args": ['{"status": null}']}, "without a status"),
        ({"command": "echo", "args": "get-token"}, "args of exec is no list"),
        ({"command": "echo", "env": {"AWS_PROFILE": "dev"}}, "env of exec is no list"),
        ({"command": "echo", "env": [{"name": "AWS_PROFILE"}]}, "without name and value"),
        ("aws eks get-token", "exec is no mapping"),
    ],
)
def test_command_that_gives_none_is_told(
    file: Path, command: Mapping[str, object] | str, told: str
) -> None:
    """The command's own words are there."""
    id_, cause = _refusal(_write(file, {"exec": command}))

    assert id_ == "kubeconfig-command-failed"
    assert told in cause


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("clusters: [", "expected"),
        ("- a\n", "is no kubeconfig"),
        ("{}", "no current-context is set"),
        ("{contexts: [{name: a, context: {cluster: b}}], current-context: a}", 'no cluster "b"'),
        ("{contexts: [7], current-context: a}", 'there is no context "a"'),
        ("{contexts: 7, current-context: a}", "contexts is no list"),
    ],
)
def test_kubeconfig_that_leads_nowhere_is_told(file: Path, text: str, told: str) -> None:
    """Whatever is wrong is one problem with the file's name."""
    file.write_text(text)

    id_, cause = _refusal(file)

    assert id_ == "kubeconfig-unusable"
    assert told in cause


def test_what_is_missing_or_unknown_is_told(file: Path) -> None:
    """A file, a context, broken data, and ways to sign in that kubectl gave up."""
    assert _refusal(file)[1] == f"{file}: No such file or directory"
    _write(file, {"client-certificate-data": "%"})
    assert _refusal(file, "another")[1] == 'there is no context "another"'
    assert _refusal(file)[0] == "kubeconfig-unusable"
    assert (
        "auth-provider is not supported" in _refusal(_write(file, {"auth-provider": {"n": 1}}))[1]
    )
