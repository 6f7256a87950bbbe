"""What to say where a name that a run is about to give is taken.

In: what has the name, whose run it is, and what to type to take it over. Out: problems.
"""

from eks_pod_identity.errors import Problem, Severity
from eks_pod_identity.observed.cluster import AddonState, Association, Role
from eks_pod_identity.observed.ownership import STACK_TAG, Ownership
from eks_pod_identity.planning.fault import PlanFault

_RENAMED = 'after a rename, pulumi.ResourceOptions(aliases=[pulumi.Alias(name="OLD NAME")])'
_KILLED = "after a killed run, eks-pod-identity recover"


def association_exists(
    address: str, found: Association, ownership: Ownership, import_help: str
) -> Problem:
    """Return the problem of an association that Pulumi does not know under its name.

    Args:
        address: The resource that was to be made.
        found: What is there.
        ownership: Whose run it is.
        import_help: What to type to take it over.
    """
    if found.owner_addon:
        return _owned_by_addon(address, found)
    if ownership.owns(found):
        return _own(address, found)
    return Problem(
        PlanFault.ASSOCIATION_EXISTS.id,
        address,
        f"{found.service_account} has an association that {_maker(found, 'made')}",
        observed=(f"{found.id} -> {found.role_arn}",),
        help=(f"to take it over\n{import_help}", f"to replace it, {_delete_command(found)}"),
    )


def _owned_by_addon(address: str, found: Association) -> Problem:
    return Problem(
        PlanFault.ASSOCIATION_OWNED_BY_ADDON.id,
        address,
        f'{found.service_account} is owned by add-on "{found.owner_addon}"',
        observed=(f"{found.id} -> {found.role_arn}",),
        help=("set its permissions where the add-on is declared, and delete this",),
    )


def _own(address: str, found: Association) -> Problem:
    # A warning: it may be about to be replaced, or `recover` looks at what would be made.
    return Problem(
        PlanFault.ASSOCIATION_EXISTS.id,
        address,
        f"{found.service_account} has an association that this stack made under another name,"
        " or in a run that was killed",
        severity=Severity.WARNING,
        observed=(f"{found.id} -> {found.role_arn}",),
        help=(_RENAMED, _KILLED),
    )


def already_associated(address: str, addon: str, found: Association) -> Problem:
    """Return the problem of a service account that an add-on cannot take over."""
    first = _delete_command(found)
    if found.owner_addon == addon:
        first = f"it stayed when the add-on was deleted with preserve: {first}"
    elif found.owner_addon:
        first = f'let a run take it from add-on "{found.owner_addon}" first'
    elif STACK_TAG in found.tags:
        first = f'let a run of stack "{found.tags[STACK_TAG]}" delete it first'
    return Problem(
        PlanFault.SERVICE_ACCOUNT_ALREADY_ASSOCIATED.id,
        address,
        f'{found.service_account} has an association, which add-on "{addon}" cannot take over',
        observed=(f"{found.id} -> {found.role_arn}",),
        help=(first,),
    )


def addon_exists(
    address: str, found: AddonState, ownership: Ownership, import_help: str
) -> Problem:
    """Return the problem of an add-on that is installed; as `association_exists`."""
    observed = (f"{found.version}, {found.status}",)
    if ownership.owns(found):
        return Problem(
            PlanFault.ADDON_EXISTS.id,
            address,
            f'"{found.name}" was installed by this stack under another name,'
            " or in a run that was killed",
            severity=Severity.WARNING,
            observed=observed,
            help=(_RENAMED, _KILLED),
        )
    return Problem(
        PlanFault.ADDON_EXISTS.id,
        address,
        f'"{found.name}" is installed already; {_maker(found, "installed")} it',
        observed=observed,
        help=(f"to take it over\n{import_help}", "to leave it alone, do not declare it"),
    )


def role_exists(
    address: str, found: Role, ownership: Ownership, import_help: str, path: str = "/"
) -> Problem:
    """Return the problem of a role's name that is taken; as `association_exists`."""
    where = found.arn.partition(":role")[2].removesuffix(found.name)
    if where != path:
        return Problem(
            PlanFault.ROLE_PATH_DIFFERS.id,
            address,
            f"role {found.name} has the path {where}, and a path cannot be changed",
            observed=(found.arn,),
            help=(f'path="{where}"', "give the role another name"),
        )
    if ownership.owns(found):
        return Problem(
            PlanFault.ROLE_EXISTS.id,
            address,
            f"role {found.name} was made by this stack under another name,"
            " in a run that was killed, or for an add-on with preserve",
            severity=Severity.WARNING,
            observed=(found.arn,),
            help=(_RENAMED, f"{_KILLED}, as for what preserve has kept"),
        )
    return Problem(
        PlanFault.ROLE_EXISTS.id,
        address,
        f"there is a role {found.name} that {_maker(found, 'made')}",
        observed=(found.arn,),
        help=(
            "to make one beside it, give this one another name",
            "to use it as it is, give its ARN and no permissions",
            f"to take it over, so that its trust is changed and it goes with this\n{import_help}",
        ),
    )


def _maker(found: Association | AddonState | Role, did: str) -> str:
    stack = found.tags.get(STACK_TAG)
    return f'stack "{stack}" {did}' if stack else f"this stack has not {did}"


def _delete_command(found: Association) -> str:
    cluster = found.arn.split("/")[1]
    return (
        f"aws eks delete-pod-identity-association --cluster-name {cluster}"
        f" --association-id {found.id}"
    )
