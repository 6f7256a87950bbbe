"""docs/policies/: one page for each rule of the policy pack, and an index.

What a page shows as bad and good are cases of the corpus, so every example is judged by a test;
what it quotes is what the rule says of the case.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eks_pod_identity_policies.catalog import RULES
from eks_pod_identity_policies.rule import Framework, ResourceRule, Rule
from tools.docs.page import table_lines
from tools.docs.policy_examples import CORPUS, example_lines

_ROOT = Path(__file__).parents[2]
_FOLDER = _ROOT / "docs" / "policies"
_MADE = "<!-- Made by tools/docs/policies.py, do not edit: make docs -->"


@dataclass(frozen=True, slots=True)
class RulePage:
    """The page of one rule."""

    rule: Rule

    @property
    def name(self) -> str:
        """The file's name in docs/."""
        return f"policies/{self.rule.id}.md"

    @property
    def path(self) -> Path:
        """Where the page lies."""
        return _FOLDER / f"{self.rule.id}.md"

    def render(self) -> str:
        """Return the whole text of the page."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        rule = self.rule
        yield from (_MADE, "", f"# {rule.id}", "", rule.title, "")
        yield f"Severity {rule.severity.value}, {rule.level.value} by default. {_kind(rule)}"
        if rule.framework:
            yield from ("", _framework(rule.framework))
        yield from ("", "## Why", "", f"{rule.why} [Source]({rule.source})")
        yield from ("", "## What to do", "", rule.fix)
        yield from self._remedy()
        yield from self._configuration()
        for word, title in (("bad", "Reported"), ("good", "Not reported")):
            yield from ("", f"## {title}", "", *example_lines(rule, word))
        folder = f"../../tests/policy/corpus/{rule.id}"
        count = len(self._cases("bad")), len(self._cases("good"))
        yield from ("", f"[All cases]({folder}): {count[0]} reported, {count[1]} not.")

    def _remedy(self) -> Iterator[str]:
        if isinstance(self.rule, ResourceRule) and self.rule.remedy:
            yield from ("", f"At the level `remediate`: {self.rule.remedy.does}")

    def _configuration(self) -> Iterator[str]:
        if not self.rule.config:
            return
        yield from ("", "## Configuration", "")
        rows = (
            (f"`{name}`", schema["description"], f"`{json.dumps(schema['default'])}`")
            for name, schema in self.rule.config.items()
        )
        yield from table_lines(("Property", "Meaning", "Default"), rows)

    def _cases(self, word: str) -> list[Path]:
        return sorted((CORPUS / self.rule.id).glob(f"{word}-*.yaml"))


@dataclass(frozen=True, slots=True)
class IndexPage:
    """The table of all rules."""

    name: str = "policies/README.md"

    @property
    def path(self) -> Path:
        """Where the page lies."""
        return _FOLDER / "README.md"

    def render(self) -> str:
        """Return the whole text of the page."""
        rows = (
            (f"[{rule.id}]({rule.id}.md)", rule.severity.value, rule.level.value, rule.title)
            for rule in RULES
        )
        prose = (Path(__file__).parent / "policies.md").read_text(encoding="utf-8").splitlines()
        table = list(table_lines(("Rule", "Severity", "Level", "Asserts"), rows))
        lines = [part for line in prose for part in (table if line == "{rules}" else [line])]
        return "\n".join([_MADE, "", *lines]) + "\n"


def _framework(framework: Framework) -> str:
    name = f"{framework.name} {framework.version}".rstrip()
    control = f"[{framework.control}, {framework.title}]({framework.page})"
    return f"For pods it enforces {control} of {name}."


def _kind(rule: Rule) -> str:
    if isinstance(rule, ResourceRule):
        return "Judges each resource by itself, before it is touched."
    return "Judges how resources fit together, at preview and once more after an update."


PAGES: tuple[IndexPage | RulePage, ...] = (IndexPage(), *map(RulePage, RULES))
