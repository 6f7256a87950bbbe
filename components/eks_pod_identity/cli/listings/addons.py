"""Add-ons for people (a table, stacked if narrow) and for programs (JSON, AWS's own keys)."""

from collections.abc import Iterator, Sequence
from typing import Any

from eks_pod_identity.cli.listings.associations import short_role
from eks_pod_identity.cli.terminal.table import Row, Table
from eks_pod_identity.observed.cluster import AddonState

_NONE = "-"


def wide_table(addons: Sequence[AddonState], account: str) -> Table:
    """Return a table with a line per add-on, and its health issues below."""
    columns = ("NAME", "VERSION", "STATUS", "ASSOCIATIONS", "NAMESPACE", "IRSA ROLE")
    return Table(columns, tuple(_wide_row(each, account) for each in addons))


def stacked_table(addons: Sequence[AddonState], account: str) -> Table:
    """Return a table with the IRSA role and health issues below each add-on."""
    columns = ("NAME", "VERSION", "STATUS", "ASSOCIATIONS")
    return Table(columns, tuple(_stacked_row(each, account) for each in addons))


def _wide_row(addon: AddonState, account: str) -> Row:
    role = addon.service_account_role_arn
    return Row(
        (
            *_common_cells(addon),
            addon.namespace or _NONE,
            short_role(role, account) if role else _NONE,
        ),
        tuple(_issues(addon)),
    )


def _stacked_row(addon: AddonState, account: str) -> Row:
    role = addon.service_account_role_arn
    irsa = ((f"IRSA role {short_role(role, account)}",),) if role else ()
    return Row(_common_cells(addon), (*irsa, *_issues(addon)))


def _common_cells(addon: AddonState) -> tuple[str, ...]:
    return (addon.name, addon.version, addon.status, str(len(addon.association_ids)))


def _issues(addon: AddonState) -> Iterator[tuple[str, ...]]:
    for issue in addon.health_issues:
        yield (f"{issue.code}:", *issue.message.split())


def to_json(addon: AddonState) -> dict[str, Any]:
    """Return all there is to know, keyed as DescribeAddon answers."""
    return {
        "addonName": addon.name,
        "addonVersion": addon.version,
        "status": addon.status,
        "namespace": addon.namespace,
        "associationIds": list(addon.association_ids),
        "serviceAccountRoleArn": addon.service_account_role_arn,
        "configurationValues": addon.configuration_values,
        "health": [{"code": each.code, "message": each.message} for each in addon.health_issues],
        "tags": dict(addon.tags),
        "addonArn": addon.arn,
    }
