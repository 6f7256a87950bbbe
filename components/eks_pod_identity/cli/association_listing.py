"""Associations for people (a table, stacked if narrow) and for programs (JSON, AWS's own keys)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from eks_pod_identity.cli.table import Row, Table
from eks_pod_identity.names import parse_arn
from eks_pod_identity.planning.state import Association

_NONE = "-"


def wide_table(associations: Sequence[Association], account: str) -> Table:
    """Return a table with a line per association."""
    columns = (
        "NAMESPACE",
        "SERVICE ACCOUNT",
        "ROLE",
        "OWNER",
        "TARGET ROLE",
        "SESSION TAGS",
        "ID",
    )
    return Table(columns, tuple(Row(_cells(each, account)) for each in associations))


def stacked_table(associations: Sequence[Association], account: str) -> Table:
    """Return a table with the roles and the id below each service account."""
    return Table(
        ("SERVICE ACCOUNT", "OWNER", "SESSION TAGS"),
        tuple(_stacked_row(each, account) for each in associations),
    )


def _cells(association: Association, account: str) -> tuple[str, ...]:
    target = association.target_role_arn
    return (
        association.service_account.namespace,
        association.service_account.name,
        short_role(association.role_arn, account),
        association.owner_addon or _NONE,
        short_role(target, account) if target else _NONE,
        _session_tags(association),
        association.id,
    )


def _stacked_row(association: Association, account: str) -> Row:
    role = short_role(association.role_arn, account)
    below = [f"-> {role}", f"({association.id})"]
    if association.target_role_arn:
        below.insert(1, f"-> {short_role(association.target_role_arn, account)}")
    cells = (
        str(association.service_account),
        association.owner_addon or _NONE,
        _session_tags(association),
    )
    return Row(cells, tuple(below))


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
