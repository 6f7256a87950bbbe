"""Differences in words: `roleARN: OLD -> NEW`, one entry per field, in the file's own keys."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from eks_pod_identity.config.plain_scalar import PlainScalar
from eks_pod_identity.config.yaml_document import read_document
from eks_pod_identity.iam.document import Document, same_meaning
from eks_pod_identity.observed.ownership import user_tags

_NONE = "none"


def diff_value(key: str, desired: object, observed: object) -> Iterator[str]:
    """Yield a difference of plain values."""
    if desired != observed:
        yield f"{key}: {_shown(observed)} -> {_shown(desired)}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return _NONE if value is None else str(value)


def diff_tags(desired: Mapping[str, str], observed: Mapping[str, str]) -> Iterator[str]:
    """Yield a difference per tag; those of ownership and of AWS do not count."""
    have = user_tags(observed)
    if have == desired:
        return
    for key in sorted({*desired, *have}):
        yield from diff_value(f"tags.{key}", desired.get(key), have.get(key))


def diff_members(
    key: str, desired: tuple[str, ...], observed: tuple[str, ...], held: frozenset[str] | None
) -> Iterator[str]:
    """Yield what has to be added to a set and taken from it.

    Args:
        key: The set.
        desired: What shall be in it.
        observed: What is.
        held: What of that the stack has put there, which alone goes; None if that is not known.
    """
    if desired == observed:  # of thousands of roles most are equal
        return
    wanted, have = set(desired), set(observed)
    yield from (f"{key}: add {each}" for each in sorted(wanted - have))
    yield from _removals(key, have - wanted, held)


def _removals(key: str, gone: Iterable[str], held: frozenset[str] | None) -> Iterator[str]:
    for each in sorted(gone):
        if held is None:
            yield f"{key}: remove {each}, if this stack put it there"
        elif each in held:
            yield f"{key}: remove {each}"


def diff_documents(
    key: str,
    desired: Mapping[str, Document],
    observed: Mapping[str, Document],
    held: frozenset[str] | None,
) -> Iterator[str]:
    """Yield what has to be done to policy documents that have names; `held` as of members."""
    yield from _removals(key, observed.keys() - desired.keys(), held)
    for name in sorted(desired):
        if name not in observed:
            yield f"{key}: add {name}"
        elif not same_document(desired[name], observed[name]):
            yield f"{key}: change {name}"


def same_document(left: Document, right: Document) -> bool:
    """Tell whether two documents mean the same; equal ones, which most are, are told at once."""
    return left == right or same_meaning(left, right)


def diff_document_text(key: str, desired: str | None, observed: str | None) -> Iterator[str]:
    """Yield a difference of documents as JSON text, told without their content."""
    if desired is None or observed is None:
        if desired != observed:
            yield f"{key}: {'remove' if desired is None else 'add'}"
    elif not _same_document_text(desired, observed):
        yield f"{key}: change"


def _same_document_text(left: str, right: str) -> bool:
    try:
        documents = json.loads(left), json.loads(right)
    except ValueError:
        return left == right
    if all(isinstance(each, dict) for each in documents):
        return same_meaning(*documents)
    return bool(documents[0] == documents[1])


def diff_configuration(key: str, desired: str | None, observed: str | None) -> Iterator[str]:
    """Yield a difference of an add-on's configuration, told without its content.

    JSON and YAML of the same values are equal; leaving it out keeps what there is, as EKS does.
    """
    if desired is not None and _values(desired) != _values(observed or "{}"):
        yield f"{key}: change"


def _values(text: str) -> Any:  # noqa: ANN401 - any YAML
    document = read_document(text, file="")
    return text if document.root is None or document.problems else _plain(document.root.value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - any YAML
    match value:
        case PlainScalar():
            return value.value
        case Mapping():
            return {key: _plain(each) for key, each in value.items()}
        case list():
            return [_plain(each) for each in value]
        case _:
            return value
