"""Patterns as sequences of items, and all patterns of one unknown run side by side.

In: texts of policies whose wildcards are marked (`iam.evaluation.glob`). Out: shapes, and an
automaton that tells which of several shapes match a word. ARN operators take wildcards that stop
at a colon, so an item may exclude it.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from eks_pod_identity.access.language import Language
from eks_pod_identity.iam.evaluation.glob import ANY_CHARACTER, ANY_TEXT


class Item(NamedTuple):
    """A step of a pattern.

    Attributes:
        characters: What it takes; None for any character.
        many: Whether it takes any number of them, none included.
        colon: Whether any character may be a colon.
    """

    characters: str | None
    many: bool = False
    colon: bool = True

    def takes(self, character: str) -> bool:
        """Tell whether a character fits."""
        if self.characters is None:
            return self.colon or character != ":"
        return character in self.characters


Shape: TypeAlias = tuple[Item, ...]

ANYTHING: Shape = (Item(None, many=True),)


def shape_of(pattern: str, *, colon: bool = True, ignore_case: bool = False) -> Shape:
    """Return the shape of a pattern.

    Args:
        pattern: Text in which wildcards are marked.
        colon: Whether wildcards take colons.
        ignore_case: Whether letters stand for both cases.
    """
    return tuple(_item(each, colon=colon, ignore_case=ignore_case) for each in pattern)


def _item(character: str, *, colon: bool, ignore_case: bool) -> Item:
    if character in (ANY_TEXT, ANY_CHARACTER):
        return Item(None, many=character == ANY_TEXT, colon=colon)
    if ignore_case:
        return Item("".join(sorted({character.lower(), character.upper()})))
    return Item(character)


def literal(shape: Shape) -> str | None:
    """Return the one text that a shape matches, None if there are several."""
    if any(item.many or item.characters is None or len(item.characters) != 1 for item in shape):
        return None
    return "".join(item.characters or "" for item in shape)


def fit(shape: Shape, language: Language) -> Shape | None:
    """Return a shape that matches the same words of a language, as plain as can be.

    None if it certainly matches none: a character that no word has, or too many of them.
    """
    colon = ":" in language.alphabet
    items: list[Item] = []
    for item in shape:
        fitted = _fit_item(item, language.alphabet, colon=colon)
        if fitted.characters == "" and not fitted.many:
            return None
        if not (fitted.many and items and items[-1] == fitted):
            items.append(fitted)
    least = sum(not item.many for item in items)
    return None if language.longest is not None and least > language.longest else tuple(items)


def _fit_item(item: Item, alphabet: frozenset[str], *, colon: bool) -> Item:
    if item.characters is None:
        return item if item.colon or colon else Item(None, item.many)
    return Item("".join(each for each in item.characters if each in alphabet), item.many)


class Patterns:
    """Several shapes, matched at once by sets of positions in one number."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._items = [item for shape in shapes for item in (*shape, None)]
        self._many = sum(1 << i for i, item in enumerate(self._items) if item and item.many)
        self._steps: dict[str, tuple[int, int]] = {}
        starts, ends, at = 0, [], 0
        for shape in shapes:
            starts |= 1 << at
            ends.append(1 << (at + len(shape)))
            at += len(shape) + 1
        self._ends = ends
        self.start = self._spread(starts)

    def step(self, positions: int, character: str) -> int:
        """Return where the patterns are after one more character."""
        step = self._steps.get(character)
        if step is None:
            step = self._steps[character] = self._masks(character)
        once, many = step
        return self._spread((positions & once) << 1 | (positions & many))

    def matched(self, positions: int) -> int:
        """Return which patterns match what was read, the first in the lowest bit."""
        return sum(1 << i for i, end in enumerate(self._ends) if positions & end)

    def match(self, text: str) -> int:
        """Return which patterns match a text."""
        positions = self.start
        for character in text:
            positions = self.step(positions, character)
        return self.matched(positions)

    def _masks(self, character: str) -> tuple[int, int]:
        fitting = sum(
            1 << i for i, item in enumerate(self._items) if item and item.takes(character)
        )
        return fitting & ~self._many, fitting & self._many

    def _spread(self, positions: int) -> int:
        """Add the positions behind steps that may take nothing."""
        while more := (positions & self._many) << 1 & ~positions:
            positions |= more
        return positions


def written_characters(shapes: Iterable[Shape]) -> frozenset[str]:
    """Return the characters that shapes name."""
    return frozenset(
        character for shape in shapes for item in shape for character in item.characters or ""
    )


def number_shapes(digits: str, relation: str) -> tuple[Shape, ...]:
    """Return the shapes of numbers with as many digits that are less or greater.

    Args:
        digits: The bound.
        relation: "<" or ">".
    """
    shapes = []
    for at, digit in enumerate(digits):
        others = [each for each in _DIGITS if (each < digit if relation == "<" else each > digit)]
        if others:
            rest = len(digits) - at - 1
            head = tuple(map(Item, digits[:at]))
            shapes.append((*head, Item("".join(others)), *(Item(_DIGITS),) * rest))
    return tuple(shapes)


_DIGITS = "0123456789"
