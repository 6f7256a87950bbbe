"""Nothing is deleted by omission: what was declared before must be cleared in words.

In: the ledger of the run before, and that of this one. A list that is gone is a problem, `[]` is a
wish.

    before          now             outcome
    entries         entries         the difference is applied
    entries         `[]`            all entries are deleted
    entries         omitted, null   problem, before any change, unless the other list has them
    none or `[]`    omitted, null   fine: nothing is lost
"""

from collections.abc import Iterator, Mapping

from eks_pod_identity.errors import Place, Problem
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.planning.ledger.ledger import Declarations, Entries, Ledger
from eks_pod_identity.prose import counted


def omission_problems(before: Ledger, now: Ledger, at: Declarations) -> Iterator[Problem]:
    """Yield a problem for every list that held entries before and is omitted now."""
    for lost, kept, where in (
        (before.associations, now.associations, at.associations),
        (before.expanded, now.expanded, at.expanded),
    ):
        if kept is None and (gone := _not_in(now.standalone, lost or {})):
            yield _list_omitted(
                PlanFault.ASSOCIATIONS_OMITTED, where, "the run before declared", gone
            )
    if before.addons and now.addons is None:
        yield _addons_omitted(before.addons, at.addon_list)
    for name, entries in (now.addons or {}).items():
        lost = (before.addons or {}).get(name)
        if lost and entries is None:
            address, place = at.addons[name]
            yield _list_omitted(
                PlanFault.ADDON_ASSOCIATIONS_OMITTED,
                (f"{address}.podIdentityAssociations", place),
                f'the run before gave add-on "{name}"',
                lost,
            )


def _not_in(kept: Entries, lost: Entries) -> Entries:
    """Return the entries that no list has any more; those that moved to the other one stay."""
    return {account: role for account, role in lost.items() if account not in kept}


def _list_omitted(
    fault: PlanFault,
    at: tuple[str, Place | None],
    owner: str,
    lost: Entries,
) -> Problem:
    address, place = at
    it, all_ = ("it", "it") if len(lost) == 1 else ("them", "them all")
    return Problem(
        id=fault.id,
        address=address,
        message=f"omitted, but {owner} {counted(len(lost), 'association')}",
        places=(place,) if place else (),
        observed=tuple(f"{account} -> {lost[account]}" for account in sorted(lost)),
        help=(
            f"to keep {it}, put the list back",
            f"to remove {all_}, write {address.rpartition('.')[2]}: []",
        ),
    )


def _addons_omitted(lost: Mapping[str, Entries | None], at: tuple[str, Place | None]) -> Problem:
    address, place = at
    return Problem(
        id=PlanFault.ADDONS_OMITTED.id,
        address=address,
        message=f"omitted, but the run before declared {counted(len(lost), 'add-on')}",
        places=(place,) if place else (),
        observed=(", ".join(sorted(lost)),),
        help=("to keep them, put the list back", "to remove them all, write addons: []"),
    )
