"""docs/audit.md: what an audit prints, which rules it asks, what it may have to be allowed.

In: golden files, which tests hold against what is printed, and the rules. Out: the parts that the
prose has a line for.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from eks_pod_identity.audit.coverage import PARTIAL, why_not
from eks_pod_identity.audit.live_rules import LIVE_RULES
from eks_pod_identity_policies.catalog import RULES
from tools.docs.page import Page, table_lines

_GOLDEN = Path(__file__).parents[2] / "tests" / "golden" / "audit"
ACTIONS = (
    "eks:DescribeAddon",
    "eks:DescribeCluster",
    "eks:DescribePodIdentityAssociation",
    "eks:ListAddons",
    "eks:ListClusters",
    "eks:ListPodIdentityAssociations",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "iam:ListRoles",
)
"""What an audit calls; a test holds it against the calls that it makes."""


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
        "permissions": _permissions(),
    }


def _link(id_: str) -> str:
    return f"[{id_}](policies/{id_}.md)"


def _lines(golden: str) -> Iterator[str]:
    yield from (_GOLDEN / golden).read_text(encoding="utf-8").splitlines()


def _permissions() -> list[str]:
    statement = {"Effect": "Allow", "Action": list(ACTIONS), "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return json.dumps(document, indent=2).splitlines()


PAGE = Page("audit.md", _parts)
