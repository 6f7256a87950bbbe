"""Kubeconfigs: the way to a cluster that kubectl takes.

In: a file and a context, or what kubectl would take for them ($KUBECONFIG, then ~/.kube/config;
the current context). Out: an `Access`. Whatever is wrong is a problem, for the user named the file
or the context.
https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
"""

import base64
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from eks_pod_identity.errors import ObservationError, Problem
from eks_pod_identity.kubernetes.access import Access
from eks_pod_identity.kubernetes.exec_credential import CommandError, run_credential_command

_UNSUPPORTED = ("auth-provider", "username")


class _UnusableError(Exception):
    """A kubeconfig lacks something, or has what we do not know."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A named entry, and the folder from which its file names count."""

    content: Mapping[str, Any]
    folder: Path

    def text(self, key: str) -> str:
        return str(self.content.get(key) or "")

    def pem(self, key: str) -> str:
        """Return what stands beside a key as data, or in the file that it names."""
        if data := self.text(f"{key}-data"):
            return base64.b64decode("".join(data.split()), validate=True).decode("ascii")
        return (self.folder / self.text(key)).read_text("ascii") if self.text(key) else ""


def load_access(file: str | None = None, context: str | None = None) -> Access:
    """Return the way to the cluster of a context.

    Args:
        file: A kubeconfig; None for those that kubectl would read.
        context: A context of it; None for the current one.

    Raises:
        ObservationError: There is none, it cannot be used, or its command gives no credentials.
    """
    files = [Path(file)] if file else _ambient_files()
    try:
        return _access(_Kubeconfig.read(files), context)
    except CommandError as error:
        raise _refused("kubeconfig-command-failed", files, str(error)) from error
    except OSError as error:
        why = f"{error.filename}: {error.strerror}"
        raise _refused("kubeconfig-unusable", files, why) from error
    except (_UnusableError, ValueError, YAMLError) as error:
        raise _refused("kubeconfig-unusable", files, str(error)) from error


def _ambient_files() -> list[Path]:
    named = [Path(each) for each in os.environ.get("KUBECONFIG", "").split(os.pathsep) if each]
    # kubectl passes over those of $KUBECONFIG that do not exist.
    return [each for each in named if each.exists()] or [Path.home() / ".kube" / "config"]


def _refused(id_: str, files: Sequence[Path], why: str) -> ObservationError:
    address = os.pathsep.join(map(str, files))
    help_ = "kubectl config get-contexts; without --kubeconfig and --context EKS tells the way"
    return ObservationError(
        [Problem(id_, address, "does not lead to a cluster", observed=(why,), help=(help_,))]
    )


@dataclass(frozen=True, slots=True)
class _Kubeconfig:
    """Several files as one: of two entries of a name, the first counts."""

    documents: tuple[_Entry, ...]

    @classmethod
    def read(cls, files: Sequence[Path]) -> "_Kubeconfig":
        yaml = YAML(typ="safe", pure=True)
        documents = []
        for file in files:
            document = yaml.load(file.read_text(encoding="utf-8"))
            if not isinstance(document, Mapping):
                raise _UnusableError(f"{file} is no kubeconfig")
            documents.append(_Entry(document, file.absolute().parent))
        return cls(tuple(documents))

    def current_context(self) -> str:
        found = (each.text("current-context") for each in self.documents)
        return next(filter(None, found), "")

    def entry(self, kind: str, name: str) -> _Entry:
        for listed, folder in self._listed(kind):
            if listed.get("name") == name and isinstance(listed.get(kind), Mapping):
                return _Entry(listed[kind], folder)
        raise _UnusableError(f'there is no {kind} "{name}"')

    def _listed(self, kind: str) -> Iterator[tuple[Mapping[str, Any], Path]]:
        for document in self.documents:
            listed = document.content.get(f"{kind}s") or ()
            if isinstance(listed, str) or not isinstance(listed, Sequence):
                raise _UnusableError(f"{kind}s is no list")
            for each in listed:
                if isinstance(each, Mapping):
                    yield each, document.folder


def _access(config: _Kubeconfig, context: str | None) -> Access:
    name = context or config.current_context()
    if not name:
        raise _UnusableError("no current-context is set")
    chosen = config.entry("context", name)
    cluster = config.entry("cluster", chosen.text("cluster"))
    user = config.entry("user", chosen.text("user")) if chosen.text("user") else None
    credentials = _credentials(user) if user else {}
    return Access(
        server=cluster.text("server").rstrip("/"),
        authority=cluster.pem("certificate-authority"),
        insecure=bool(cluster.content.get("insecure-skip-tls-verify")),
        tls_name=cluster.text("tls-server-name"),
        proxy=cluster.text("proxy-url"),
        **credentials,
    )


def _credentials(user: _Entry) -> dict[str, str]:
    for key in _UNSUPPORTED:
        if user.content.get(key):
            raise _UnusableError(f"{key} is not supported; use exec")
    if user.content.get("exec"):
        status = run_credential_command(user.content["exec"], user.folder)
        return {
            "token": str(status.get("token") or ""),
            "certificate": str(status.get("clientCertificateData") or ""),
            "key": str(status.get("clientKeyData") or ""),
        }
    token = user.text("token")
    if user.text("tokenFile"):  # which wins over `token`
        token = (user.folder / user.text("tokenFile")).read_text("ascii").strip()
    return {
        "token": token,
        "certificate": user.pem("client-certificate"),
        "key": user.pem("client-key"),
    }
