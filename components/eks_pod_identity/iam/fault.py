"""What is wrong inside a policy document, as a fact without a place in a file or an advice."""

import reprlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentFault:
    """One fault of a document.

    Attributes:
        id: Kebab-case name of the bad thing.
        path: Where in the document, as in `Statement[0].Condition.Bool`; empty for the whole.
        message: What is wrong; lower case, no full stop, no advice.
    """

    id: str
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


def quote(value: object) -> str:
    """Return a value as it is written in JSON or Python, shortened: documents are not dumped."""
    return _SHORTENED.repr(value)


def member_path(path: str, name: str) -> str:
    """Return the path of a member of an object; the name shortened like any quotation."""
    short = name if len(name) <= _SHORTENED.maxstring else f"{name[: _SHORTENED.maxstring]}..."
    return f"{path}.{short}" if path else short


def wrong_type(value: object, wanted: str, path: str) -> DocumentFault:
    """Return the fault of a value of the wrong JSON type."""
    found = _JSON_NAMES.get(type(value), type(value).__name__)
    return DocumentFault("policy-wrong-type", path, f"{found} instead of {wanted}")


def not_an_object(value: object, path: str) -> DocumentFault:
    """Return the fault of a value that should be an object."""
    return wrong_type(value, "an object", path)


_JSON_NAMES: dict[type, str] = {
    bool: "a boolean",
    dict: "an object",
    float: "a number",
    int: "a number",
    list: "a list",
    str: "text",
    type(None): "null",
}

_SHORTENED = reprlib.Repr()
_SHORTENED.maxstring = 80
