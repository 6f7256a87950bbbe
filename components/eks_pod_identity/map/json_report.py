"""A map for programs, and for the page that shows it. docs/map.md lists the keys."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from eks_pod_identity.map.account_map import AccountMap, MapAssociation, MapFinding, MapRole


def map_to_json(account: AccountMap) -> dict[str, Any]:
    """Return all there is to know of a map."""
    return {
        "clusters": [
            {"name": each.name, "arn": each.arn, "version": each.version}
            for each in account.clusters
        ],
        "associations": [_association(each) for each in account.associations],
        "roles": [_role(each) for each in account.roles],
        "others": {key: _findings(found) for key, found in account.others.items()},
        "notes": list(account.notes),
    }


def _association(row: MapAssociation) -> dict[str, Any]:
    each = row.association
    return {
        "cluster": row.cluster,
        "namespace": each.service_account.namespace,
        "serviceAccount": each.service_account.name,
        "associationId": each.id,
        "roleArn": each.role_arn,
        "targetRoleArn": each.target_role_arn,
        "owner": each.owner_addon,
        "sessionTags": not each.disable_session_tags,
        "sessionPolicy": each.policy is not None,
        "findings": _findings(row.findings),
    }


def _role(row: MapRole) -> dict[str, Any]:
    role = row.role
    return {
        "arn": row.arn,
        "account": row.account,
        "read": role is not None,
        "missing": row.missing,
        "uses": row.uses,
        "managedPolicyArns": list(role.attached_policy_arns) if role else [],
        "inlinePolicies": sorted(role.inline_policies) if role else [],
        "permissionsBoundaryArn": role.permissions_boundary_arn if role else None,
        "findings": _findings(row.findings),
    }


def _findings(found: Iterable[MapFinding]) -> list[dict[str, Any]]:
    return [{**asdict(each), "help": list(each.help)} for each in found]
