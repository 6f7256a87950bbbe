"""`eks-pod-identity map`, run as a user runs it, against the emulator and in a real browser."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from harness.browser import CHROMIUM, REQUIRED, Browser
from harness.emulator import RunningEmulator
from harness.golden import assert_golden
from typer.testing import CliRunner

from eks_pod_identity.cli import app
from eks_pod_identity.map.account_map import map_account
from eks_pod_identity.map.page import map_to_page
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.account import AccountState
from eks_pod_identity.observed.cluster import Association, ClusterState
from tools.docs.permissions import actions

_TESTS = Path(__file__).parents[1]
_ID = re.compile(r"\ba-[0-9a-z]{17}\b")
_ACCOUNT = "arn:aws:iam::111122223333"

Run = Callable[..., Result]
in_a_browser = pytest.mark.skipif(not CHROMIUM and not REQUIRED, reason="needs chromium")


@pytest.fixture(scope="module", name="running")
def _running() -> Iterator[RunningEmulator]:
    with RunningEmulator(_TESTS / "cases" / "audit" / "aws.yaml") as running:
        running.client("iam").delete_role(RoleName="gone")
        yield running


@pytest.fixture(name="run")
def _run(running: RunningEmulator, monkeypatch: pytest.MonkeyPatch) -> Run:
    running.lead_here(monkeypatch)
    return lambda *args: CliRunner().invoke(app, ["map", *args])


@pytest.fixture(name="browser")
def _browser(tmp_path: Path) -> Browser:
    return Browser(tmp_path)


@pytest.mark.parametrize("output", ["mermaid", "json"])
def test_output_is_as_reviewed(run: Run, output: str) -> None:
    """What a map prints is read in review; ids that EKS gives are left out."""
    result = run("--output", output)

    assert result.exit_code == 0, result.output
    assert_golden(f"map/{output}.txt", _ID.sub("a-ID", result.stdout))


def test_a_map_calls_what_the_page_lists(run: Run, running: RunningEmulator) -> None:
    """Whoever allows what docs/permissions.md lists can draw a map, and need not allow more."""
    running.reset_calls()

    run()

    called = {f"{call['service']}:{call['operation']}" for call in running.calls()}
    assert called == actions("map")
    assert not any(call["write"] for call in running.calls())


def test_a_cluster_that_is_not_there_is_a_problem(run: Run) -> None:
    """A misspelt cluster is reported with its problem id, and no page is written."""
    result = run("--cluster", "nowhere")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "[cluster-not-found]" in result.stderr


@in_a_browser
def test_a_page_shows_every_association(run: Run, browser: Browser, tmp_path: Path) -> None:
    """The page of an account, opened without a network, has a row for each association."""
    page = tmp_path / "map.html"
    page.write_text(run().stdout, encoding="utf-8")

    dom = browser.dom(page)

    assert "8 of 8 associations" in dom
    assert dom.count('<tr tabindex="0">') == 8
    assert dom.count("<svg") == 1


@in_a_browser
def test_filters_of_a_page_are_in_its_address(run: Run, browser: Browser, tmp_path: Path) -> None:
    """A link to a view opens that view: namespace, words, findings."""
    page = tmp_path / "map.html"
    page.write_text(run().stdout, encoding="utf-8")
    data = json.loads(run("-o", "json").stdout)
    in_shop = sum(each["namespace"] == "shop" for each in data["associations"])

    assert f"{in_shop} of 8 associations" in browser.dom(page, "namespace=shop")
    assert "1 of 8 associations" in browser.dom(page, "search=nightly reports")
    assert "0 of 8 associations" in browser.dom(page, "search=no-such-name")


@in_a_browser
def test_a_page_of_a_thousand_associations_opens(browser: Browser, tmp_path: Path) -> None:
    """A large account is listed whole; a diagram is drawn for a part of it."""
    page = tmp_path / "map.html"
    page.write_text(map_to_page(map_account(_large(1_000)), "large"), encoding="utf-8")

    whole, part = browser.dom(page), browser.dom(page, "namespace=ns-7")

    assert "1000 of 1000 associations" in whole
    assert whole.count('<tr tabindex="0">') == 1_000
    assert "<svg" not in whole
    assert "50 of 1000 associations" in part
    assert part.count("<svg") == 1


@in_a_browser
def test_a_page_looks_as_the_docs_show(run: Run, browser: Browser, tmp_path: Path) -> None:
    """The picture in docs/map.md is the page of the account of this test."""
    page, image = tmp_path / "map.html", tmp_path / "map.png"
    page.write_text(run().stdout, encoding="utf-8")
    kept = _TESTS.parent / "docs" / "map.png"

    browser.screenshot(page, image, size="1200,760")

    if os.environ.get("UPDATE_GOLDEN"):
        kept.write_bytes(image.read_bytes())
    assert _size(image) == _size(kept) == (1_200, 760)
    assert image.stat().st_size > 40_000, "an empty page is smaller"


def _size(image: Path) -> tuple[int, int]:
    """Return width and height of a PNG: the first fields of its first chunk."""
    head = image.read_bytes()[16:24]
    return int.from_bytes(head[:4]), int.from_bytes(head[4:])


def _large(number: int) -> AccountState:
    associations = tuple(
        Association(
            f"a-{index}",
            f"arn-{index}",
            ServiceAccountRef(f"ns-{index % 20}", f"app-{index}"),
            f"{_ACCOUNT}:role/app-{index % 300}",
        )
        for index in range(number)
    )
    return AccountState((ClusterState("large", "arn:large", "1.33", associations=associations),))
