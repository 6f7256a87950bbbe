"""Who else claims a service account: EKS keeps one association for it and hands none over.

In: a desired association and a comparison. Out: problems.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from eks_pod_identity.errors import Problem
from eks_pod_identity.observed.cluster import Association
from eks_pod_identity.observed.ownership import STACK_TAG
from eks_pod_identity.planning.comparison import Comparison
from eks_pod_identity.planning.desired import DesiredAssociation
from eks_pod_identity.planning.fault import PlanFault


def duplicate_claims(comparison: Comparison) -> Iterator[Problem]:
    """Yield service accounts that several entries claim, add-ons' recommendations among them."""
    entries = list(comparison.desired.all_associations())
    if len({entry.service_account for entry in entries}) == len(entries):
        return
    entries.sort(key=attrgetter("service_account"))
    for ref, claims in groupby(entries, key=attrgetter("service_account")):
        first, *others = sorted((entry.path for entry in claims), key=str)
        if others:
            yield comparison.report.problem(
                PlanFault.ASSOCIATION_DUPLICATE,
                first,
                f"{ref} has {len(others) + 1} entries, and a service account has one association",
                others=others,
                help=("keep the add-on's entry if the add-on runs as it; EKS takes one owner",),
            )


def association_conflicts(entry: DesiredAssociation, comparison: Comparison) -> Iterator[Problem]:
    """Yield why an association cannot be made or changed."""
    observed = comparison.by_service_account.get(entry.service_account)
    if observed is None:
        return
    if observed.owner_addon == entry.addon and not _is_left(entry, comparison):
        if not entry.addon and not comparison.ownership.owns(observed):
            yield _exists(entry, observed, comparison)
    elif entry.addon:
        yield _already_associated(entry, observed, comparison)
    else:
        yield _owned_by_addon(entry, observed, comparison)


def _is_left(entry: DesiredAssociation, comparison: Comparison) -> bool:
    """Tell whether an add-on's association can only be what `preserve` left of the add-on."""
    return entry.addon is not None and entry.addon not in comparison.observed.addons


def _exists(entry: DesiredAssociation, observed: Association, comparison: Comparison) -> Problem:
    stack = observed.tags.get(STACK_TAG)
    maker = f'stack "{stack}" made' if stack else "this stack did not make"
    cluster, id_ = comparison.observed.name, observed.id
    return comparison.report.problem(
        PlanFault.ASSOCIATION_EXISTS,
        entry.path,
        f"{entry.service_account} has an association that {maker}",
        observed=(f"{id_} -> {observed.role_arn}",),
        help=(
            f"to take it over, type what pulumi preview prints (import {cluster},{id_})",
            f"to replace it, {_delete_command(cluster, id_)}",
            *comparison.other_stack_help(observed),
        ),
    )


def _delete_command(cluster: str, id_: str) -> str:
    return (
        f"aws eks delete-pod-identity-association --cluster-name {cluster} --association-id {id_}"
    )


def _owned_by_addon(
    entry: DesiredAssociation, observed: Association, comparison: Comparison
) -> Problem:
    return comparison.report.problem(
        PlanFault.ASSOCIATION_OWNED_BY_ADDON,
        entry.path,
        f'{entry.service_account} is owned by add-on "{observed.owner_addon}"',
        observed=(f"{observed.id} -> {observed.role_arn}, ownerArn {observed.owner_arn}",),
        help=(_way_to_addon(entry, observed.owner_addon or "", comparison),),
    )


def _way_to_addon(entry: DesiredAssociation, name: str, comparison: Comparison) -> str:
    addon = (comparison.desired.addons or {}).get(name)
    if addon is None:
        return f'delete this entry; permissions are set where add-on "{name}" is managed'
    lists = {each.service_account for each in addon.associations or ()}
    if addon.associations is not None and entry.service_account not in lists:
        return f'let a run take it from add-on "{name}" first, and add this entry after it'
    address = comparison.report.places.address((*addon.path, "podIdentityAssociations"))
    return f"move this entry to {address}"


def _already_associated(
    entry: DesiredAssociation, observed: Association, comparison: Comparison
) -> Problem:
    cluster = comparison.observed.name
    if observed.owner_addon == entry.addon:
        command = _delete_command(cluster, observed.id)
        first = f"it stayed when the add-on was deleted with preserve: {command}"
    elif observed.owner_addon:
        first = f'add-on "{observed.owner_addon}" owns it; let a run take it from there first'
    elif comparison.ownership.owns(observed):
        first = "let a run delete it from iam.podIdentityAssociations first, and add this after it"
    else:
        first = _delete_command(cluster, observed.id)
    return comparison.report.problem(
        PlanFault.SERVICE_ACCOUNT_ALREADY_ASSOCIATED,
        entry.path,
        f"{entry.service_account} has an association, which"
        f' add-on "{entry.addon}" cannot take over',
        observed=(f"{observed.id} -> {observed.role_arn}",),
        help=(first,),
    )
