"""Whom a trust policy lets in from elsewhere, by the exact set of calls and not by probes.

In: a compiled policy. Out: for each kind of stranger an answer, the statement that lets him in, and
one of his calls in words. The role's account is one that the document does not name, so that no
account of the document is taken for the role's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from eks_pod_identity.access.callers import Kind
from eks_pod_identity.access.classes import Class
from eks_pod_identity.access.masked import Masked
from eks_pod_identity.access.reach import Answer, Reach, reach_of
from eks_pod_identity.access.setting import Setting, unnamed_setting
from eks_pod_identity.access.space import Order
from eks_pod_identity.access.unknown import Unknown
from eks_pod_identity.iam.evaluation import Policy, Statement

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
    setting = unnamed_setting(policy)
    mask = _Mask(accounts)
    found = _asked(policy, kind, setting, mask)
    if found.answer is Answer.NO:
        return
    label = _label(policy, kind, setting, mask)
    doubts = found.depends_on if found.answer is Answer.DEPENDS else ()
    yield Stranger(kind, found.answer, label, found.sample(), doubts)


class _Mask:
    """Leaves out callers that the document or the configuration shows to be trusted."""

    def __init__(self, accounts: frozenset[str]) -> None:
        self._accounts = accounts

    def __call__(self, unknown: Unknown, each: Class) -> bool:
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


@dataclass(frozen=True, slots=True)
class _Found:
    reach: Reach
    masked: Masked

    @property
    def answer(self) -> Answer:
        return self.masked.answer

    @property
    def depends_on(self) -> tuple[str, ...]:
        return self.reach.depends_on

    def sample(self) -> str:
        if self.answer is Answer.TOO_LARGE:
            return ""
        sample = self.masked.sample()
        return ", ".join(f"{name} {sample[name]}" for name in _SHOWN if sample.get(name))


def _asked(policy: Policy, kind: Kind, setting: Setting, mask: _Mask) -> _Found:
    reach = reach_of(policy, kind, setting)
    return _Found(reach, Masked(reach, mask))


def _label(policy: Policy, kind: Kind, setting: Setting, mask: _Mask) -> str:
    """Return the first statement that alone lets the stranger in; else the first that allows."""
    allowing = [each for each in policy.statements if each.allow]
    denying = tuple(each for each in policy.statements if not each.allow)
    for each in allowing:
        alone = _asked(Policy((each, *denying)), kind, setting, mask)
        if alone.answer is not Answer.NO:
            return each.label
    return _first(allowing).label


def _first(statements: list[Statement]) -> Statement:
    return statements[0]
