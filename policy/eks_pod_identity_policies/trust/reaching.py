"""Whom a trust policy lets in from elsewhere, by the exact set of calls and not by probes.

In: a compiled policy. Out: for each kind of stranger an answer, the statement that lets him in, and
one of his calls in words. The role's account is one that the document does not name, so that no
account of the document is taken for the role's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from eks_pod_identity.access.callers import Kind
from eks_pod_identity.access.classes import Class
from eks_pod_identity.access.masked import Mask, Masked
from eks_pod_identity.access.reach import Answer, Reach, reach_of
from eks_pod_identity.access.setting import named_settings, unnamed_setting
from eks_pod_identity.access.space import Order
from eks_pod_identity.access.unknown import Unknown
from eks_pod_identity.iam.evaluation import Policy

_SHOWN = ("account", "region", "cluster", "namespace", "service account", "role or user", "service")


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody from elsewhere who gets in, or cannot be shown not to.

    Attributes:
        kind: The kind of caller.
        answer: YES, DEPENDS or TOO_LARGE.
        statement: The label of the statement that lets him in.
        sample: One of his calls, as "account 999999999999, cluster another-cluster".
        depends_on: What is not known and decides.
    """

    kind: Kind
    answer: Answer
    statement: str
    sample: str
    depends_on: tuple[str, ...]

    @property
    def proof(self) -> str:
        """How sure it is, in words for a message."""
        return "lets in" if self.answer is Answer.YES else "cannot be shown to refuse"

    @property
    def reason(self) -> str:
        """What is missing for a proof, in brackets; empty if nothing is."""
        if self.answer is Answer.TOO_LARGE:
            return " (too large to be proved)"
        return f" (depends on {', '.join(self.depends_on)})" if self.depends_on else ""


def strangers_of(policy: Policy, kind: Kind, accounts: frozenset[str]) -> Iterator[Stranger]:
    """Yield one stranger of a kind if any gets in.

    Args:
        policy: The trust policy.
        kind: Of callers from other accounts.
        accounts: Those that are trusted; if empty, those that the document names one by one.
    """
    yield from _strangers(
        policy, reach_of(policy, kind, unnamed_setting(policy)), NotNamed(accounts)
    )


def other_clusters_of(policy: Policy) -> Iterator[Stranger]:
    """Yield a cluster of the role's account that gets in and is not named by name and region.

    The account is each that the policy names, and one that it does not name.
    """
    for setting in named_settings(policy):
        reach = reach_of(policy, Kind.OWN_PODS, setting)
        for part in ("cluster", "region"):
            yield from _strangers(policy, reach, partial(_is_not_named, part))


def _is_not_named(part: str, unknown: Unknown, each: Class) -> bool:
    return unknown.name != part or not each.only


def _strangers(policy: Policy, reach: Reach, mask: Mask) -> Iterator[Stranger]:
    masked = Masked(reach, mask)
    if masked.answer is Answer.TOO_LARGE:
        yield Stranger(reach.kind, masked.answer, _first_label(policy), "", ())
    elif masked.answer is not Answer.NO:
        doubts = reach.depends_on if masked.answer is Answer.DEPENDS else ()
        label = _label(policy, reach, mask)
        yield Stranger(reach.kind, masked.answer, label, _sample(masked), doubts)


class NotNamed:
    """Leaves out callers that the document or the configuration shows to be trusted."""

    def __init__(self, accounts: frozenset[str] = frozenset()) -> None:
        self._accounts = accounts

    def __call__(self, unknown: Unknown, each: Class) -> bool:
        """Tell whether a class is that of a caller who is not shown to be trusted."""
        if unknown.rank >= Order.FACT and unknown.rank < Order.UNTOLD:
            return each.witness is None  # of the role's own organization, for example
        if unknown.name == "account":
            trusted = each.witness in self._accounts if self._accounts else each.only
            return not trusted
        if unknown.name == "organization":
            return each.witness is None or not each.only
        if unknown.name.lower() == "aws:userid":
            return not (each.witness or "").startswith(("AROA", "AIDA"))  # IAM gives these out
        return True


def _sample(masked: Masked) -> str:
    sample = masked.sample()
    return ", ".join(f"{name} {sample[name]}" for name in _SHOWN if sample.get(name))


def _label(policy: Policy, reach: Reach, mask: Mask) -> str:
    """Return the first statement that alone lets the stranger in; else the first that allows."""
    allowing = [each for each in policy.statements if each.allow]
    denying = tuple(each for each in policy.statements if not each.allow)
    for each in allowing[:_SOME] if allowing[1:] else ():
        alone = reach_of(Policy((each, *denying)), reach.kind, reach.calls.setting)
        if Masked(alone, mask).answer is not Answer.NO:
            return each.label
    return _first_label(policy)


def _first_label(policy: Policy) -> str:
    return next(each.label for each in policy.statements if each.allow)


_SOME = 8  # of many statements that let somebody in the first says enough
