"""Values of one unknown in words: "any", "but", "like", lists and samples.

In: the classes of an unknown and which of them are meant. Out: what they are, as short as it can
be said truly.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address

from eks_pod_identity.access.classes import Class
from eks_pod_identity.access.lines import HORIZON, SIX
from eks_pod_identity.access.pattern import Shape
from eks_pod_identity.access.unknown import Unknown

_SOME = 6


@dataclass(frozen=True, slots=True)
class Values:
    """Values in words.

    Attributes:
        texts: The values, or patterns of them; empty for all.
        alike: Whether the texts are patterns.
        but: Whether all others are meant.
        less: What of the patterns is not meant.
        absent: Whether having none is meant too.
        sample: One of them; None if having none is all that is meant.
    """

    texts: tuple[str, ...] = ()
    alike: bool = False
    but: bool = False
    less: tuple[str, ...] = ()
    absent: bool = False
    sample: str | None = None

    @property
    def is_all(self) -> bool:
        """Whether any value is meant."""
        return not self.texts and self.sample is not None

    @property
    def only(self) -> str | None:
        """The one value that is meant, None if there are several."""
        one = len(self.texts) == 1 and not self.alike and not self.but and not self.absent
        return self.texts[0] if one else None

    def listed(self) -> str:
        """Return the texts, the first of many."""
        return _listed(self.texts)

    def of(self, name: str, plural: str = "") -> str:
        """Return the values with what they are called: "any namespace but kube-system"."""
        if self.is_all:
            return f"any {name}"
        if not self.texts:
            return f"no {name}"
        if self.texts == (_SUCH_AS,):
            return f"some {plural or name + 's'} such as {self.sample}"
        if self.but:
            return f"any {name} but {'those like ' if self.alike else ''}{self.listed()}"
        if self.alike:
            less = f" but {_listed(self.less)}" if self.less else ""
            return f"{plural or name + 's'} like {self.listed()}{less}"
        return f"{name if len(self.texts) == 1 else plural or name + 's'} {self.listed()}"


def values_of(unknown: Unknown, classes: Sequence[Class], meant: Sequence[int]) -> Values:
    """Return the meant classes of an unknown in words."""
    chosen = [classes[at] for at in meant]
    there = [each for each in chosen if each.bits]
    absent = len(there) < len(chosen)
    others = [each for at, each in enumerate(classes) if at not in set(meant) and each.bits]
    sample = written(unknown, there[0].witness or "") if there else None
    if not there or not others:
        return Values(absent=absent, sample=sample)
    if unknown.line is not None:
        return Values((_stretches(unknown, classes, meant),), absent=absent, sample=sample)
    texts, alike = _named(unknown, there, classes)
    left, left_alike = _named(unknown, others, classes)
    if texts is not None and (left is None or len(texts) <= len(left) + 1):
        return Values(texts, alike, absent=absent, sample=sample)
    if left is not None:
        return Values(left, left_alike, but=True, absent=absent, sample=sample)
    for text, less in _narrowed(unknown, there, classes):
        return Values((text,), alike=True, less=less, absent=absent, sample=sample)
    return Values((_SUCH_AS,), alike=True, absent=absent, sample=sample)


def _narrowed(
    unknown: Unknown, wanted: Sequence[Class], classes: Sequence[Class]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield a pattern, and what has to be taken out of it to have exactly the wanted classes."""
    bits = {each.bits for each in wanted}
    for shape, number in unknown.shapes.items():
        covered = [each for each in classes if each.bits >> number & 1]
        if bits <= {each.bits for each in covered}:
            out = [each for each in covered if each.bits not in bits]
            less, alike = _named(unknown, out, classes)
            if less is not None:
                yield (
                    shape_text(shape),
                    tuple(f"those like {each}" if alike else each for each in less),
                )


_SUCH_AS = "\0"  # no value has it


def _listed(texts: tuple[str, ...]) -> str:
    shown = texts[:_SOME]
    more = len(texts) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _named(
    unknown: Unknown, wanted: Sequence[Class], classes: Sequence[Class]
) -> tuple[tuple[str, ...] | None, bool]:
    """Return texts that name exactly the wanted classes, and whether they are patterns."""
    if all(each.only for each in wanted):
        return tuple(each.witness or "" for each in wanted), False
    left, texts = {each.bits for each in wanted}, []
    for shape, number in unknown.shapes.items():
        covered = {each.bits for each in classes if each.bits >> number & 1}
        if covered and covered <= {each.bits for each in wanted} and covered & left:
            texts.append(shape_text(shape))
            left -= covered
    rest = [each for each in wanted if each.bits in left]
    if not texts or not all(each.only for each in rest):
        return None, False
    return (*texts, *(each.witness or "" for each in rest)), True


def shape_text(shape: Shape) -> str:
    """Return a shape as it is written in a policy."""
    return "".join(
        ("*" if item.many else "?") if item.characters is None else _characters(item.characters)
        for item in shape
    )


def _characters(characters: str) -> str:
    return characters if len(characters) == 1 else f"[{characters}]"


def written(unknown: Unknown, witness: str) -> str:
    """Return a value as a human writes it: a point of a line as a date or an address."""
    if unknown.line is None:
        return witness
    point = int(witness)
    if unknown.name == "time":
        return datetime.fromtimestamp(point, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(IPv4Address(point) if point < SIX else IPv6Address(point - SIX))


def _stretches(unknown: Unknown, classes: Sequence[Class], meant: Sequence[int]) -> str:
    starts = [each for each in classes if each.bits]
    texts = []
    at = 0
    while at < len(starts):
        first = at
        while at < len(starts) and at in meant:
            at += 1
        if at > first:
            begin, end = starts[first], starts[at] if at < len(starts) else None
            texts.append(_stretch(unknown, begin, end))
        at += 1
    return " or ".join(texts)


def _stretch(unknown: Unknown, begin: Class, end: Class | None) -> str:
    first = int(begin.witness or 0)
    low = written(unknown, str(first))
    line = unknown.line or (0, HORIZON)
    if end is None:
        return f"from {low}"
    high = written(unknown, str(int(end.witness or 0) - 1))
    return f"until {high}" if first == line[0] and unknown.name == "time" else f"{low} to {high}"
