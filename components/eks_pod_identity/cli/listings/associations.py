"""Associations for people (a table, stacked if narrow) and for programs (JSON, AWS's own keys)."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from eks_pod_identity.cli.terminal.table import Row, Table
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.cluster import Association

_NONE = "-"
_Cell: TypeAlias = Callable[[Association, str], str]

_WIDE: Mapping[str, _Cell] = {
    "NAMESPACE": lambda each, _: each.service_account.namespace,
    "SERVICE ACCOUNT": lambda each, _: each.service_account.name,
    "ROLE": lambda each, account: short_role(each.role_arn, account),
    "OWNER": lambda each, _: each.owner_addon or _NONE,
    "TARGET ROLE": lambda each, account: _target_role(each, account) or _NONE,
    "SESSION TAGS": lambda each, _: _session_tags(each),
    "ID": lambda each, _: each.id,
}
_FULL: Mapping[str, _Cell] = {
    **_WIDE,
    "SESSION POLICY": lambda each, _: "yes" if each.policy else _NONE,
    "EXTERNAL ID": lambda each, _: each.external_id or _NONE,
    "TAGS": lambda each, _: (
        ",".join(f"{key}={each.tags[key]}" for key in sorted(each.tags)) or _NONE
    ),
}


def full_table(associations: Sequence[Association], account: str) -> Table:
    """Return a table with all columns and a line per association."""
    return _table(_FULL, associations, account)


def wide_table(associations: Sequence[Association], account: str) -> Table:
    """Return a table with the columns that tell who gets what, a line per association."""
    return _table(_WIDE, associations, account)


def _table(columns: Mapping[str, _Cell], rows: Sequence[Association], account: str) -> Table:
    return Table(
        tuple(columns),
        tuple(Row(tuple(cell(each, account) for cell in columns.values())) for each in rows),
    )


def stacked_table(associations: Sequence[Association], account: str) -> Table:
    """Return a table with the roles and the id below each service account."""
    return Table(
        ("SERVICE ACCOUNT", "OWNER", "SESSION TAGS"),
        tuple(_stacked_row(each, account) for each in associations),
    )


def _stacked_row(association: Association, account: str) -> Row:
    target = _target_role(association, account)
    pieces = (
        f"-> {short_role(association.role_arn, account)}",
        *([f"-> {target}"] if target else []),
        *(["with a session policy"] if association.policy else []),
        f"({association.id})",
    )
    cells = (
        str(association.service_account),
        association.owner_addon or _NONE,
        _session_tags(association),
    )
    return Row(cells, (pieces,))


def _target_role(association: Association, account: str) -> str:
    target = association.target_role_arn
    return short_role(target, account) if target else ""


def _session_tags(association: Association) -> str:
    return "off" if association.disable_session_tags else "on"


def short_role(arn: str, account: str) -> str:
    """Return a role's name; of another account, where the name would mislead, the whole ARN."""
    parts = parse_arn(arn)
    return arn.rpartition("/")[2] if parts and parts.account == account else arn


def summary(associations: Sequence[Association]) -> str:
    """Return how many there are and whose: `3 associations: 2 standalone, 1 of vpc-cni`."""
    owners = Counter(each.owner_addon for each in associations)
    standalone = owners.pop(None, 0)
    words = [f"{standalone} standalone"] if standalone else []
    words += [f"{count} of {addon}" for addon, count in sorted(owners.items(), key=str)]
    noun = "association" if len(associations) == 1 else "associations"
    return f"{len(associations)} {noun}: {', '.join(words)}"


def to_json(association: Association) -> dict[str, Any]:
    """Return all there is to know, keyed as DescribePodIdentityAssociation answers."""
    return {
        "namespace": association.service_account.namespace,
        "serviceAccount": association.service_account.name,
        "roleArn": association.role_arn,
        "targetRoleArn": association.target_role_arn,
        "disableSessionTags": association.disable_session_tags,
        "policy": association.policy,
        "externalId": association.external_id,
        "ownerArn": association.owner_arn,
        "owner": association.owner_addon,
        "tags": dict(association.tags),
        "associationId": association.id,
        "associationArn": association.arn,
        "createdAt": _time(association.created),
        "modifiedAt": _time(association.modified),
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
