"""Arguments of components by name and type, before anything else looks at them.

What an argument is called and may be is read from the TypedDicts of `components.args`, nested ones
too, so a new argument needs no rule here. In: what a program passed. Out: problems, where Python
would fail with a traceback or pass over a misspelt name.
"""

import inspect
from collections.abc import Iterator, Mapping
from enum import Enum
from os import PathLike
from typing import (
    Any,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import pulumi

from eks_pod_identity.components.scopes import ARGUMENT as SCOPES
from eks_pod_identity.config import Fault
from eks_pod_identity.config.fields import kind_of
from eks_pod_identity.config.nearest import nearest_of, respelt
from eks_pod_identity.errors import Problem
from eks_pod_identity.planning.argument_fault import ArgumentFault

_KINDS: Mapping[object, tuple[type | tuple[type, ...], str]] = {
    str: ((str, PathLike), "text"),
    bool: (bool, "True or False"),
    int: ((int, float), "a whole number"),  # which other languages send as a float
    float: ((int, float), "a number"),
    list: ((list, tuple), "a list"),
    dict: (Mapping, "a mapping"),
}
# What other tools call them.
_SYNONYMS = {
    "managed_policies": "permission_policy_arns",
    "managed_policy_arns": "permission_policy_arns",
    "policy_arns": "permission_policy_arns",
}


def argument_problems(address: str, given: object, expected: type) -> Iterator[Problem]:
    """Yield what is wrong with the names and types of arguments.

    Args:
        address: Where they are given: the name of the component.
        given: What the program passed.
        expected: The TypedDict that says what there may be.
    """
    if not isinstance(given, Mapping):
        found = "nothing" if given is None else _kind_of(given)
        yield _wrong_type(address, "a mapping of arguments", found)
        return
    # `pulumi.Input` names Output by a text that is resolved where it is used.
    later = {"Output": pulumi.Output, "T": Any}
    hints = get_type_hints(expected, localns=later, include_extras=True)
    for name, value in given.items():
        if name not in hints:
            yield _unknown(address, str(name), hints)
        elif value is not None and name != SCOPES:  # which `scope_problems` judges in its words
            yield from _of_value(f"{address}.{name}", value, hints[name])
    for name in sorted(getattr(expected, "__required_keys__", frozenset()) - given.keys()):
        yield _missing(address, name)


def _of_value(address: str, value: object, hint: Any) -> Iterator[Problem]:  # noqa: ANN401 - a type
    plain, may_be_later = _taken_apart(hint)
    if isinstance(value, pulumi.Output) or inspect.isawaitable(value):
        if not may_be_later:
            yield _known_later(address)
    elif plain is Any:
        return
    elif is_typeddict(plain):
        yield from argument_problems(address, value, plain)
    elif isinstance(plain, type) and issubclass(plain, Enum):
        yield from _of_enum(address, value, plain)
    else:
        yield from _of_kind(address, value, plain)


def _of_kind(address: str, value: object, plain: Any) -> Iterator[Problem]:  # noqa: ANN401 - a type
    kind, words = _KINDS[get_origin(plain) or plain]
    if not isinstance(value, kind):
        yield _wrong_type(address, words, _kind_of(value))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _of_value(f"{address}.{key}", each, get_args(plain)[1])
    elif isinstance(value, list | tuple):
        for index, each in enumerate(value):
            yield from _of_value(f"{address}[{index}]", each, get_args(plain)[0])


def _of_enum(address: str, value: object, expected: type[Enum]) -> Iterator[Problem]:
    names = [str(each.value) for each in expected]
    if not isinstance(value, expected) and value not in names:
        yield _wrong_type(address, f"one of {', '.join(names)}", repr(value))


def _taken_apart(hint: Any) -> tuple[Any, bool]:  # noqa: ANN401 - any type
    """Return what a plain value must be, and whether it may be known later."""
    while get_origin(hint) in {NotRequired, Required}:
        (hint,) = get_args(hint)
    if get_origin(hint) is not Union:
        return hint, hint is Any
    members = [each for each in get_args(hint) if each is not type(None)]
    plain = [each for each in members if not _is_later(each)]
    return (plain[0] if plain else Any), len(plain) < len(members) or Any in plain


def _is_later(hint: object) -> bool:
    name = getattr(get_origin(hint) or hint, "__name__", "")
    return name in {"Output", "Awaitable"}


def _kind_of(value: object) -> str:
    return "an Output" if isinstance(value, pulumi.Output) else kind_of(value)


def _wrong_type(address: str, expected: str, found: str) -> Problem:
    return Problem(Fault.WRONG_TYPE.id, address, f"expected {expected}, found {found}")


def _known_later(address: str) -> Problem:
    return Problem(
        ArgumentFault.ARGUMENT_KNOWN_LATER.id,
        address,
        "is an Output, and decides what is made, so it must be known while the program runs",
        help=("give the value itself, as text or from pulumi.Config",),
    )


def _missing(address: str, name: str) -> Problem:
    return Problem(
        ArgumentFault.ARGUMENT_MISSING.id, f"{address}.{name}", "not given", help=(f"{name}=…",)
    )


def _unknown(address: str, name: str, hints: Mapping[str, Any]) -> Problem:
    meant = _SYNONYMS.get(name) if _SYNONYMS.get(name) in hints else ""
    meant = meant or respelt(name, hints) or nearest_of(name, hints)
    return Problem(
        ArgumentFault.ARGUMENT_UNKNOWN.id,
        f"{address}.{name}",
        "there is no such argument",
        help=(meant,) if meant else (f"there are {', '.join(sorted(hints))}",),
    )
