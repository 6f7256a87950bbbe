"""The words of a model's docstring, for the one who fills it in."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass

from eks_pod_identity.config.section import Section

_ATTRIBUTE = re.compile(r"^    (\w+): (.*(?:\n {5,}.*)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Prose:
    """What a section is, and what each of its fields is."""

    summary: str
    fields: Mapping[str, str]


def describe(section: type[Section]) -> Prose:
    """Return the words of a section's docstring, and of those it inherits from for their fields."""
    inherited: dict[str, str] = {}
    for base in section.__mro__[1:]:
        if issubclass(base, Section) and base is not Section:
            inherited = {**describe(base).fields, **inherited}
    summary, _, rest = (inspect.getdoc(section) or "").partition("\n\n")
    _, _, attributes = rest.partition("Attributes:\n")
    fields = {name: _one_line(text) for name, text in _ATTRIBUTE.findall(attributes)}
    return Prose(_one_line(summary), {**inherited, **fields})


def _one_line(text: str) -> str:
    return " ".join(text.split())
