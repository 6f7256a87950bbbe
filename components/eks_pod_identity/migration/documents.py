"""The trust policies of a role during a migration and after it.

During: everything that is there, and the statements for pods. After: without the statements by
which those who moved came in. Statements of others stay, word for word.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from eks_pod_identity.iam.document import Document
from eks_pod_identity.iam.target_trust import ChainedAssociation, build_target_trust_policy
from eks_pod_identity.migration.callers import Callers
from eks_pod_identity.migration.inventory import Inventory
from eks_pod_identity.migration.place import Member
from eks_pod_identity.migration.statements import (
    TARGET_SID,
    bound_members,
    bound_statements,
    is_open,
    statements_of,
    with_sids,
)
from eks_pod_identity.migration.subjects import host_of


@dataclass(frozen=True, slots=True)
class Movement:
    """Who moves to a role.

    Attributes:
        members: With the local role by which they come, None for the role itself.
        holders: Whoever has an association with the role today.
        kept: Who may lose nothing: blocked, not asked for, or not named.
        may_narrow: Whether all clusters were read, so that an open statement can be narrowed.
    """

    members: Mapping[Member, str | None]
    holders: frozenset[Member]
    kept: frozenset[Member]
    may_narrow: bool


def trust_during(inventory: Inventory, role_arn: str, trust: Document, moves: Movement) -> Document:
    """Return the trust policy that lets movers in both ways."""
    statements = statements_of(trust)
    is_opened = moves.may_narrow and any(map(is_open, statements))
    bound = {**trust, "Statement": [each for each in statements if not is_open(each)]}
    callers = Callers(inventory, role_arn, bound) if bound["Statement"] else None
    direct = {each for each, source in moves.members.items() if source is None}
    wanted = direct | (moves.holders if is_opened else frozenset())
    missing = {each for each in wanted if callers is None or not callers.lets_pods_in(each)}
    sources = {
        each: source
        for each, source in moves.members.items()
        if source and (callers is None or not callers.lets_chain_in(each, source))
    }
    if not missing and not sources:
        return trust
    added = _with_missing(statements, missing) if missing else statements
    return {**trust, "Statement": [*added, *_for_sources(added, sources)]}


def _with_missing(
    statements: list[dict[str, Any]], missing: Iterable[Member]
) -> list[dict[str, Any]]:
    """Return statements with those for pods extended; there is one set of ours, however often."""
    ours = {number: bound_members(each) for number, each in enumerate(statements)}
    members = set(missing).union(*(each for each in ours.values() if each))
    rest = [each for number, each in enumerate(statements) if ours[number] is None]
    return [*rest, *bound_statements(members, _sids(rest))]


def _for_sources(
    statements: list[dict[str, Any]], sources: Mapping[Member, str]
) -> list[dict[str, Any]]:
    if not sources:
        return []
    chained = [ChainedAssociation(by, each.place.arn, each.ref) for each, by in sources.items()]
    found = build_target_trust_policy(chained)["Statement"]
    return list(with_sids(found, TARGET_SID, _sids(statements)))


def _sids(statements: Iterable[Mapping[str, Any]]) -> set[str]:
    return {str(each["Sid"]) for each in statements if "Sid" in each}


def trust_after(inventory: Inventory, role_arn: str, during: Document, moves: Movement) -> Document:
    """Return the trust policy at the end; the document itself if nothing can be closed."""
    callers = Callers(inventory, role_arn, during)
    closed = [
        kept
        for number, each in enumerate(statements_of(during))
        if (kept := _closed(callers, number, each, moves)) is not None
    ]
    return during if closed == statements_of(during) else {**during, "Statement": closed}


def _closed(
    callers: Callers, number: int, statement: dict[str, Any], moves: Movement
) -> dict[str, Any] | None:
    """Return what is left of a statement; None if nothing is."""
    if is_open(statement):
        return None if moves.may_narrow and moves.members else statement
    admitted = set(callers.by_statement(number)) if _allows_tokens(statement) else set()
    if not admitted & set(moves.members) or admitted & moves.kept:
        return statement
    return _without_hosts(statement, _hosts_of_movers(callers, admitted))


def _allows_tokens(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal")
    allows = statement.get("Effect") == "Allow"
    return allows and isinstance(principal, Mapping) and "Federated" in principal


def _hosts_of_movers(callers: Callers, admitted: Iterable[Member]) -> frozenset[str]:
    issuers = {each.place: each.issuer for each in callers.clusters()}
    return frozenset(issuers[each.place] for each in admitted)


def _without_hosts(statement: dict[str, Any], hosts: frozenset[str]) -> dict[str, Any] | None:
    """Return a statement without these issuers as principals; others that it names stay."""
    named = statement["Principal"]["Federated"]
    rest = [
        each
        for each in (named if isinstance(named, list) else [named])
        if host_of(each) not in hosts
    ]
    others = {key: value for key, value in statement["Principal"].items() if key != "Federated"}
    principal = {**others, **({"Federated": rest} if rest else {})}
    return {**statement, "Principal": principal} if principal else None
