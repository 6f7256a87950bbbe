"""docs/audit.md: what an audit prints, and which rules it asks.

In: golden files, which tests hold against what is printed, and the rules. Out: the parts that the
prose has a line for.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from eks_pod_identity.audit.coverage import PARTIAL, why_not
from eks_pod_identity.audit.live_rules import LIVE_RULES
from eks_pod_identity_policies.catalog import RULES
from tools.docs.page import Page, table_lines

_GOLDEN = Path(__file__).parents[2] / "tests" / "golden" / "audit"


def _parts() -> dict[str, Iterable[str]]:
    unasked = ((_link(rule.id), why) for rule in RULES if (why := why_not(rule)))
    return {
        "text": _lines("staging-80.txt"),
        "declared": _lines("declared-80.txt"),
        "analyze": _lines("analyze.txt"),
        "not-asked": table_lines(("Rule", "Why not"), unasked),
        "partial": table_lines(
            ("Rule", "What is seen"), ((_link(id_), seen) for id_, seen in PARTIAL.items())
        ),
        "own": table_lines(
            ("Rule", "Severity", "Level", "Asserts", "Why"),
            (
                (f"`{rule.id}`", rule.severity.value, rule.level.value, rule.title, rule.why)
                for rule in LIVE_RULES
            ),
        ),
    }


def _link(id_: str) -> str:
    return f"[{id_}](policies/{id_}.md)"


def _lines(golden: str) -> Iterator[str]:
    yield from (_GOLDEN / golden).read_text(encoding="utf-8").splitlines()


PAGE = Page("audit.md", _parts)
