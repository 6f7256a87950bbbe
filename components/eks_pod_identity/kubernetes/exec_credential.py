"""Credentials by a command that a kubeconfig names, such as `aws eks get-token`.

In: the `exec` of a user and its folder. Out: the ExecCredential's status. The command is the
user's own; it gets nothing to read and may not ask.
https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_PATIENCE = 60


class CommandError(Exception):
    """A command gives no credentials; the text says why."""


def run_credential_command(given: object, folder: Path) -> Mapping[str, Any]:
    """Return `token`, or `clientCertificateData` and `clientKeyData`.

    Raises:
        CommandError: The command is missing, fails, or prints something else.
    """
    if not isinstance(given, Mapping):
        raise CommandError("exec is no mapping")
    name = str(given.get("command") or "")
    # A name with a folder counts from where the kubeconfig lies; one without is on PATH.
    found = str(folder / name) if os.sep in name else shutil.which(name)
    if not name or not found:
        raise CommandError(f'the command "{name}" is not there')
    try:
        done = subprocess.run(  # noqa: S603 - the kubeconfig is the user's own
            [found, *map(str, _listed(given, "args"))],
            env={**os.environ, **_environment(given)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CommandError(f"{name}: {error}") from error
    if done.returncode:
        raise CommandError(f"{name} failed: {done.stderr.strip()}")
    return _status(done.stdout, name)


def _status(text: str, name: str) -> Mapping[str, Any]:
    try:
        status = json.loads(text)["status"]
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{name} prints no ExecCredential") from error
    if not isinstance(status, Mapping):
        raise CommandError(f"{name} prints an ExecCredential without a status")
    return status


def _listed(given: Mapping[str, Any], key: str) -> Sequence[Any]:
    listed = given.get(key) or ()
    if isinstance(listed, str) or not isinstance(listed, Sequence):
        raise CommandError(f"{key} of exec is no list")
    return listed


def _environment(given: Mapping[str, Any]) -> dict[str, str]:
    asked = {
        "kind": "ExecCredential",
        "apiVersion": given.get("apiVersion"),
        "spec": {"interactive": False},
    }
    try:
        own = {str(each["name"]): str(each["value"]) for each in _listed(given, "env")}
    except (KeyError, TypeError) as error:
        raise CommandError("env of exec has an entry without name and value") from error
    return {"KUBERNETES_EXEC_INFO": json.dumps(asked), **own}
