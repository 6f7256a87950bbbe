"""Rewrites of a document that keep its meaning, one function each."""

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, TypeAlias

Json: TypeAlias = Any
Document: TypeAlias = dict[str, Json]
Rewrite: TypeAlias = Callable[[Document, Random], Json]

_LISTS = ("Action", "NotAction", "Resource", "NotResource")


def shuffle_statements(document: Document, random: Random) -> Document:
    """Put the statements in another order."""
    statements = _statements(document)
    return document | {"Statement": random.sample(statements, len(statements))}


def turn_texts_into_lists(document: Document, _: Random) -> Document:
    """Write a list where one text stood."""
    return _each(
        document, lambda each: each | {key: _listed(each[key]) for key in _LISTS if key in each}
    )


def repeat_and_reverse_lists(document: Document, _: Random) -> Document:
    """Name everything twice, the other way round."""
    return _each(
        document,
        lambda each: each | {key: _listed(each[key])[::-1] * 2 for key in _LISTS if key in each},
    )


def change_case_of_actions(document: Document, random: Random) -> Document:
    """Write actions in other cases."""

    def rewrite(statement: Document) -> Document:
        return statement | {
            key: [_recase(action, random) for action in _listed(statement[key])]
            for key in ("Action", "NotAction")
            if key in statement
        }

    return _each(document, rewrite)


def change_case_of_keys(document: Document, random: Random) -> Document:
    """Write condition keys in other cases."""

    def rewrite(keys: Mapping[str, Json]) -> Document:
        return {_recase(key, random): value for key, value in keys.items()}

    return _each(document, lambda each: _conditions(each, rewrite))


def escape_characters(document: Document, _: Random) -> str:
    """Write the document as JSON in which every letter is an escape."""
    text = json.dumps(document, ensure_ascii=False)
    return "".join(
        f"\\u{ord(each):04x}" if each.isalpha() and _in_text(text, i) else each
        for i, each in enumerate(text)
    )


def split_by_action(document: Document, _: Random) -> Document:
    """Make one statement for each action of an Action list."""
    return document | {
        "Statement": [
            statement | {"Action": action}
            for statement in _statements(document)
            for action in _listed(statement["Action"])
        ]
        if all("Action" in each for each in _statements(document))
        else document["Statement"]
    }


def split_by_principal(document: Document, _: Random) -> Document:
    """Make one statement for each principal of a Principal."""
    return document | {
        "Statement": [
            part for statement in _statements(document) for part in _split_principal(statement)
        ]
    }


def repeat_statements(document: Document, _: Random) -> Document:
    """Say everything twice."""
    return document | {"Statement": _statements(document) * 2}


def write_as_json(document: Document, _: Random) -> str:
    """Write the document as text."""
    return json.dumps(document, indent=3)


REWRITES: tuple[Rewrite, ...] = (
    shuffle_statements,
    turn_texts_into_lists,
    repeat_and_reverse_lists,
    change_case_of_actions,
    change_case_of_keys,
    escape_characters,
    split_by_action,
    split_by_principal,
    repeat_statements,
    write_as_json,
)


def without_sids(document: Document) -> Document:
    """Leave Sids out, which must be unique and so cannot be repeated."""
    return _each(document, lambda each: {key: value for key, value in each.items() if key != "Sid"})


def _split_principal(statement: Document) -> list[Document]:
    principal = statement.get("Principal")
    if not isinstance(principal, dict):
        return [statement]
    return [
        statement | {"Principal": {kind: name}}
        for kind, names in principal.items()
        for name in _listed(names)
    ]


def _conditions(statement: Document, rewrite: Callable[[Mapping[str, Json]], Document]) -> Document:
    if "Condition" not in statement:
        return statement
    condition = {operator: rewrite(keys) for operator, keys in statement["Condition"].items()}
    return statement | {"Condition": condition}


def _each(document: Document, rewrite: Callable[[Document], Document]) -> Document:
    return document | {"Statement": [rewrite(each) for each in _statements(document)]}


def _statements(document: Document) -> list[Document]:
    return _listed(document["Statement"])


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _recase(text: str, random: Random) -> str:
    return "".join(random.choice((each.upper(), each.lower())) for each in text)


def _in_text(text: str, index: int) -> bool:
    return text[:index].count('"') % 2 == 1
