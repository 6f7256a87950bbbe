"""What one change of a stack lets in: relations of trust policies, permissions and associations.

In: a document, a list or a flag as it is and as it will be. Out: a relation with the callers that
differ, in words. What is a secret, or not known yet, is not proved.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from eks_pod_identity.access.callers import KINDS, Kind
from eks_pod_identity.access.reach import Answer, Reach
from eks_pod_identity.access.relation import Difference, Relation, compare_kind, overall
from eks_pod_identity.access.sentences import caller_sets
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.iam.document import Document
from eks_pod_identity.iam.evaluation import Policy, compile_policy
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.review.stack_json import is_secret, is_unknown

Json: TypeAlias = Any
_NOBODY = Policy(())


@dataclass(frozen=True, slots=True)
class Change:
    """How one thing of a resource changes.

    Attributes:
        what: Which thing, as in "trust policy".
        relation: How what is new relates to what was.
        gained: Who gets in, or what is allowed, that was not; in words.
        lost: The contrary.
        reasons: Why nothing is proved.
    """

    what: str
    relation: Relation
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


class ChangeJudge:
    """Judges changes of roles of one account."""

    def __init__(self, settings_of: Callable[..., Sequence[Setting]]) -> None:
        """Take what is known of the account.

        Args:
            settings_of: Where the roles may live, of the documents that are compared.
        """
        self._settings_of = settings_of

    def trust(self, what: str, old: Json, new: Json) -> Change:
        """Return how a trust policy changes; None stands for a role that is not there."""
        return self._documents(what, old, new, DocumentKind.TRUST, KINDS)

    def permissions(self, what: str, old: Json, new: Json) -> Change:
        """Return how an identity policy changes; None stands for one that is not there."""
        return self._documents(what, old, new, DocumentKind.IDENTITY, (Kind.PERMISSIONS,))

    def _documents(
        self, what: str, old: Json, new: Json, form: DocumentKind, kinds: Iterable[Kind]
    ) -> Change:
        if not hidden((old, new)) and old == new:
            return Change(what, Relation.EQUAL)
        loaded = [_load(each, form) for each in (old, new)]
        reasons = tuple(each for each in loaded if isinstance(each, str))
        if reasons:
            return Change(what, Relation.NOT_PROVED, reasons=reasons)
        before, after = (each for each in loaded if not isinstance(each, str))
        return self._compared(what, before, after, kinds)

    def _compared(self, what: str, old: "_Loaded", new: "_Loaded", kinds: Iterable[Kind]) -> Change:
        documents = [each.document for each in (old, new) if each.document is not None]
        kinds = tuple(kinds)
        changes = [
            _change(what, [compare_kind(old.policy, new.policy, kind, each) for kind in kinds])
            for each in self._settings_of(*documents)
        ]
        if len({each.relation for each in changes}) == 1:
            return changes[0]
        return Change(what, Relation.NOT_PROVED, reasons=("depends on the role's account",))


@dataclass(frozen=True, slots=True)
class _Loaded:
    policy: Policy
    document: Document | None


def hidden(values: Iterable[Json]) -> str:
    """Return why one of some values cannot be looked at; empty if all can."""
    for each in values:
        if is_secret(each):
            return "a secret, which Pulumi does not print"
        if is_unknown(each):
            return "not known before the update"
    return ""


def _load(value: Json, form: DocumentKind) -> _Loaded | str:
    if value is None:
        return _Loaded(_NOBODY, None)
    if reason := hidden((value,)):
        return reason
    loaded = load_document(value, form)
    if isinstance(loaded, tuple):
        return f"malformed: {loaded[0]}"
    return _Loaded(compile_policy(loaded), loaded)


def _change(what: str, differences: list[Difference]) -> Change:
    relation = overall(tuple(each.relation for each in differences))
    gained = [each.gained for each in differences]
    lost = [each.lost for each in differences]
    return Change(what, relation, _words(gained), _words(lost), tuple(_reasons(gained + lost)))


def _words(reaches: list[Reach]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(each) for reach in reaches for each in caller_sets(reach)))


def _reasons(reaches: list[Reach]) -> Iterator[str]:
    for each in reaches:
        if each.answer is Answer.TOO_LARGE:
            yield f"too large: {each.too_large}"
        elif each.answer is Answer.DEPENDS:
            yield f"depends on {', '.join(each.depends_on)}"
