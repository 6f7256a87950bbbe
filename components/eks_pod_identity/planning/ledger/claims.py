"""Service accounts that two lists of a file claim, told once EKS has named its add-ons' namespaces.

A file may leave the namespace of an add-on's entry to EKS, so the file alone does not show that a
standalone entry is about the same service account. In: a ledger, which has every namespace. Out:
problems.
"""

from collections import defaultdict
from collections.abc import Iterator

from eks_pod_identity.errors import Place, Problem
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.planning.ledger.ledger import Declarations, Ledger


def duplicate_claims(ledger: Ledger, at: Declarations) -> Iterator[Problem]:
    """Yield a problem for every service account that more than one list claims."""
    claims: dict[str, list[tuple[str, Place | None]]] = defaultdict(list)
    for account in ledger.associations or ():
        claims[account].append(at.associations)
    for account in ledger.expanded or ():
        claims[account].append(at.expanded)
    for name, entries in (ledger.addons or {}).items():
        for account in entries or ():
            claims[account].append(at.addons[name])
    for account, claimants in sorted(claims.items()):
        if claimants[1:]:
            yield _claimed_twice(account, claimants)


def _claimed_twice(account: str, claimants: list[tuple[str, Place | None]]) -> Problem:
    addresses = " and ".join(address for address, _ in claimants)
    return Problem(
        id=PlanFault.ASSOCIATION_DUPLICATE.id,
        address=claimants[0][0],
        message=f"{account} is claimed by {addresses}, and a service account has one association",
        places=tuple(place for _, place in claimants if place),
        help=("keep the add-on's entry if the add-on runs as it; EKS takes one owner",),
    )
