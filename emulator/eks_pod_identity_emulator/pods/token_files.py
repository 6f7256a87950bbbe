"""The token files of a pod's first container, written to a private folder and kept fresh.

A kubelet renews a projected token once four fifths of its life are over.
https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#serviceaccount-token-volume-projection
"""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eks_pod_identity_emulator.pods.client import EmulatorClient, PodError, PodPlace

_DEFAULT_SECONDS = 3_600
_RENEWED_AT = 0.8


@dataclass(frozen=True, slots=True)
class TokenFile:
    """One token.

    Attributes:
        mounted: Its path in the container.
        path: Its path here.
        source: What the pod asks for: audience and expirationSeconds.
    """

    mounted: str
    path: Path
    source: Mapping[str, Any]

    @property
    def seconds(self) -> float:
        """After how long a kubelet renews it."""
        return float(self.source.get("expirationSeconds", _DEFAULT_SECONDS)) * _RENEWED_AT

    def localized(self, value: str) -> str:
        """Return a variable's value with this file's path in place of the container's."""
        windows = "C:" + self.mounted.replace("/", "\\")
        return str(self.path) if value in (self.mounted, windows) else value


class TokenFiles:
    """The tokens that are mounted into the first container of a pod."""

    def __init__(
        self, client: EmulatorClient, place: PodPlace, pod: Mapping[str, Any], folder: Path
    ) -> None:
        """Set up; nothing is written yet.

        Args:
            client: The emulator.
            place: Where the pod is.
            pod: The pod.
            folder: A folder that is the user's alone.
        """
        self._client = client
        self._place = place
        self._pod = pod
        self.folder = folder
        self._files = tuple(_files(pod["spec"], folder))

    def __iter__(self) -> Iterator[TokenFile]:
        return iter(self._files)

    def write(self) -> None:
        """Ask for all tokens and write them.

        Raises:
            PodError: One is refused.
        """
        for file in self._files:
            self._write(file)

    def keep_fresh(self) -> None:
        """Renew the tokens from now on, beside whatever this process does."""
        for file in self._files:
            threading.Thread(target=self._renew, args=(file,), daemon=True).start()

    def _renew(self, file: TokenFile) -> None:
        never = threading.Event()
        while not never.wait(file.seconds):
            try:
                self._write(file)
            except PodError:
                return  # the pod is gone: its last token stays, and is good for nothing

    def _write(self, file: TokenFile) -> None:
        token = self._client.token(self._place, self._pod, file.source)
        file.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = file.path.with_name(f"{file.path.name}.new")
        fresh.touch(mode=0o600)
        fresh.write_text(token, encoding="ascii")
        fresh.replace(file.path)


def _files(spec: Mapping[str, Any], folder: Path) -> Iterator[TokenFile]:
    volumes = {volume["name"]: volume for volume in spec.get("volumes") or ()}
    for index, mount in enumerate(spec["containers"][0].get("volumeMounts") or ()):
        projected = volumes.get(mount["name"], {}).get("projected") or {}
        for source in projected.get("sources") or ():
            token = source.get("serviceAccountToken")
            if token:
                mounted = f"{mount['mountPath']}/{token['path']}"
                yield TokenFile(mounted, folder / str(index) / token["path"], token)
