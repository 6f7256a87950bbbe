"""Rules of policy documents: what IAM would refuse on sight, told by element.

Goes in: a document as JSON values. Comes out: paths below it and messages, which name elements and
never show the document.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from eks_pod_identity.config.fields import kind_of
from eks_pod_identity.config.places import Path, quoted

DocumentFault: TypeAlias = tuple[Path, str]

# IAM user guide, "Grammar of the IAM JSON policy language".
_VERSIONS = ("2012-10-17", "2008-10-17")
_ELEMENTS = frozenset({"Version", "Id", "Statement"})
_STATEMENT_ELEMENTS = frozenset(
    {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)
_PRINCIPALS = frozenset({"Principal", "NotPrincipal"})
_ACTION = re.compile(r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+")
_RESOURCE = re.compile(r"\*|arn:[^:]+:.+|\$\{.+")
_SID = re.compile(r"[A-Za-z0-9]*")
# IAM user guide, "IAM name requirements": the characters of policy documents.
_FOREIGN_CHARACTER = re.compile(r"[^\t\n\r\x20-\xff]")


def find_document_faults(document: Mapping[str, Any]) -> Iterator[DocumentFault]:
    """Yield what IAM would refuse in an identity policy or session policy."""
    yield from _unknown_elements(document, _ELEMENTS)
    if document.get("Version") not in _VERSIONS:
        yield ("Version",), 'expected Version: "2012-10-17"'
    statements = document.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    if not statements:
        yield ("Statement",), "no statement"
        return
    for index, statement in enumerate(listed):
        at: Path = ("Statement", index) if isinstance(statements, list) else ("Statement",)
        for path, message in _statement_faults(statement):
            yield (*at, *path), message
    yield from _foreign_characters(document)


def _statement_faults(statement: object) -> Iterator[DocumentFault]:
    if not isinstance(statement, Mapping):
        yield (), f"expected a statement (a mapping), found {kind_of(statement)}"
        return
    yield from _unknown_elements(statement, _STATEMENT_ELEMENTS)
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield ("Effect",), "expected Effect: Allow or Deny"
    yield from _one_of("Action", statement, _ACTION, "service:Action")
    yield from _one_of("Resource", statement, _RESOURCE, "an ARN or *")
    if not _is_sid(statement.get("Sid", "")):
        yield ("Sid",), "a Sid has letters and digits only"
    yield from _condition_faults(statement.get("Condition", {}))


def _unknown_elements(mapping: Mapping[str, Any], known: frozenset[str]) -> Iterator[DocumentFault]:
    for element in mapping:
        if element in _PRINCIPALS:
            yield (element,), f"{element} has no place in a policy that is attached to a role"
        elif element not in known:
            names = ", ".join(sorted(known))
            yield (element,), f"unknown element {quoted(element)}, expected {names}"


def _one_of(
    name: str, statement: Mapping[str, Any], pattern: re.Pattern[str], expected: str
) -> Iterator[DocumentFault]:
    given = [element for element in (name, f"Not{name}") if element in statement]
    if len(given) != 1:
        yield (), f"expected one of {name} and Not{name}, found {'both' if given else 'none'}"
        return
    element = given[0]
    value = statement[element]
    items = value if isinstance(value, list) else [value]
    if not items:
        yield (element,), f"{element} is an empty list"
    for index, item in enumerate(items):
        if not (isinstance(item, str) and pattern.fullmatch(item)):
            at: Path = (element, index) if isinstance(value, list) else (element,)
            found = quoted(item) if isinstance(item, str) else kind_of(item)
            yield at, f"expected {expected}, found {found}"


def _is_sid(sid: object) -> bool:
    return isinstance(sid, str) and bool(_SID.fullmatch(sid))


def _condition_faults(condition: object) -> Iterator[DocumentFault]:
    if not isinstance(condition, Mapping):
        yield ("Condition",), f"expected a mapping of operators, found {kind_of(condition)}"
        return
    for operator, keys in condition.items():
        at = ("Condition", operator)
        if not isinstance(keys, Mapping):
            yield at, f"expected a mapping of condition keys, found {kind_of(keys)}"
            continue
        for key, values in keys.items():
            items = values if isinstance(values, list) else [values]
            if not all(isinstance(each, str | bool | int | float) for each in items):
                yield (*at, key), "expected text, or a list of text"


def _foreign_characters(value: object, path: Path = ()) -> Iterator[DocumentFault]:
    match value:
        case str() if found := _FOREIGN_CHARACTER.search(value):
            yield path, f"character U+{ord(found.group()):04X} is not allowed in a policy"
        case Mapping():
            for key, each in value.items():
                yield from _foreign_characters(key, path)
                yield from _foreign_characters(each, (*path, key))
        case list():
            for index, each in enumerate(value):
                yield from _foreign_characters(each, (*path, index))
        case _:
            pass
