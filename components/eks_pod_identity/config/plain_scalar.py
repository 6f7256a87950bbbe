"""Plain (unquoted) YAML scalars, typed by the field that reads them.

eksctl reads with Go's YAML 1.1 rules and lets the field decide: `version: 1.31` becomes text, and
`createServiceAccount: yes` becomes true. So a plain scalar that looks like a number or a boolean
stays a `PlainScalar` until a field asks for its value or for its text.

Goes in: the text of a plain scalar. Comes out: None, text, or a PlainScalar. Never raises.
"""

import json
import re
from typing import Self, TypeAlias

ScalarValue: TypeAlias = bool | int | float

# go.yaml.in/yaml/v2 resolve.go, which sigs.k8s.io/yaml uses: the words of YAML 1.1, in three cases.
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEANS = {
    spelling: word in ("y", "yes", "on", "true")
    for word in ("y", "yes", "on", "true", "n", "no", "off", "false")
    for spelling in (word, word.capitalize(), word.upper())
}
_DECIMAL = re.compile(r"[-+]?[0-9][0-9_]*")
_BASED = re.compile(r"[-+]?0(?:x[0-9a-fA-F_]+|o[0-7_]+|b[01_]+)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_MAX_LENGTH = 300  # longer ones overflow a float; Python refuses ints of more than 4,300 digits


class PlainScalar(str):
    """The text of an unquoted number or boolean, with the value that YAML reads it as."""

    __slots__ = ("value",)
    value: ScalarValue

    def __new__(cls, text: str, value: ScalarValue) -> Self:
        """Keep the text as the string and the value beside it."""
        scalar = super().__new__(cls, text)
        scalar.value = value
        return scalar

    @property
    def value_as_text(self) -> str:
        """The text that remains when YAML reads the scalar and writes it again."""
        return json.dumps(self.value)


def resolve_plain(text: str) -> str | None:
    """Return None for a null, a PlainScalar for a number or boolean, else the text itself."""
    if text in _NULL:
        return None
    value = _BOOLEANS[text] if text in _BOOLEANS else _number(text)
    return text if value is None else PlainScalar(text, value)


def _number(text: str) -> ScalarValue | None:
    if len(text) > _MAX_LENGTH:
        return None
    if _DECIMAL.fullmatch(text) or _BASED.fullmatch(text):
        return _integer(text.replace("_", ""))
    if _FLOAT.fullmatch(text):
        value = float(text)
        # Neither infinity nor NaN has a JSON text, so `.inf` and `1e999` stay words.
        return value if abs(value) != float("inf") else None
    return None


def _integer(digits: str) -> int | None:
    magnitude = digits.lstrip("+-")
    # YAML 1.1: a leading zero makes a number octal, and 089 is then no number at all.
    octal = re.fullmatch(r"0[0-7]+", magnitude)
    try:
        value = int(magnitude, 8) if octal else int(magnitude, 0)
    except ValueError:
        return None
    return -value if digits.startswith("-") else value
