"""Service accounts that change hands between a file's lists: EKS hands no association over.

The one that has the association must let go in a run of its own, for within one run Pulumi deletes
last. In: what the stack's run before declared, and what this one declares. Out: problems.
"""

from collections.abc import Iterator, Mapping

from eks_pod_identity.errors import Place, Problem
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.planning.ledger.ledger import Declarations, Ledger


def handover_problems(before: Ledger, now: Ledger, at: Declarations) -> Iterator[Problem]:
    """Yield a problem for every service account whose association would get another owner."""
    for account, addon in _to_standalone(before, now).items():
        where = at.associations if account in (now.associations or {}) else at.expanded
        yield _owned_by_addon(account, addon, where, now)
    for account, addon in _to_addons(before, now).items():
        yield _already_associated(account, addon, _owners(before).get(account), at)


def handed_over(before: Ledger, now: Ledger) -> frozenset[str]:
    """Return the `namespace/name` of the service accounts that `handover_problems` reports."""
    return frozenset({*_to_standalone(before, now), *_to_addons(before, now)})


def _to_standalone(before: Ledger, now: Ledger) -> Mapping[str, str]:
    """Return the add-ons that owned what is standalone now."""
    formerly = _owners(before)
    return {each: formerly[each] for each in sorted(now.standalone) if each in formerly}


def _to_addons(before: Ledger, now: Ledger) -> Mapping[str, str]:
    """Return the add-ons that would own what something else had."""
    formerly = _owners(before)
    return {
        account: addon
        for account, addon in sorted(_owners(now).items())
        if account in before.standalone or formerly.get(account, addon) != addon
    }


def _owners(ledger: Ledger) -> Mapping[str, str]:
    return {
        account: addon
        for addon, entries in (ledger.addons or {}).items()
        for account in entries or ()
    }


def _owned_by_addon(account: str, addon: str, at: tuple[str, Place | None], now: Ledger) -> Problem:
    address, place = at
    first = f'let a run take it from add-on "{addon}" first, and add this entry after it'
    stay = f"leave it in the list of add-on {addon}"
    return Problem(
        id=PlanFault.ASSOCIATION_OWNED_BY_ADDON.id,
        address=address,
        message=f'{account} is owned by add-on "{addon}"',
        places=(place,) if place else (),
        help=(first, stay) if addon in (now.addons or {}) else (first,),
    )


def _already_associated(account: str, addon: str, former: str | None, at: Declarations) -> Problem:
    address, place = at.addons[addon]
    first = "let a run delete its standalone entry first, and add this one after it"
    if former:
        first = f'let a run take it from add-on "{former}" first, and add this entry after it'
    return Problem(
        id=PlanFault.SERVICE_ACCOUNT_ALREADY_ASSOCIATED.id,
        address=f"{address}.podIdentityAssociations",
        message=f'{account} has an association, which add-on "{addon}" cannot take over',
        places=(place,) if place else (),
        help=(first,),
    )
