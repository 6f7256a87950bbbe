"""Texts of policies with their variables put in: patterns, and when they are the ones that count.

In: a value of a condition and what a key holds. Out: patterns with gates; UNCLEAR where AWS does
not say what a text means.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from collections.abc import Callable, Iterator
from enum import Enum
from itertools import product
from typing import TypeAlias

from eks_pod_identity.access.bounds import MAX_WAYS, TooLargeError
from eks_pod_identity.access.clause import ALWAYS, Formula, any_of, both, contrary, of_box
from eks_pod_identity.access.match import Wanted
from eks_pod_identity.access.pattern import Item, shape_of
from eks_pod_identity.access.space import Reading, Value
from eks_pod_identity.access.unknown import Unknown
from eks_pod_identity.iam.evaluation.glob import to_pattern
from eks_pod_identity.iam.evaluation.variable import Escaped, Literal, Variable, parse_text

KeyReader: TypeAlias = Callable[[str], Reading]
Alternative: TypeAlias = tuple[Formula, Wanted]


class Clarity(Enum):
    """Whether a text has a meaning."""

    UNCLEAR = "not documented"


UNCLEAR = Clarity.UNCLEAR


class TextReader:
    """Reads texts of one operator.

    Attributes:
        wildcards: Whether `*` and `?` are wildcards.
        ignore_case: Whether case does not count.
        colon: Whether wildcards take colons.
    """

    def __init__(
        self, read_key: KeyReader, *, wildcards: bool, ignore_case: bool = False, colon: bool = True
    ) -> None:
        self._read_key = read_key
        self.wildcards = wildcards
        self.ignore_case = ignore_case
        self.colon = colon

    def read(self, text: str, *, variables: bool) -> tuple[Alternative, ...] | Clarity:
        """Return the patterns that a text is, each with when it is that one.

        Where a variable has no value and no default, the text is none and equals nothing.
        """
        if not variables or "${" not in text:
            return ((ALWAYS, self._plain(text)),)
        pieces = parse_text(text)
        if pieces is None:
            return UNCLEAR
        choices: list[tuple[Alternative, ...]] = []
        for piece in pieces:
            found = self._piece(piece)
            if isinstance(found, Clarity):
                return found
            choices.append(found)
        return tuple(self._joined(choices))

    def _joined(self, choices: list[tuple[Alternative, ...]]) -> Iterator[Alternative]:
        ways = 1
        for each in choices:
            ways *= len(each)
        if ways > MAX_WAYS:
            raise TooLargeError("variables of one text")
        for chosen in product(*choices):
            gate = ALWAYS
            for formula, _ in chosen:
                gate = both(gate, formula)
            yield gate, tuple(item for _, wanted in chosen for item in wanted)

    def _piece(self, piece: Literal | Escaped | Variable) -> tuple[Alternative, ...] | Clarity:
        if isinstance(piece, Literal):
            return ((ALWAYS, self._plain(piece.text)),)
        if isinstance(piece, Escaped):
            return ((ALWAYS, self._exact(piece.text)),)
        found = self._read_key(piece.key)
        if found is None:
            return () if piece.default is None else self._default(piece.default)
        if not isinstance(found, Value) or found.several or len(found.texts) != 1:
            return UNCLEAR
        there = of_box(found.gates)
        wanted = tuple(
            each
            for part in found.texts[0]
            for each in ((part,) if isinstance(part, Unknown) else self._exact(part))
        )
        if piece.default is None or there == ALWAYS:
            return ((there, wanted),)
        missing = any_of(contrary(there))
        (default,) = self._default(piece.default)
        return ((there, wanted), (missing, default[1]))

    def _default(self, text: str) -> tuple[Alternative, ...]:
        return ((ALWAYS, self._exact(text)),)

    def _plain(self, text: str) -> tuple[Item, ...]:
        pattern = to_pattern(text) if self.wildcards else text
        return shape_of(pattern, colon=self.colon, ignore_case=self.ignore_case)

    def _exact(self, text: str) -> tuple[Item, ...]:
        return shape_of(text, ignore_case=self.ignore_case)


def with_arn_wildcards(wanted: Wanted) -> Wanted:
    """Let the wildcards of an ARN's last part take colons; those before it must not."""
    colons = 0
    items: list[Item | Unknown] = []
    for each in wanted:
        if isinstance(each, Item) and each.characters is None and colons >= _COLONS:
            items.append(each._replace(colon=True))
        else:
            items.append(each)
        colons += isinstance(each, Item) and each.characters == ":"
    return tuple(items)


def is_arn(wanted: Wanted) -> bool:
    """Tell whether a pattern has all six parts of an ARN."""
    return sum(isinstance(each, Item) and each.characters == ":" for each in wanted) >= _COLONS


_COLONS = 5
