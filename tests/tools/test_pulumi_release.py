"""The download of the official release, from a server on loopback."""

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tools.progress import SetupError
from tools.pulumi.release import CHECKSUMS, fetch


def _archive(*names: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as entries:
        folder = tarfile.TarInfo("pulumi")
        folder.type = tarfile.DIRTYPE
        entries.addfile(folder)
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size = len(name)
            entries.addfile(entry, io.BytesIO(name.encode()))
    return packed.getvalue()


@contextmanager
def _served(content: bytes, promised: int | None = None) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(promised or len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}/pulumi.tar.gz"
        server.shutdown()
        serving.join()


def test_archive_with_the_pinned_checksum_is_unpacked(tmp_path: Path) -> None:
    """All commands of the release arrive, and can be run."""
    content = _archive("pulumi/pulumi", "pulumi/pulumi-language-python")
    with _served(content) as address:
        fetch(address, hashlib.sha256(content).hexdigest(), tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {"pulumi", "pulumi-language-python"}
    assert (tmp_path / "pulumi").read_text() == "pulumi/pulumi"
    assert (tmp_path / "pulumi").stat().st_mode & 0o777 == 0o755


def test_archive_with_another_checksum_is_refused(tmp_path: Path) -> None:
    """A file that is not the pinned one is not even unpacked."""
    with (
        _served(_archive("pulumi/pulumi")) as address,
        pytest.raises(SetupError, match="it was refused"),
    ):
        fetch(address, "0" * 64, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_broken_download_is_told(tmp_path: Path) -> None:
    """A connection that ends too early is no release."""
    content = _archive("pulumi/pulumi")
    with (
        _served(content, promised=len(content) + 1) as address,
        pytest.raises(SetupError, match="it was refused"),
    ):
        fetch(address, hashlib.sha256(content + b"x").hexdigest(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_entries_cannot_leave_the_folder(tmp_path: Path) -> None:
    """Names in the archive decide file names only, not folders."""
    target = tmp_path / "deep" / "target"
    target.mkdir(parents=True)
    content = _archive("../../escaped", "/absolute/rooted")
    with _served(content) as address:
        fetch(address, hashlib.sha256(content).hexdigest(), target)
    assert {file.name for file in target.iterdir()} == {"escaped", "rooted"}
    assert [file.name for file in tmp_path.iterdir()] == ["deep"]


def test_missing_server_is_told_at_once(tmp_path: Path) -> None:
    """Without a connection set-up goes on to the next way, and says why."""
    with _served(b"") as address:
        pass
    with pytest.raises(SetupError, match="no download from http"):
        fetch(address, "0" * 64, tmp_path)


def test_every_pin_is_a_sha_256() -> None:
    """No platform is pinned by an empty or shortened checksum."""
    assert all(len(bytes.fromhex(checksum)) == 32 for checksum in CHECKSUMS.values())
    assert len(set(CHECKSUMS.values())) == 4
