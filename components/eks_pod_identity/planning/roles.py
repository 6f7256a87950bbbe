"""Roles that are made, compared with what IAM has.

In: desired roles and a comparison. Out: changes. A role that the user gave is never changed, and
one that the stack did not make is never deleted.
"""

from collections.abc import Iterator

from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import DEFAULT_SESSION_DURATION, Association, Role
from eks_pod_identity.observed.ownership import LIST_TAG
from eks_pod_identity.planning.change import Change, Kind, Step
from eks_pod_identity.planning.comparison import Comparison
from eks_pod_identity.planning.desired import DesiredRole, MadeRole
from eks_pod_identity.planning.difference import (
    diff_documents,
    diff_members,
    diff_tags,
    diff_value,
    same_document,
)

_EQUAL = "trust policy, policies and tags are equal"


def role_address(service_account: ServiceAccountRef) -> str:
    """Return how a role is spoken of: by the service account it is made for."""
    return f"role of {service_account}"


def shared_role_address(name: str) -> str:
    """Return how a role is spoken of that several service accounts share: by its name."""
    return f"shared role {name}"


def plan_made_role(
    desired: MadeRole, comparison: Comparison, former_arn: str | None, addon: str | None
) -> Iterator[Change]:
    """Yield what to do about a role that is made.

    Args:
        desired: The role.
        comparison: What is compared.
        former_arn: The role that the service account has now, if it has one.
        addon: The add-on that the service account belongs to.
    """
    ref = desired.service_account
    observed = comparison.observed.roles.get(desired.arn)
    former = comparison.former_role(former_arn, ref)
    if observed is None and former is not None:
        reason = f"roleName cannot be changed in place: {former.name} -> {desired.name}"
        yield _change(Step.REPLACE, desired, former, (reason,), addon)
        return
    yield change_role(desired, observed, addon, comparison.held_on(desired.arn))
    if former is not None:
        yield delete_role(former, ref, f"{ref} gets {desired.name}", addon)


def plan_former_role(
    given: DesiredRole,
    comparison: Comparison,
    observed: Association | None,
    addon: str | None,
) -> Iterator[Change]:
    """Yield the deletion of a role of one that has another now, given or shared."""
    if observed is None or observed.role_arn == given.arn:
        return
    if former := comparison.former_role(observed.role_arn, observed.service_account):
        ref = observed.service_account
        yield delete_role(former, ref, f"{ref} gets {given.arn}", addon)


def change_role(
    desired: MadeRole, observed: Role | None, addon: str | None, held: frozenset[str] | None
) -> Change:
    """Return what to do about a role that is made under the name it has.

    Args:
        desired: The role.
        observed: The one of that name that there is.
        addon: The add-on that its service account belongs to.
        held: The policies that the stack has put on it; None if that is not known.
    """
    if observed is None:
        reasons = (f"new role {desired.name}", *_policies_of(desired))
        return _change(Step.CREATE, desired, None, reasons, addon)
    if reasons := tuple(diff_role(desired, observed, held)):
        return _change(Step.UPDATE, desired, observed, reasons, addon)
    return _change(Step.SAME, desired, observed, (_EQUAL,), addon)


def _policies_of(desired: MadeRole) -> Iterator[str]:
    nothing = frozenset[str]()
    yield from diff_members("permissionPolicyARNs", desired.managed_policy_arns, (), nothing)
    yield from diff_documents("inline policy", desired.inline_policies, {}, nothing)
    if desired.permissions_boundary_arn:
        yield f"permissionsBoundaryARN: {desired.permissions_boundary_arn}"


def _change(
    step: Step,
    desired: MadeRole,
    observed: Role | None,
    reasons: tuple[str, ...],
    addon: str | None,
) -> Change:
    address = role_address(desired.service_account)
    if desired.is_shared:
        address = shared_role_address(desired.name)
    return Change(step, Kind.ROLE, desired.name, address, reasons, desired, observed, addon)


def delete_role(
    role: Role, service_account: ServiceAccountRef, reason: str, addon: str | None
) -> Change:
    """Return the deletion of a role that was made for a service account."""
    address = role_address(service_account)
    return Change(Step.DELETE, Kind.ROLE, role.name, address, (reason,), None, role, addon)


def diff_role(desired: MadeRole, observed: Role, held: frozenset[str] | None) -> Iterator[str]:
    """Yield every difference of a role but policies that others put on it, which stay."""
    yield from diff_members(
        "permissionPolicyARNs", desired.managed_policy_arns, observed.attached_policy_arns, held
    )
    yield from diff_documents(
        "inline policy", desired.inline_policies, observed.inline_policies, held
    )
    if not same_document(desired.trust_policy, observed.trust_policy):
        yield "trust policy: change"
    yield from diff_value(
        "permissionsBoundaryARN",
        desired.permissions_boundary_arn,
        observed.permissions_boundary_arn,
    )
    yield from diff_value("description", desired.description, observed.description or None)
    duration = desired.max_session_duration or DEFAULT_SESSION_DURATION
    yield from diff_value("maxSessionDuration", duration, observed.max_session_duration)
    yield from diff_tags(desired.tags, observed.tags)
    yield from diff_value("shared", desired.is_shared, LIST_TAG in observed.tags)
