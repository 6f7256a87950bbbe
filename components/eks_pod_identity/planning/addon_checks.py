"""What EKS would refuse of an add-on, and what somebody should look at, before anything is done.

In: a desired and an observed add-on. Out: problems.
"""

from collections.abc import Iterator, Sequence

from eks_pod_identity.config import AGENT_ADDON
from eks_pod_identity.errors import Place, Problem, Severity
from eks_pod_identity.observed.cluster import AddonState, Association
from eks_pod_identity.observed.ownership import STACK_TAG
from eks_pod_identity.planning.comparison import Comparison
from eks_pod_identity.planning.conflicts import association_conflicts
from eks_pod_identity.planning.desired import DesiredAddon
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.planning.role_checks import role_problems

BUSY = frozenset({"CREATING", "UPDATING", "DELETING"})
UNHEALTHY = frozenset({"CREATE_FAILED", "DEGRADED", "DELETE_FAILED", "UPDATE_FAILED"})
_DESCRIBE = "aws eks describe-addon --cluster-name"
_UPDATE = "aws eks update-addon --cluster-name"


def addon_problems(
    desired: DesiredAddon, observed: AddonState | None, comparison: Comparison
) -> Iterator[Problem]:
    """Yield why an add-on cannot be made or changed."""
    if observed and not comparison.ownership.owns(observed):
        yield _exists(desired, observed, comparison)
        return
    yield from _of_severity(desired, Severity.ERROR)
    yield from _namespace_problems(desired, observed, comparison)
    yield from _irsa_problems(desired, observed, comparison)
    for entry in desired.associations or ():
        yield from association_conflicts(entry, comparison)
        yield from role_problems(entry, comparison)


def addon_warnings(
    desired: DesiredAddon, observed: AddonState | None, comparison: Comparison
) -> Iterator[Problem]:
    """Yield what an add-on lacks, though it can be made or changed."""
    yield from _of_severity(desired, Severity.WARNING)
    yield from health_problems(desired, observed, comparison)


def health_problems(
    desired: DesiredAddon, observed: AddonState | None, comparison: Comparison
) -> Iterator[Problem]:
    """Yield that an add-on other than the agent is installed and does not work."""
    if observed and observed.status in UNHEALTHY and desired.name != AGENT_ADDON:
        yield comparison.report.problem(
            PlanFault.ADDON_UNHEALTHY,
            desired.path,
            f'"{desired.name}" is {observed.status}',
            observed=(f"{issue.code}: {issue.message}" for issue in observed.health_issues),
            help=(f"{_DESCRIBE} {comparison.observed.name} --addon-name {desired.name}",),
        )


def _of_severity(desired: DesiredAddon, severity: Severity) -> Iterator[Problem]:
    yield from (each for each in desired.permissions.problems if each.severity is severity)


def busy_problem(
    desired: DesiredAddon, observed: AddonState, comparison: Comparison
) -> Problem | None:
    """Return why an add-on cannot be changed now, or None."""
    places = comparison.report.places
    address = places.address(desired.path)
    return busy(observed, address, places.places(desired.path))


def busy(observed: AddonState, address: str, places: tuple[Place, ...] = ()) -> Problem | None:
    """Return why an add-on that is to be changed cannot be changed now, or None.

    Args:
        observed: The add-on.
        address: Where it is declared.
        places: The same in a file.
    """
    if observed.status not in BUSY:
        return None
    return Problem(
        PlanFault.ADDON_BUSY.id,
        address,
        f'"{observed.name}" is to be changed and is {observed.status}',
        places=places,
        help=("wait until it is ACTIVE (eks-pod-identity get --addons) and run it again",),
    )


def _exists(desired: DesiredAddon, observed: AddonState, comparison: Comparison) -> Problem:
    stack = observed.tags.get(STACK_TAG)
    maker = f'stack "{stack}"' if stack else "somebody else"
    cluster = comparison.observed.name
    return comparison.report.problem(
        PlanFault.ADDON_EXISTS,
        desired.path,
        f'"{desired.name}" is installed already, by {maker}',
        observed=(f"{observed.version}, {observed.status}",),
        help=(
            f"to take it over, type what pulumi preview prints (import {cluster}:{desired.name})",
            "to leave it alone, delete the entry",
            *comparison.other_stack_help(observed),
        ),
    )


def _namespace_problems(
    desired: DesiredAddon, observed: AddonState | None, comparison: Comparison
) -> Iterator[Problem]:
    yield from fixed_namespace_problems(desired, observed, comparison)
    yield from entry_namespace_problems(desired, comparison)


def fixed_namespace_problems(
    desired: DesiredAddon, observed: AddonState | None, comparison: Comparison
) -> Iterator[Problem]:
    """Yield that an add-on is installed in another namespace than the file says."""
    namespace = desired.permissions.namespace
    # Without a look at the catalogue EKS's own namespace is not known.
    wanted = namespace if desired.permissions.version else desired.namespace
    if observed and observed.namespace and wanted not in {None, observed.namespace}:
        yield comparison.report.problem(
            PlanFault.ADDON_NAMESPACE_FIXED,
            (*desired.path, "namespaceConfig", "namespace"),
            f'"{desired.name}" is installed in {observed.namespace}, which cannot be changed',
            help=(
                f"namespaceConfig:\n  namespace: {observed.namespace}",
                "to move it, delete the add-on in a run of its own first",
            ),
        )


def entry_namespace_problems(desired: DesiredAddon, comparison: Comparison) -> Iterator[Problem]:
    """Yield the entries of an add-on that are for another namespace than it runs in."""
    namespace = desired.permissions.namespace
    for entry in desired.associations or ():
        if entry.service_account.namespace != namespace:
            yield comparison.report.problem(
                PlanFault.ADDON_ENTRY_NAMESPACE_DIFFERS,
                (*entry.path, "namespace"),
                f'{entry.service_account} is not in {namespace}, where "{desired.name}" runs',
                help=(f"namespace: {namespace}",),
            )


def _irsa_problems(
    desired: DesiredAddon, observed: AddonState | None, comparison: Comparison
) -> Iterator[Problem]:
    # The provider would send an empty ARN, which EKS refuses
    # (https://github.com/hashicorp/terraform-provider-aws/issues/30645).
    role = observed.service_account_role_arn if observed else None
    if role and not desired.service_account_role_arn:
        cluster = comparison.observed.name
        yield comparison.report.problem(
            PlanFault.ADDON_IRSA_ROLE_REMOVED,
            (*desired.path, "serviceAccountRoleARN"),
            f'removed, but the AWS provider cannot take it away from "{desired.name}"',
            observed=(role,),
            help=(f"{_UPDATE} {cluster} --addon-name {desired.name}\npulumi refresh",),
        )


def addons_omitted(own: Sequence[AddonState], comparison: Comparison) -> Problem:
    """Return the problem of a file that says nothing of add-ons that the stack made."""
    noun = "add-on" if len(own) == 1 else "add-ons"
    return comparison.report.problem(
        PlanFault.ADDONS_OMITTED,
        ("addons",),
        f"omitted, but this stack installed {len(own)} {noun} in cluster"
        f' "{comparison.observed.name}"',
        observed=(", ".join(sorted(addon.name for addon in own)),),
        help=("to keep them, put the list back", "to remove them all, add addons: []"),
    )


def associations_omitted(
    desired: DesiredAddon, owned: Sequence[Association], comparison: Comparison
) -> Problem:
    """Return the problem of an add-on that owns associations and whose list is omitted."""
    one = len(owned) == 1
    ordered = sorted(owned, key=lambda each: each.service_account)
    return comparison.report.problem(
        PlanFault.ADDON_ASSOCIATIONS_OMITTED,
        (*desired.path, "podIdentityAssociations"),
        f'omitted, but add-on "{desired.name}" owns {len(owned)} '
        f'{"association" if one else "associations"} in cluster "{comparison.observed.name}"',
        observed=(f"{each.service_account} -> {each.role_arn} ({each.id})" for each in ordered),
        help=(
            f"to keep {'it' if one else 'them'}, add\n{_entries(ordered, comparison)}",
            f"to remove {'it' if one else 'them all'}, add podIdentityAssociations: []",
        ),
    )


def _entries(owned: Sequence[Association], comparison: Comparison) -> str:
    lines = ["podIdentityAssociations:"]
    for each in owned:
        lines.append(f"  - namespace: {each.service_account.namespace}")
        lines.append(f"    serviceAccountName: {each.service_account.name}")
        lines += [f"    {line}" for line in _role_lines(each, comparison)]
    return "\n".join(lines)


def _role_lines(association: Association, comparison: Comparison) -> Iterator[str]:
    """Yield the keys that keep a role: permissions if the stack made it, else its ARN."""
    role = comparison.own_role(association.role_arn, association.service_account)
    if role is None:
        yield f"roleARN: {association.role_arn}"
        return
    if role.attached_policy_arns:
        yield "permissionPolicyARNs:"
        yield from (f"  - {arn}" for arn in role.attached_policy_arns)
    if role.inline_policies:
        yield f"permissionPolicy: (that of {', '.join(sorted(role.inline_policies))})"
