"""What a value of the wrong kind was meant to be, as the line to type.

Goes in: the key, the kind that it takes, and the value. Comes out: lines of help, or none.
"""

import json
from collections.abc import Mapping
from typing import Any

from eks_pod_identity.config.places import Path
from eks_pod_identity.config.plain_scalar import PlainScalar, resolve_plain
from eks_pod_identity.config.words import quoted

_LONGEST = 300  # a longer value fits no line of help
_LIST, _MAPPING, _TEXT = "a list", "a mapping", "text"
# What the items of a list of mappings are called by.
_NAMES = {"addons": "name", "podIdentityAssociations": "serviceAccountName"}


def intended(path: Path, expected: str, value: object) -> tuple[str, ...]:
    """Return what to type in place of a value.

    Args:
        path: Where the value is.
        expected: The kind that the key takes, as `fields` names it.
        value: What was found.
    """
    match value:
        case PlainScalar():
            return _for_scalar(path, value)
        case str():
            return _for_text(path, expected, value)
        case Mapping():
            return _for_mapping(path, expected)
        case list() | tuple():
            return _for_list(path, expected, value)
        case _:
            return ()


def line_for(path: Path, value: str) -> str:
    """Return the line that gives the last part of a path a value."""
    return f"- {value}" if isinstance(path[-1], int) else f"{path[-1]}: {value}"


def _for_scalar(path: Path, value: PlainScalar) -> tuple[str, ...]:
    if path[-1] == "autoModeConfig" and isinstance(value.value, bool):
        return (f"autoModeConfig:\n  enabled: {json.dumps(value.value)}",)
    return ()


def _for_text(path: Path, expected: str, text: str) -> tuple[str, ...]:
    match expected:
        case "true or false":
            return _flags(path, text)
        case "a whole number" if isinstance(_plain(text), int):
            return (line_for(path, str(_plain(text))),)
        case "a list":
            return (_indented(f"{path[-1]}:", _item(path, text)),) if len(text) <= _LONGEST else ()
        case _ if _holds_mapping(text):
            return (f"delete the quotes (or the |): the JSON itself is the value of {path[-1]}",)
        case _ if isinstance(path[-1], int) and len(path) > 1 and len(text) <= _LONGEST:
            return (_item(path[:-1], text),)
        case _:
            return ()


def _flags(path: Path, text: str) -> tuple[str, ...]:
    meant = _plain(text)
    if isinstance(meant, bool):
        return (line_for(path, json.dumps(meant)),)
    return line_for(path, "true"), line_for(path, "false")


def _plain(text: str) -> object:
    """Return what a quoted text would be without its quotes."""
    resolved = resolve_plain(text.strip())
    return resolved.value if isinstance(resolved, PlainScalar) else resolved


def _item(path: Path, text: str) -> str:
    name = _NAMES.get(str(path[-1]))
    shown = text if resolve_plain(text) == text and text.isprintable() else quoted(text, _LONGEST)
    if name is None:
        return f"- {shown}"
    namespace, slash, account = text.partition("/")
    if slash and path[-1] == "podIdentityAssociations":
        return f"- namespace: {namespace}\n  serviceAccountName: {account}"
    return f"- {name}: {shown}"


def _indented(head: str, block: str) -> str:
    return "\n  ".join([head, *block.splitlines()])


def _holds_mapping(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _for_mapping(path: Path, expected: str) -> tuple[str, ...]:
    if expected == _LIST:
        return ('begin each item with "- "',)
    if expected != _TEXT:
        return ()
    if path[-1] == "configurationValues":
        return ("make it text: configurationValues: | with the lines below it indented",)
    if path[-1] == "policy":
        return ('make it JSON text: policy: \'{"Version": "2012-10-17", "Statement": [...]}\'',)
    return ()


def _for_list(path: Path, expected: str, value: list[Any] | tuple[Any, ...]) -> tuple[str, ...]:
    if expected == _TEXT and path[-1] == "configurationValues":
        return ("make it text: configurationValues: | with the lines below it indented",)
    if expected == _TEXT and len(value) == 1 and isinstance(value[0], str):
        return (line_for(path, value[0]),)
    if expected == _MAPPING and path[-1] == "wellKnownPolicies":
        names = [each for each in value if isinstance(each, str)]
        return ("\n".join([f"{path[-1]}:", *(f"  {name}: true" for name in names)]),)
    if expected == _MAPPING and path[-1] == "tags":
        return ("tags:\n  KEY: VALUE",)
    return ()
