"""Names made of session tags, and whether two pods can come to the same one.

In: a text with variables. Out: why it is not one pod's alone. Names may share a beginning ("team",
"team-b"), and joined names may be cut in two ways ("a-b" and "c", "a" and "b-c").
"""

from collections.abc import Iterator, Sequence
from string import ascii_letters, ascii_lowercase, digits
from typing import Final

from eks_pod_identity.iam.evaluation.variable import Literal, Piece, Variable, parse_text
from eks_pod_identity_policies.session_tags import (
    CLUSTER_ARN,
    CLUSTER_NAME,
    NAMESPACE,
    PRINCIPAL_KEYS,
    SERVICE_ACCOUNT,
    tag_of,
)

_NAME = ascii_lowercase + digits
# What a name may go on with; a character that is not among these separates it from the next one.
_LETTERS: Final = {
    NAMESPACE: frozenset(_NAME + "-"),
    SERVICE_ACCOUNT: frozenset(_NAME + "-."),
    CLUSTER_NAME: frozenset(ascii_letters + digits + "-_"),
    CLUSTER_ARN: frozenset(ascii_letters + digits + "-_"),
}
_COLONS = 5


def overlaps_of(text: str, *, wildcards: bool) -> Iterator[str]:
    """Yield why a text with session tags does not mean one pod only, in words.

    Args:
        text: As written in a policy of 2012-10-17.
        wildcards: Whether `*` is a wildcard here.
    """
    pieces = _last_part(parse_text(text) or ())
    for at, piece in enumerate(pieces):
        if _is_tag(piece):
            yield from _behind(pieces, at, wildcards=wildcards)
            yield from _before(pieces, at, wildcards=wildcards)


def _last_part(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Return the pieces behind the fifth colon of an ARN: wildcards before end at colons."""
    colons = 0
    for at, piece in enumerate(pieces):
        if not isinstance(piece, Literal):
            continue
        if colons == 0 and at == 0 and not piece.text.startswith("arn:"):
            return pieces
        missing = _COLONS - colons
        colons += piece.text.count(":")
        if colons >= _COLONS:
            return (Literal(piece.text.split(":", missing)[missing]), *pieces[at + 1 :])
    return pieces


def _is_tag(piece: Piece) -> bool:
    return (
        isinstance(piece, Variable)
        and piece.key in PRINCIPAL_KEYS
        and tag_of(piece.key) in _LETTERS
    )


def _letters(piece: Piece) -> frozenset[str]:
    return _LETTERS[tag_of(piece.key)] if isinstance(piece, Variable) else frozenset()


def _behind(pieces: Sequence[Piece], at: int, *, wildcards: bool) -> Iterator[str]:
    """Yield what is wrong with what follows a tag."""
    letters, tag = _letters(pieces[at]), tag_of(getattr(pieces[at], "key", ""))
    between = ""
    for piece in pieces[at + 1 :]:
        if _is_tag(piece):
            other = _letters(piece)
            if all(each in letters and each in other for each in between):
                name = tag_of(getattr(piece, "key", ""))
                joined = f'by "{between}"' if between else "by nothing"
                yield f"{tag} and {name} are joined {joined}, which both may contain"
            return
        if not isinstance(piece, Literal):
            return
        open_at = piece.text.find("*") if wildcards else -1
        fixed = between + (piece.text if open_at < 0 else piece.text[:open_at])
        if any(each not in letters and each != "?" for each in fixed):
            return
        if open_at >= 0:
            yield f"{tag} is followed by * without a separator, so it means longer names too"
            return
        between = fixed


def _before(pieces: Sequence[Piece], at: int, *, wildcards: bool) -> Iterator[str]:
    """Yield what is wrong with a wildcard before a tag."""
    before = pieces[at - 1] if at else None
    if not wildcards or not isinstance(before, Literal) or "*" not in before.text:
        return
    fixed = before.text.rpartition("*")[2]
    if all(each in _letters(pieces[at]) or each == "?" for each in fixed):
        tag = tag_of(getattr(pieces[at], "key", ""))
        yield f"{tag} stands behind * without a separator, so it means longer names too"
