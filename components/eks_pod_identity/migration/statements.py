"""Statements for EKS Pod Identity: exact for the service accounts given, grouped to stay small.

Namespaces and names share a statement where every combination is wanted, and so do clusters with
the same service accounts. A statement is known by its meaning, so none is written twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from eks_pod_identity.iam.document import Document
from eks_pod_identity.iam.trust import SERVICE_PRINCIPAL
from eks_pod_identity.iam.trust_statement import (
    ASSUME_AND_TAG,
    NAMESPACE_TAG,
    SERVICE_ACCOUNT_TAG,
    bind_to_service_accounts,
)
from eks_pod_identity.migration.place import Member, Place
from eks_pod_identity.names import ServiceAccountRef, parse_arn

SID = "AllowServiceAccounts"
TARGET_SID = "AllowSourceRole"
_KEYS = {
    "ArnEquals": {"aws:SourceArn"},
    "StringEquals": {"aws:SourceAccount", NAMESPACE_TAG, SERVICE_ACCOUNT_TAG},
}


def statements_of(document: Document) -> list[dict[str, Any]]:
    """Return the statements of a document as a list, also if it has only one."""
    found = document.get("Statement", [])
    return [dict(each) for each in (found if isinstance(found, list) else [found])]


def texts_of(value: object) -> list[str]:
    """Return one text or a list of texts as a list."""
    found: Iterable[object] = value if isinstance(value, (list, tuple)) else [value]
    return [each for each in found if isinstance(each, str)]


def bound_statements(members: Iterable[Member], taken: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Return statements that let in exactly these service accounts by Pod Identity.

    Args:
        members: Service accounts, all of the role's account.
        taken: Sids that are in use.
    """
    found = [
        _statement(places, conditions)
        for places, refs in _groups(members)
        for conditions in bind_to_service_accounts(refs)
    ]
    return list(with_sids(found, SID, taken))


def with_sids(
    statements: Sequence[Mapping[str, Any]], sid: str, taken: Iterable[str]
) -> Iterator[dict[str, Any]]:
    """Yield statements with Sids that are unique in a document."""
    used, number = set(taken), 0
    for each in statements:
        number += 1
        while (name := sid if number == 1 else f"{sid}{number}") in used:
            number += 1
        yield {"Sid": name, **{key: value for key, value in each.items() if key != "Sid"}}


def _groups(members: Iterable[Member]) -> list[tuple[list[Place], list[ServiceAccountRef]]]:
    """Group clusters that have the same service accounts."""
    refs: dict[Place, set[ServiceAccountRef]] = {}
    for each in members:
        refs.setdefault(each.place, set()).add(each.ref)
    places: dict[tuple[ServiceAccountRef, ...], list[Place]] = {}
    for place, found in sorted(refs.items()):
        places.setdefault(tuple(sorted(found)), []).append(place)
    return sorted((group, list(each)) for each, group in places.items())


def _statement(places: Sequence[Place], conditions: Mapping[str, Any]) -> dict[str, Any]:
    tags = {key: _one_or_all(value) for key, value in conditions["StringEquals"].items()}
    return {
        "Effect": "Allow",
        "Principal": {"Service": SERVICE_PRINCIPAL},
        "Action": list(ASSUME_AND_TAG),
        "Condition": {
            "ArnEquals": {"aws:SourceArn": _one_or_all([each.arn for each in places])},
            "StringEquals": {"aws:SourceAccount": places[0].account, **tags},
        },
    }


def _one_or_all(texts: Sequence[str]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else list(texts)


def bound_members(statement: Mapping[str, Any]) -> frozenset[Member] | None:
    """Return whom a statement in our form lets in; None if it has another form.

    Such a statement is extended instead of joined by a second one.
    """
    if not str(statement.get("Sid", "")).startswith(SID) or not _is_for_pods(statement):
        return None
    conditions = statement.get("Condition", {})
    if {operator: set(keys) for operator, keys in conditions.items()} != _KEYS:
        return None
    equals = conditions["StringEquals"]
    places = [_place(each) for each in texts_of(conditions["ArnEquals"]["aws:SourceArn"])]
    namespaces, accounts = texts_of(equals[NAMESPACE_TAG]), texts_of(equals[SERVICE_ACCOUNT_TAG])
    if None in places:
        return None
    return frozenset(
        Member(place, ServiceAccountRef(namespace, name))
        for place, namespace, name in product(places, namespaces, accounts)
        if place
    )


def _place(text: str) -> Place | None:
    arn = parse_arn(text)
    if arn is None or not arn.resource.startswith("cluster/") or "*" in text or "?" in text:
        return None
    return Place(arn.account, arn.region, arn.resource.removeprefix("cluster/"), arn.partition)


def _is_for_pods(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal")
    return (
        statement.get("Effect") == "Allow"
        and isinstance(principal, Mapping)
        and set(principal) == {"Service"}
        and texts_of(principal["Service"]) == [SERVICE_PRINCIPAL]
        and {each.lower() for each in texts_of(statement.get("Action"))}
        == {each.lower() for each in ASSUME_AND_TAG}
    )


def is_open(statement: Mapping[str, Any]) -> bool:
    """Tell whether a statement lets every pod of the account in, as eksctl and consoles write it.

    Its form is https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
    """
    return _is_for_pods(statement) and not statement.get("Condition")
