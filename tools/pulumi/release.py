"""The Pulumi CLI as its makers ship it, with all language hosts.

In: this machine's system and processor. Out: a folder with the commands of the release. Must accept
only the files whose checksums stand here, whatever the network says.
"""

import hashlib
import platform
import shutil
import sys
import tarfile
import threading
import urllib.request
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryFile
from typing import IO

from tools.progress import SetupError, Step, step
from tools.pulumi.recipe import Recipe
from tools.pulumi.version import Version

# It moves together with the checksums only, which no program here may fetch.
_VERSION = Version(3, 259, 0)
# SHA-256 of its archives, as Pulumi publishes them in its Homebrew tap:
# https://github.com/pulumi/homebrew-tap/blob/51fb494/Formula/pulumi.rb
CHECKSUMS = {
    "darwin-arm64": "57c27f179e527e2cf9f62b841a448af72a020e44b2fb4ee0d9bd85556c00c864",
    "darwin-x64": "eaca4c3b8277bfa3ab061fa3b270d1c66358a0b2e613da8c5587a04b7226c534",
    "linux-arm64": "edc8327463a72160bb36cf82cf5062da9c8a244290a706d9980988e7bf486853",
    "linux-x64": "94ba357acac23d01474084c4b00098dc0f7bc70ce13f34c777459254a5f718e5",
}
_PROCESSORS = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}
_ADDRESS = "https://get.pulumi.com/releases/sdk/pulumi-v{version}-{platform}.tar.gz"
# Short, because a machine without internet shall go on to the next way within seconds.
_SECONDS_TO_CONNECT = 8
_CHUNK_BYTES = 1 << 20


def platform_name() -> str:
    """Return the release's word for this machine, such as `linux-x64`."""
    machine = platform.machine().lower()
    return f"{sys.platform}-{_PROCESSORS.get(machine, machine)}"


def pinned_checksum() -> str:
    """Return what the archive for this machine must have as its SHA-256.

    Raises:
        SetupError: There is no release for it.
    """
    name = platform_name()
    if name not in CHECKSUMS:
        raise SetupError(f"there is no release of Pulumi {_VERSION} for {name}")
    return CHECKSUMS[name]


def download_release(target: Path) -> None:
    """Put the commands of the release into a folder.

    Raises:
        SetupError: There is no connection, or what comes is not the pinned file.
    """
    checksum = pinned_checksum()
    fetch(_ADDRESS.format(version=_VERSION, platform=platform_name()), checksum, target)


def fetch(address: str, checksum: str, target: Path) -> None:
    """Download an archive, and unpack it if it is the one that the checksum names."""
    with step(f"Download the Pulumi CLI {_VERSION}") as shown, TemporaryFile() as archive:
        try:
            with _open(address) as response:
                _copy_verified(response, archive, checksum, shown)
        except (OSError, HTTPException) as fault:
            reason = getattr(fault, "reason", fault)
            raise SetupError(f"no download from {address} ({reason})") from fault
        archive.seek(0)
        _unpack(archive, target)


def _open(address: str) -> HTTPResponse:
    """Open an address; looking up a name can take long and knows no time limit of its own."""
    outcome: SimpleQueue[HTTPResponse | OSError] = SimpleQueue()

    def connect() -> None:
        try:
            # Only what set-up itself names is opened, never a user's address.
            outcome.put(urllib.request.urlopen(address, timeout=_SECONDS_TO_CONNECT))  # noqa: S310
        except OSError as fault:
            outcome.put(fault)

    threading.Thread(target=connect, daemon=True).start()
    try:
        opened = outcome.get(timeout=_SECONDS_TO_CONNECT + 1)
    except Empty:
        raise TimeoutError(f"no answer within {_SECONDS_TO_CONNECT} s") from None
    if isinstance(opened, OSError):
        raise opened
    return opened


def _copy_verified(response: HTTPResponse, archive: IO[bytes], checksum: str, shown: Step) -> None:
    total = int(response.headers.get("Content-Length", 0)) >> 20
    digest, size = hashlib.sha256(), 0
    while chunk := response.read(_CHUNK_BYTES):
        digest.update(chunk)
        size += archive.write(chunk)
        shown.report(f"{size >> 20} of {total} MiB")
    if digest.hexdigest() != checksum:
        raise SetupError(
            f"{response.url} has SHA-256 {digest.hexdigest()}, not {checksum}; it was refused"
        )


def _unpack(archive: IO[bytes], target: Path) -> None:
    """Write the commands of an archive, which lie in its one folder, into `target`."""
    with tarfile.open(fileobj=archive, mode="r:gz") as entries:
        for entry in entries:
            content = entries.extractfile(entry) if entry.isfile() else None
            if content is not None:
                # Only the last part of the name counts, so nothing can be written elsewhere.
                command = target / Path(entry.name).name
                with content, command.open("wb") as written:
                    shutil.copyfileobj(content, written)
                command.chmod(0o755)


RELEASE = Recipe(
    name="release",
    version=_VERSION,
    files=(Path(__file__),),
    make=download_release,
)
