"""JSON text or a JSON-like value, read strictly into plain dicts, lists and scalars.

In: anything. Out: a plain value, or faults. Stricter than `json`, which keeps the last of two equal
keys and takes NaN; and bounded, so that no input is slow or overflows the stack.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeAlias

from eks_pod_identity.iam.fault import DocumentFault, member_path, quote

Plain: TypeAlias = Any  # dict, list, str, int, float, bool or None, all the way down
_Path: TypeAlias = tuple[str | int, ...]
Faults: TypeAlias = tuple[DocumentFault, ...]

# What the IAM API takes at most, PutRolePolicy.PolicyDocument; every quota is far below.
MAX_LENGTH = 131_072
# Document, Statement, element, operator, key and value make six; one to spare.
_MAX_DEPTH = 7
_MAX_INTEGER = 2**63  # no condition counts further, and Python refuses to print huge ones
# The characters that IAM takes in a document, "IAM and AWS STS quotas, IAM name requirements".
_BAD_CHARACTER = re.compile("[^\t\n\r\u0020-\u00ff]")


def read_plain(source: object) -> Plain | Faults:
    """Return the plain value of JSON text or of a JSON-like value; a tuple holds faults."""
    if not isinstance(source, str):
        return copy_plain(source)
    if len(source) > MAX_LENGTH:
        return (_too_long(),)
    if fault := _bad_character(source, ()):
        return (fault,)
    return _parse(source)


def _parse(text: str) -> Plain | Faults:
    twice: list[str] = []

    def build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        built = dict(pairs)
        if len(built) < len(pairs):
            counts = Counter(key for key, _ in pairs)
            twice.extend(key for key, count in counts.items() if count > 1)
        return built

    try:
        value = json.loads(text, object_pairs_hook=build_object, parse_constant=_refuse)
    except RecursionError:
        return (_too_deep(()),)
    except ValueError as error:  # also a number of thousands of digits
        return (DocumentFault("policy-not-json", "", f"not JSON: {_reason(error)}"),)
    return tuple(map(_duplicate, twice)) or copy_plain(value)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower()} at line {error.lineno}, column {error.colno}"
    return str(error)


def copy_plain(value: object) -> Plain | Faults:
    """Return a copy of plain dicts and lists, or what in the value is not JSON."""
    copier = _Copier()
    copied = copier.copy(value, ())
    return tuple(copier.faults) if copier.faults else copied


class _Copier:
    """Copies one value; stops descending once there is a fault or too much of it."""

    def __init__(self) -> None:
        self.faults: list[DocumentFault] = []
        self._left = MAX_LENGTH

    def copy(self, value: object, path: _Path) -> Plain:
        self._left -= 2 + (len(value) if isinstance(value, str) else 0)
        if self._left < 0:
            return self._fail(_too_long())
        if len(path) > _MAX_DEPTH:
            return self._fail(_too_deep(path))
        if isinstance(value, str):
            self._check_text(value, path)
            return str(value)
        if isinstance(value, dict | Mapping):
            return self._copy_object(value, path)
        if isinstance(value, list | tuple):
            return self._copy_list(value, path)
        return self._copy_scalar(value, path)

    def _copy_object(self, value: Mapping[Any, Any], path: _Path) -> Plain:
        copied: dict[str, Any] = {}
        for key, member in value.items():
            if self.faults:
                break
            if not isinstance(key, str):
                return self._fail(_not_json(path, key))
            self._check_text(key, path)
            copied[key] = self.copy(member, (*path, key))
        return copied

    def _copy_list(self, value: list[Any] | tuple[Any, ...], path: _Path) -> Plain:
        copied = []
        for index, member in enumerate(value):
            if self.faults:
                break
            copied.append(self.copy(member, (*path, index)))
        return copied

    def _copy_scalar(self, value: object, path: _Path) -> Plain:
        if value is None or (isinstance(value, int) and abs(value) < _MAX_INTEGER):
            return value
        if isinstance(value, float) and math.isfinite(value):
            return value
        return self._fail(_not_json(path, value))

    def _check_text(self, text: str, path: _Path) -> None:
        if fault := _bad_character(text, path):
            self.faults.append(fault)

    def _fail(self, fault: DocumentFault) -> None:
        self.faults.append(fault)


def _bad_character(text: str, path: _Path) -> DocumentFault | None:
    found = _BAD_CHARACTER.search(text)
    if not found:
        return None
    message = f"character U+{ord(found[0]):04X}, IAM takes none beyond U+00FF and no control codes"
    return DocumentFault("policy-bad-character", _written(path), message)


def _duplicate(key: str) -> DocumentFault:
    return DocumentFault("policy-duplicate-key", "", f"{quote(key)} twice in one object")


def _too_long() -> DocumentFault:
    return DocumentFault("policy-too-long", "", f"more than {MAX_LENGTH:,} characters")


def _too_deep(path: _Path) -> DocumentFault:
    return DocumentFault("policy-too-deep", _written(path), "nested deeper than a policy can be")


def _not_json(path: _Path, value: object) -> DocumentFault:
    message = f"a {type(value).__name__} is not JSON"
    return DocumentFault("policy-not-json", _written(path), message)


def _written(path: _Path) -> str:
    text = ""
    for each in path:
        text = f"{text}[{each}]" if isinstance(each, int) else member_path(text, each)
    return text
