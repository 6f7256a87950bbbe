"""Known words that are near to a misspelt one."""

import difflib
import re
from collections.abc import Iterable

_CUTOFF = 0.75  # roleArn and rolARN find roleARN; nodes does not find nodeGroups
_MOST = 5
_LONGEST = 100  # comparing costs the product of the lengths


def nearest_of(word: str, known: Iterable[str]) -> str:
    """Return the known word that is nearest, case aside, or nothing if none is near."""
    by_lower = {each.lower(): each for each in sorted(known)}
    near = difflib.get_close_matches(word[:_LONGEST].lower(), by_lower, n=1, cutoff=_CUTOFF)
    return by_lower[near[0]] if near else ""


def near_names(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return known names of several parts that may be meant: that have all its parts, or are alike.

    `ebs` and `EBS_CSI` find aws-ebs-csi-driver, as a misspelt name does.
    """
    by_lower = {each.lower(): each for each in sorted(known)}
    folded = word[:_LONGEST].lower()
    parts = re.findall(r"[a-z0-9]+", folded)
    within = [name for name in by_lower if parts and all(part in name for part in parts)]
    alike = difflib.get_close_matches(folded, by_lower, n=_MOST)
    return tuple(by_lower[name] for name in dict.fromkeys((*within, *alike)))[:_MOST]


def respelt(word: str, known: Iterable[str]) -> str:
    """Return the known word that is the same in another style, or nothing.

    `external-dns`, `external_dns` and `ExternalDNS` are all `externalDNS`.
    """
    return {_without_style(each): each for each in known}.get(_without_style(word), "")


def _without_style(word: str) -> str:
    return re.sub(r"[-_]", "", word).lower()
