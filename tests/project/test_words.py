"""The words of what users read: README, docs, help lines, meanings of problems.

One word for one thing, with an actor: report or print, create, adopt or import, foreign, ignore,
fix. The list has the words that stood for all of these.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from harness.emulated import ROOT

import eks_pod_identity
from eks_pod_identity.cli import app
from eks_pod_identity.components.attributes import own_attributes
from eks_pod_identity.problems import problem_catalog

_AVOIDED = re.compile(
    r"\b(tell|tells|told|telling|nobody|somebody|whose|stands|anew|of others"
    r"|pass(?:es|ed)? over|tak(?:e|es|en) over|put(?:s|ting)? right)\b",
    re.IGNORECASE,
)
# Pages of rules quote the policy pack, which words its findings itself.
_PAGES = sorted(
    page
    for page in (
        *ROOT.glob("*.md"),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "programs").glob("*/README.md"),
    )
    if page.name != "CHANGELOG.md"
)


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_use_the_words_of_the_field(page: Path) -> None:
    """No prose of a page has a word of the list; output and addresses are as they are."""
    assert list(_found(_prose(page.read_text(encoding="utf-8")))) == []


def test_help_uses_the_words_of_the_field() -> None:
    """No help of a command, option or argument type does."""
    helps = [text for text in _helps(typer.main.get_command(app)) if text]

    assert len(helps) > 80
    assert list(_found("\n".join(helps))) == []


def test_problems_use_the_words_of_the_field() -> None:
    """No meaning of a problem does."""
    meanings = [kind.meaning for kinds in problem_catalog().values() for kind in kinds]

    assert list(_found("\n".join(meanings))) == []


def test_arguments_use_the_words_of_the_field() -> None:
    """No sentence about an argument or output does."""
    types = [getattr(eks_pod_identity, name) for name in eks_pod_identity.__all__]
    documented = [each for each in types if each.__module__.startswith("eks_pod_identity.comp")]
    sentences = [one.meaning for each in documented for one in own_attributes(each)]

    assert len(sentences) > 50
    assert list(_found("\n".join(sentences))) == []


def _found(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if _AVOIDED.search(line):
            yield line


def _prose(text: str) -> str:
    without_blocks = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"\]\([^)]*\)|`[^`\n]*`", "", without_blocks)


def _helps(command: Any, context: Any = None) -> Iterator[str]:  # noqa: ANN401 - typer brings its own click
    """Yield the help of a command, of its options, and of the commands in it."""
    yield command.help or ""
    for parameter in command.params:
        yield getattr(parameter, "help", None) or ""
    context = command.context_class(command, parent=context)
    for name in command.list_commands(context) if hasattr(command, "list_commands") else ():
        yield from _helps(command.get_command(context, name), context)
