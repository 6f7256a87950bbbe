"""Unknowns of a call: what is not the same in every call, and the predicates that are asked of it.

In: domains, texts, shapes and spans. Out: numbered predicates, whose classes `classes` works out.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from eks_pod_identity.access.domains import Domain
from eks_pod_identity.access.pattern import Shape, fit, literal

PRESENT = 0
"""The predicate of every unknown: that it has a value; of a flag, that it is so."""

Span: TypeAlias = tuple[int, int]


@dataclass(eq=False)
class Unknown:
    """Something of a call that is not the same in every call.

    Attributes:
        name: What it is called; the key, where it is a key's whole value.
        rank: Its place in the order in which calls are described; no two have the same.
        domain: Its legal values; None for a flag and for a line.
        optional: Whether a call may lack it.
        excluded: Values that it does not have.
        line: First and last point, of a time or an address; then values are numbers.
        texts: The values that it is compared with, each with its predicate's number.
        shapes: The patterns likewise.
        spans: The stretches of the line likewise.
    """

    name: str
    rank: int
    domain: Domain | None = None
    optional: bool = False
    excluded: frozenset[str] = frozenset()
    line: Span | None = None
    texts: dict[str, int] = field(default_factory=dict)
    shapes: dict[Shape, int] = field(default_factory=dict)
    spans: dict[Span, int] = field(default_factory=dict)

    def is_text(self, text: str) -> int:
        """Return the predicate of one value."""
        return self.texts.setdefault(text, self._next())

    def is_within(self, span: Span) -> int:
        """Return the predicate of a stretch of the line."""
        return self.spans.setdefault(span, self._next())

    def is_like(self, shape: Shape) -> int | bool:
        """Return the predicate of a shape; True or False if all values agree on it."""
        if self.domain is None:
            raise TypeError(f"{self.name} has no words")
        fitted = fit(shape, self.domain.language)
        if fitted is None:
            return False
        text = literal(fitted)
        if text is not None:
            return self.is_text(text) if self.may_be(text) else False
        if len(fitted) == 1 and fitted[0].characters is None and fitted[0].many:
            return True if fitted[0].colon else self.shapes.setdefault(fitted, self._next())
        return self.shapes.setdefault(fitted, self._next())

    def may_be(self, text: str) -> bool:
        """Tell whether a text is one of its legal values."""
        domain = self.domain
        return domain is not None and text not in self.excluded and domain.language.has(text)

    def _next(self) -> int:
        return len(self.texts) + len(self.shapes) + len(self.spans) + 1
