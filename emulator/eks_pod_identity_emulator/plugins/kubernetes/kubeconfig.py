"""A kubeconfig: which cluster, as whom, in which namespace.

What goes in: the text of a kubeconfig, or the name of its file, or nothing to look where kubectl
looks ($KUBECONFIG, then ~/.kube/config). What comes out: one `Access`. Client certificates are not
supported: the emulator's clusters know none.
"""

import base64
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eks_pod_identity_emulator.yaml_text import YamlError, parse_yaml

_UNSUPPORTED = ("client-certificate", "client-certificate-data", "auth-provider")


class KubeconfigError(ValueError):
    """A kubeconfig cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach a cluster.

    Attributes:
        server: Its address.
        namespace: Where objects go that name no namespace.
        authority: Certificates to trust; empty for the machine's own.
        insecure: Whether to trust any certificate.
        user: How the caller shows who it is, as the kubeconfig has it.
    """

    server: str
    namespace: str
    authority: str
    insecure: bool
    user: Mapping[str, Any]

    def authorization(self) -> str:
        """Return the Authorization header; empty for none.

        Raises:
            KubeconfigError: A command or file that should give a token does not.
        """
        if self.user.get("exec"):
            return f"Bearer {_executed_token(self.user['exec'])}"
        if self.user.get("tokenFile"):
            return f"Bearer {_read(Path(self.user['tokenFile'])).strip()}"
        if self.user.get("username"):
            pair = f"{self.user['username']}:{self.user.get('password', '')}"
            return f"Basic {base64.b64encode(pair.encode()).decode()}"
        return f"Bearer {self.user['token']}" if self.user.get("token") else ""


def load_access(given: str = "", context: str = "", cluster: str = "") -> Access:
    """Read a kubeconfig.

    Args:
        given: Its text or file name; empty to look where kubectl looks.
        context: The context to use; empty for the current one.
        cluster: The cluster to use instead of the context's.

    Raises:
        KubeconfigError: There is none, or it cannot be used.
    """
    config = _parse(given)
    chosen = _named(config, "contexts", context or str(config.get("current-context", "")))
    place = _named(config, "clusters", cluster or str(chosen.get("cluster", "")))
    user = _named(config, "users", str(chosen.get("user", ""))) if chosen.get("user") else {}
    unsupported = sorted(set(_UNSUPPORTED) & set(user))
    if unsupported:
        raise KubeconfigError(f"{unsupported[0]} is not supported by the emulator's plugin")
    return Access(
        server=str(place.get("server", "")).rstrip("/"),
        namespace=str(chosen.get("namespace") or "default"),
        authority=_authority(place),
        insecure=bool(place.get("insecure-skip-tls-verify")),
        user=user,
    )


def _parse(given: str) -> Mapping[str, Any]:
    text = given
    if not given:
        text = _read(_ambient_file())
    elif "\n" not in given and not given.lstrip().startswith("{"):
        text = _read(Path(given).expanduser())
    try:
        config = parse_yaml(text)
    except YamlError as error:
        raise KubeconfigError(f"the kubeconfig is no YAML: {error}") from error
    if not isinstance(config, Mapping):
        raise KubeconfigError("the kubeconfig is empty or no object")
    return config


def _ambient_file() -> Path:
    files = [Path(name) for name in os.environ.get("KUBECONFIG", "").split(os.pathsep) if name]
    places = files or [Path.home() / ".kube" / "config"]
    for place in places:
        if place.is_file():
            return place
    names = ", ".join(map(str, places))
    raise KubeconfigError(f"no kubeconfig: set KUBECONFIG or the provider's kubeconfig ({names})")


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise KubeconfigError(f"{file}: {error.strerror or error}") from error


def _named(config: Mapping[str, Any], section: str, name: str) -> Mapping[str, Any]:
    entries: Sequence[Mapping[str, Any]] = config.get(section) or ()
    for entry in entries:
        if entry.get("name") == name:
            found: Mapping[str, Any] = entry.get(section.removesuffix("s")) or {}
            return found
    raise KubeconfigError(f"{section.removesuffix('s')} {name!r} does not exist in the kubeconfig")


def _authority(cluster: Mapping[str, Any]) -> str:
    data = cluster.get("certificate-authority-data")
    if data:
        return base64.b64decode(data).decode()
    file = cluster.get("certificate-authority")
    return _read(Path(file)) if file else ""


def _executed_token(given: Mapping[str, Any]) -> str:
    """Run a credential plugin, such as `aws eks get-token`."""
    command = [str(given["command"]), *map(str, given.get("args") or ())]
    extra = {entry["name"]: str(entry["value"]) for entry in given.get("env") or ()}
    try:
        done = subprocess.run(  # noqa: S603 - the kubeconfig is the user's own
            command, env={**os.environ, **extra}, capture_output=True, check=True, text=True
        )
        return str(json.loads(done.stdout)["status"]["token"])
    except subprocess.CalledProcessError as error:
        raise KubeconfigError(f"{command[0]} failed: {error.stderr.strip()}") from error
    except (OSError, ValueError, KeyError) as error:
        raise KubeconfigError(f"{command[0]} gave no token: {error}") from error
