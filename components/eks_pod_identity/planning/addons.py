"""Add-ons with the associations they own: what the file lists against what the cluster has.

    in the file             in the cluster              outcome
    listed                  none                        create, with roles and associations
    listed                  this stack's                same, or update in place
    listed                  somebody else's             problem: nothing is taken over
    its list omitted        owns associations           problem: `[]` would say it in words
    its list is `[]`        owns associations           update; they go, and the roles made for them
    not listed              this stack's                delete, with all it owns
    `addons` omitted        this stack's                problem
    not listed              somebody else's             left alone

An add-on that does not change gets no UpdateAddon call: a call restarts its pods.
"""

from collections.abc import Iterable, Iterator, Sequence

from eks_pod_identity.errors import Problem
from eks_pod_identity.observed.cluster import AddonState, Association
from eks_pod_identity.planning.addon_checks import (
    addon_problems,
    addon_warnings,
    addons_omitted,
    associations_omitted,
    busy_problem,
)
from eks_pod_identity.planning.addon_request import PermissionSource
from eks_pod_identity.planning.associations import (
    delete_association,
    plan_association,
    plan_role,
)
from eks_pod_identity.planning.change import Change, Kind, Step
from eks_pod_identity.planning.comparison import Comparison, Finding
from eks_pod_identity.planning.desired import DesiredAddon
from eks_pod_identity.planning.difference import diff_configuration, diff_tags, diff_value
from eks_pod_identity.planning.ledger.attributes import entry_problems
from eks_pod_identity.planning.ledger.undeclared import undeclared, undeclared_problem

_RESTART = "UpdateAddon restarts its pods"
_SOURCES = {
    PermissionSource.EXPLICIT: "its podIdentityAssociations",
    PermissionSource.CLEARED: "none of its own ([]), so its pods have those of the node role",
    PermissionSource.RECOMMENDED: "what EKS recommends",
    PermissionSource.NONE: "none of its own",
}
_CREATE_FAILED = "CREATE_FAILED"


def plan_addons(comparison: Comparison) -> Iterator[Finding]:
    """Yield what to do about add-ons, their associations and roles."""
    own = [each for each in comparison.observed.addons.values() if comparison.ownership.owns(each)]
    if comparison.desired.addons is None:
        if own:
            yield addons_omitted(own, comparison)
        return
    for desired in comparison.desired.addons.values():
        yield from _plan_addon(desired, comparison)
    for observed in own:
        if observed.name not in comparison.desired.addons:
            yield from _delete_addon(observed, comparison)


def _plan_addon(desired: DesiredAddon, comparison: Comparison) -> Iterator[Finding]:
    observed = comparison.observed.addons.get(desired.name)
    owned = tuple(comparison.owned_by(desired.name))
    problems = tuple(addon_problems(desired, observed, comparison))
    if not problems and observed:
        problems = tuple(entry_problems(desired, observed, comparison.report))
    problems = problems or tuple(_undeclared_problems(desired, owned, comparison))
    if problems:
        yield from problems
        return
    if owned and desired.associations is None:
        yield associations_omitted(desired, owned, comparison)
        return
    yield from addon_warnings(desired, observed, comparison)
    changes = tuple(_plan_owned(desired, owned, comparison))
    yield from changes
    change = _plan_software(desired, observed, changes)
    if observed and not change.is_same and (busy := busy_problem(desired, observed, comparison)):
        yield busy
    yield change


def _undeclared_problems(
    desired: DesiredAddon, owned: Sequence[Association], comparison: Comparison
) -> Iterator[Problem]:
    if comparison.record is None or not desired.associations:  # `[]` clears whatever there is
        return
    known = comparison.record.listed.get(desired.name, frozenset())
    path = (*desired.path, "podIdentityAssociations")
    places = comparison.report.places
    for each in _of_unknown_origin(desired, owned, comparison):
        if each.service_account.name not in known:
            yield undeclared_problem(desired.name, each, places.address(path), places.places(path))


def has_entries_of_unknown_origin(comparison: Comparison) -> bool:
    """Tell whether it takes the stack's state to know who made an association of an add-on."""
    addons = (comparison.desired.addons or {}).values()
    return any(
        True
        for desired in addons
        if desired.associations and desired.name in comparison.observed.addons
        for _ in _of_unknown_origin(desired, comparison.owned_by(desired.name), comparison)
    )


def _of_unknown_origin(
    desired: DesiredAddon, owned: Iterable[Association], comparison: Comparison
) -> Iterator[Association]:
    """Yield what would be deleted and has no role that the stack made."""
    declared = {each.service_account.name for each in desired.associations or ()}
    for each in undeclared(owned, declared, ()):
        if comparison.own_role(each.role_arn, each.service_account) is None:
            yield each


def _plan_owned(
    desired: DesiredAddon, owned: Sequence[Association], comparison: Comparison
) -> Iterator[Change]:
    listed = {each.service_account: each for each in desired.associations or ()}
    have = {each.service_account: each for each in owned}
    for ref, entry in listed.items():
        yield from plan_role(entry, have.get(ref), comparison)
        yield plan_association(entry, have.get(ref))
    for ref, association in have.items():
        if ref not in listed:
            yield from delete_association(association, comparison, "no longer declared")


def _plan_software(
    desired: DesiredAddon, observed: AddonState | None, owned: Sequence[Change]
) -> Change:
    source = tuple(_source_of(desired))
    if observed is None:
        return _change(Step.CREATE, desired, None, ("declared, not in cluster", *source))
    if observed.status == _CREATE_FAILED:
        return _change(
            Step.REPLACE, desired, observed, (f"its creation failed: {observed.status}",)
        )
    reasons = (*diff_software(desired, observed), *_diff_owned(owned))
    if reasons:
        # Tags alone are changed by TagResource.
        restart = () if all(each.startswith("tags.") for each in reasons) else (_RESTART,)
        return _change(Step.UPDATE, desired, observed, (*reasons, *restart, *source))
    return _change(Step.SAME, desired, observed, (_same_reason(owned), *source))


def _source_of(desired: DesiredAddon) -> Iterator[str]:
    """Yield where the permissions of an add-on come from; one that needs none has no word."""
    permissions = desired.permissions
    match permissions.source:
        case PermissionSource.IRSA:
            yield f"permissions: IRSA role {desired.service_account_role_arn}"
        case PermissionSource.NONE if not _needs_iam(desired):
            pass
        case source:
            yield f"permissions: {_SOURCES[source]}"


def _needs_iam(desired: DesiredAddon) -> bool:
    version = desired.permissions.version
    return version is not None and version.requires_iam_permissions


def diff_software(desired: DesiredAddon, observed: AddonState) -> Iterator[str]:
    """Yield every difference of the add-on itself; what the file leaves out stays as it is."""
    if desired.version:
        yield from diff_value("version", desired.version, observed.version)
    if desired.service_account_role_arn:
        yield from diff_value(
            "serviceAccountRoleARN",
            desired.service_account_role_arn,
            observed.service_account_role_arn,
        )
    yield from diff_configuration(
        "configurationValues", desired.configuration_values, observed.configuration_values
    )
    yield from diff_tags(desired.tags, observed.tags)


def _diff_owned(owned: Sequence[Change]) -> Iterator[str]:
    words = {Step.CREATE: "add", Step.UPDATE: "change", Step.DELETE: "remove"}
    for change in sorted(owned, key=lambda each: each.name):
        if change.kind is Kind.ASSOCIATION and change.step in words:
            yield f"podIdentityAssociations: {words[change.step]} {change.name}"


def _same_reason(owned: Sequence[Change]) -> str:
    count = sum(change.kind is Kind.ASSOCIATION for change in owned)
    noun = "association" if count == 1 else "associations"
    return f"{count} owned {noun} unchanged; no UpdateAddon call, so no pod restart"


def _delete_addon(observed: AddonState, comparison: Comparison) -> Iterator[Change]:
    yield Change(
        Step.DELETE,
        Kind.ADDON,
        observed.name,
        f"addons {observed.name}",
        ("no longer declared",),
        None,
        observed,
        observed.name,
    )
    for association in comparison.owned_by(observed.name):
        yield from delete_association(association, comparison, "goes with its add-on")


def _change(
    step: Step, desired: DesiredAddon, observed: AddonState | None, reasons: tuple[str, ...]
) -> Change:
    name = desired.name
    return Change(step, Kind.ADDON, name, f"addons {name}", reasons, desired, observed, name)
