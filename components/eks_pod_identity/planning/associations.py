"""Standalone associations: what the file lists against what the cluster has.

in the file    in the cluster                  outcome
listed         none                            create
listed         this stack's                    same, or update in place
listed         somebody else's, an add-on's    problem: nothing is taken over
not listed     this stack's                    delete, with the role made for it
omitted        this stack's                    problem: `[]` would say it in words
not listed     somebody else's                 left alone

The file has two lists, eksctl's and that of the extension block; each is omitted by itself, and an
association says in a tag which of them it was made from.
"""

from collections.abc import Iterator

from eks_pod_identity.config import EXPANSION_KEY
from eks_pod_identity.config.expansion import EXPANSION_LIST, LIST
from eks_pod_identity.config.places import Path
from eks_pod_identity.errors import Problem
from eks_pod_identity.observed.cluster import Association, sorted_associations
from eks_pod_identity.observed.ownership import LIST_TAG
from eks_pod_identity.planning.change import Change, Kind, Step
from eks_pod_identity.planning.comparison import Comparison, Finding
from eks_pod_identity.planning.conflicts import association_conflicts
from eks_pod_identity.planning.desired import DesiredAssociation, GivenRole
from eks_pod_identity.planning.difference import diff_document_text, diff_tags, diff_value
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.planning.ledger.attributes import entry_problems
from eks_pod_identity.planning.role_checks import role_problems
from eks_pod_identity.planning.roles import delete_role, plan_former_role, plan_made_role
from eks_pod_identity.planning.shared_roles import plan_shared_roles


def plan_associations(comparison: Comparison) -> Iterator[Finding]:
    """Yield what to do about standalone associations and their roles."""
    entries = comparison.desired.associations or ()
    listed = {entry.service_account for entry in entries}
    yield from plan_shared_roles(comparison)
    for entry in entries:
        yield from _plan_entry(entry, comparison)
    gone = [each for each in comparison.own_standalone() if each.service_account not in listed]
    for path in (LIST, EXPANSION_LIST):
        made_from = tuple(each for each in gone if list_of(each) == path)
        yield from _plan_gone(made_from, path, comparison)


def _plan_gone(
    gone: tuple[Association, ...], path: Path, comparison: Comparison
) -> Iterator[Finding]:
    if path in comparison.desired.omitted:
        if gone:
            yield _omitted(gone, path, comparison)
        return
    for association in gone:
        yield from delete_association(association, comparison, "no longer declared")


def list_of(association: Association) -> Path:
    """Return the list of the file that an association of the stack was made from."""
    return EXPANSION_LIST if association.tags.get(LIST_TAG) == EXPANSION_KEY else LIST


def _plan_entry(entry: DesiredAssociation, comparison: Comparison) -> Iterator[Finding]:
    problems = (*association_conflicts(entry, comparison), *role_problems(entry, comparison))
    observed = comparison.by_service_account.get(entry.service_account)
    if not problems and observed:
        problems = tuple(entry_problems(entry, observed, comparison.report))
    if problems:
        yield from problems
        return
    yield from plan_role(entry, observed, comparison)
    yield plan_association(entry, observed)


def plan_role(
    entry: DesiredAssociation, observed: Association | None, comparison: Comparison
) -> Iterator[Change]:
    """Yield what to do about the role of an association, and the one it had before."""
    if isinstance(entry.role, GivenRole) or entry.role.is_shared:
        yield from plan_former_role(entry.role, comparison, observed, entry.addon)
    else:
        former_arn = observed.role_arn if observed else None
        yield from plan_made_role(entry.role, comparison, former_arn, entry.addon)


def plan_association(entry: DesiredAssociation, observed: Association | None) -> Change:
    """Return what to do about an association, standalone or of an add-on."""
    if observed is None:
        return _change(Step.CREATE, entry, None, ("declared, not in cluster",))
    if reasons := tuple(diff_association(entry, observed)):
        return _change(Step.UPDATE, entry, observed, reasons)
    return _change(Step.SAME, entry, observed, ("equal to what is declared",))


def diff_association(desired: DesiredAssociation, observed: Association) -> Iterator[str]:
    """Yield every difference of an association; of an add-on's, EKS takes the role alone."""
    yield from diff_value("roleARN", desired.role.arn, observed.role_arn)
    if desired.addon:
        return
    yield from diff_value("targetRoleARN", desired.target_role_arn, observed.target_role_arn)
    yield from diff_value(
        "disableSessionTags", desired.disable_session_tags, observed.disable_session_tags
    )
    yield from diff_document_text("policy", desired.policy, observed.policy)
    yield from diff_tags(desired.tags, observed.tags)
    yield from diff_value("list", _list_name(desired), observed.tags.get(LIST_TAG))


def _list_name(desired: DesiredAssociation) -> str | None:
    return EXPANSION_KEY if desired.is_expanded else None


def _change(
    step: Step,
    entry: DesiredAssociation,
    observed: Association | None,
    reasons: tuple[str, ...],
) -> Change:
    ref = str(entry.service_account)
    address = _address(ref, entry.addon, EXPANSION_LIST if entry.is_expanded else LIST)
    return Change(step, Kind.ASSOCIATION, ref, address, reasons, entry, observed, entry.addon)


def delete_association(
    association: Association, comparison: Comparison, reason: str
) -> Iterator[Change]:
    """Yield the deletion of an association, and of its role if the stack made it."""
    ref, addon = association.service_account, association.owner_addon
    address = _address(str(ref), addon, list_of(association))
    yield Change(
        Step.DELETE, Kind.ASSOCIATION, str(ref), address, (reason,), None, association, addon
    )
    if role := comparison.former_role(association.role_arn, ref):
        yield delete_role(role, ref, f"{ref} was its only user", addon)


def _address(ref: str, addon: str | None, path: Path) -> str:
    return f"addons {addon} {ref}" if addon else f"{'.'.join(map(str, path))} {ref}"


def _omitted(own: tuple[Association, ...], path: Path, comparison: Comparison) -> Problem:
    noun = "association" if len(own) == 1 else "associations"
    return comparison.report.problem(
        PlanFault.ASSOCIATIONS_OMITTED,
        path,
        f'omitted, but this stack made {len(own)} {noun} in cluster "{comparison.observed.name}"',
        observed=map(describe, sorted_associations(own)),
        help=(
            "to keep them, put the list back",
            f"to remove them all, add {path[-1]}: []",
        ),
    )


def describe(association: Association) -> str:
    """Return an association in one line: account, role and id."""
    return f"{association.service_account} -> {association.role_arn} ({association.id})"
