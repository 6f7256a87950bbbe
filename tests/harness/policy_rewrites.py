"""Rewrites of a document that keep its meaning, one function each."""

import json
import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, TypeAlias

Json: TypeAlias = Any
Document: TypeAlias = dict[str, Json]
Rewrite: TypeAlias = Callable[[Document, Random], Json]

_SIMPLE = ("StringEquals", "StringLike", "ArnEquals", "ArnLike")
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


def turn_condition_values_into_lists(document: Document, _: Random) -> Document:
    """Write every value of a condition in a list, twice, the other way round."""

    def rewrite(keys: Mapping[str, Json]) -> Document:
        return {key: _listed(values)[::-1] * 2 for key, values in keys.items()}

    return _each(document, lambda each: _conditions(each, rewrite))


def write_conditions_as_text(document: Document, _: Random) -> Document:
    """Write numbers and booleans of conditions as text."""

    def rewrite(keys: Mapping[str, Json]) -> Document:
        return {
            key: [each if isinstance(each, str) else json.dumps(each) for each in _listed(values)]
            for key, values in keys.items()
        }

    return _each(document, lambda each: _conditions(each, rewrite))


def compare_likewise(document: Document, _: Random) -> Document:
    """Use the Like form of an operator where no value has a wildcard or a variable."""
    return _each(document, lambda each: _operators(each, _like))


def ask_for_any_value(document: Document, _: Random) -> Document:
    """Put ForAnyValue before the positive comparisons of an Allow: the keys have one value."""

    def any_value(operator: str, _: Mapping[str, Json]) -> str:
        return f"ForAnyValue:{operator}" if operator in _SIMPLE else operator

    return _each(
        document, lambda each: _operators(each, any_value) if each["Effect"] == "Allow" else each
    )


def merge_by_action(document: Document, _: Random) -> Document:
    """Make one statement of those that differ by their actions only."""
    merged: dict[str, Document] = {}
    for statement in _statements(document):
        rest = {key: value for key, value in statement.items() if key != "Action"}
        key = json.dumps(rest, sort_keys=True) if "Action" in statement else json.dumps(statement)
        if key in merged and "Action" in statement:
            actions = _listed(merged[key]["Action"]) + _listed(statement["Action"])
            merged[key] = {**rest, "Action": list(dict.fromkeys(actions))}
        else:
            merged[key] = statement
    return document | {"Statement": list(merged.values())}


def name_accounts_otherwise(document: Document, _: Random) -> Document:
    """Write the number of an account for the ARN of its root, and the other way round."""

    def rewrite(statement: Document) -> Document:
        return statement | {
            key: {
                kind: [_other_name(name) for name in _listed(names)]
                for kind, names in value.items()
            }
            for key in ("Principal", "NotPrincipal")
            if isinstance(value := statement.get(key), dict)
        }

    return _each(document, rewrite)


def deny_somebody_else(document: Document, _: Random) -> Document:
    """Add a Deny that speaks of a caller and an action of no interest."""
    statement: Document = {"Effect": "Deny", "Action": "sts:GetFederationToken"}
    if any("Principal" in each or "NotPrincipal" in each for each in _statements(document)):
        statement["Principal"] = {"Service": "ec2.amazonaws.com"}
    if any("Resource" in each or "NotResource" in each for each in _statements(document)):
        statement["Resource"] = "arn:aws:sts::111122223333:federated-user/nobody"
    return document | {"Statement": [*_statements(document), statement]}


def deny_calls_without_tls(document: Document, _: Random) -> Document:
    """Add the Deny that many documents have: of calls that are not over TLS, which none is."""
    in_trust = not any(
        "Resource" in each or "NotResource" in each for each in _statements(document)
    )
    statement: Document = {
        "Effect": "Deny",
        "Action": "sts:*" if in_trust else "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    if any("Principal" in each or "NotPrincipal" in each for each in _statements(document)):
        statement["Principal"] = "*"
    if not in_trust:
        statement["Resource"] = "*"
    return document | {"Statement": [*_statements(document), statement]}


def repeat_more_narrowly(document: Document, _: Random) -> Document:
    """Say once more what an Allow says, for requests over TLS, which all are."""
    narrow = [
        each | {"Condition": {**each.get("Condition", {}), "Bool": {"aws:SecureTransport": True}}}
        for each in _statements(document)
        if each["Effect"] == "Allow" and "Bool" not in each.get("Condition", {})
    ]
    return document | {"Statement": [*_statements(document), *narrow]}


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
    turn_condition_values_into_lists,
    write_conditions_as_text,
    compare_likewise,
    ask_for_any_value,
    merge_by_action,
    name_accounts_otherwise,
    deny_somebody_else,
    deny_calls_without_tls,
    repeat_more_narrowly,
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


def _operators(statement: Document, rename: Callable[[str, Mapping[str, Json]], str]) -> Document:
    if "Condition" not in statement:
        return statement
    condition: Document = {}
    for operator, keys in statement["Condition"].items():
        for key, values in keys.items():
            block = condition.setdefault(rename(operator, {key: values}), {})
            if key.lower() in map(str.lower, block):
                return statement  # two comparisons of one key cannot be one
            block[key] = values
    return statement | {"Condition": condition}


def _like(operator: str, keys: Mapping[str, Json]) -> str:
    texts = [str(each) for values in keys.values() for each in _listed(values)]
    plain = not any(set("*?$") & set(text) for text in texts)
    return (
        re.sub("(String|Arn)(Not)?Equals(IfExists)?$", r"\1\2Like\3", operator)
        if plain
        else operator
    )


def _other_name(name: str) -> str:
    if re.fullmatch(r"\d{12}", name):
        return f"arn:aws:iam::{name}:root"
    found = re.fullmatch(r"arn:aws:iam::(\d{12}):root", name)
    return found[1] if found else name


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
