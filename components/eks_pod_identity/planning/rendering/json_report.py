"""A plan as plain JSON values, keyed as AWS keys its answers.

Everything that the plan knows, but for configuration values of add-ons: they may hold secrets.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from eks_pod_identity.errors import Problem
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import AddonState, Association, Role, ServiceAccountState
from eks_pod_identity.observed.ownership import STACK_TAG
from eks_pod_identity.planning.change import Change, Desired, Observed, Step
from eks_pod_identity.planning.desired import DesiredAddon, DesiredAssociation, MadeRole
from eks_pod_identity.planning.plan import Plan


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """Return a plan."""
    return {
        "clusterName": plan.cluster,
        "stack": plan.stack,
        "summary": {step.value: plan.count(step) for step in Step},
        "changes": [_change(each) for each in plan.changes],
        "problems": [_problem(each) for each in plan.problems],
        "foreign": [
            {**_side(each), "stack": each.tags.get(STACK_TAG), "owner": each.owner_addon}
            for each in plan.foreign
        ],
        "notes": list(plan.notes),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "step": change.step.value,
        "kind": change.kind.value,
        "name": change.name,
        "addon": change.addon,
        "address": change.address,
        "reasons": list(change.reasons),
        "desired": None if change.desired is None else _side(change.desired),
        "observed": None if change.observed is None else _side(change.observed),
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {**asdict(problem), "severity": problem.severity.value}


def _side(value: Desired | Observed) -> dict[str, Any]:
    match value:
        case MadeRole() | Role():
            return _role(value)
        case DesiredAssociation():
            return _association(value, value.role.arn, {})
        case Association():
            return _association(
                value, value.role_arn, {"associationId": value.id, "ownerArn": value.owner_arn}
            )
        case ServiceAccountRef():
            return {"namespace": value.namespace, "serviceAccount": value.name}
        case ServiceAccountState():
            metadata = {"labels": dict(value.labels), "annotations": dict(value.annotations)}
            return {**_side(value.ref), **metadata}
        case DesiredAddon() | AddonState():
            return _addon(value)


def _role(role: MadeRole | Role) -> dict[str, Any]:
    managed = role.managed_policy_arns if isinstance(role, MadeRole) else role.attached_policy_arns
    return {
        "roleName": role.name,
        "roleArn": role.arn,
        "assumeRolePolicyDocument": role.trust_policy,
        "attachedPolicyArns": list(managed),
        "inlinePolicies": dict(role.inline_policies),
        "permissionsBoundaryArn": role.permissions_boundary_arn,
        "tags": dict(role.tags),
    }


def _association(
    association: DesiredAssociation | Association, role_arn: str, more: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "namespace": association.service_account.namespace,
        "serviceAccount": association.service_account.name,
        "roleArn": role_arn,
        "targetRoleArn": association.target_role_arn,
        "disableSessionTags": association.disable_session_tags,
        "policy": association.policy,
        "tags": dict(association.tags),
        **more,
    }


def _addon(addon: DesiredAddon | AddonState) -> dict[str, Any]:
    more = {}
    if isinstance(addon, AddonState):
        more = {"status": addon.status, "addonArn": addon.arn}
    return {
        "addonName": addon.name,
        "addonVersion": addon.version,
        "namespace": addon.namespace,
        "serviceAccountRoleArn": addon.service_account_role_arn,
        "tags": dict(addon.tags),
        **more,
    }
