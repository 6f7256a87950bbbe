"""Roles that the stack made and the file now gives by their ARN: the run would delete them.

Pulumi deletes what no entry asks for, and EKS keeps an association whose role is gone: pods get no
credentials from then on. In: what the stack's run before declared, and what this one declares.
Out: problems.
"""

from collections.abc import Iterator

from eks_pod_identity.errors import Place, Problem
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.planning.ledger.ledger import Declarations, Ledger


def given_role_problems(before: Ledger, now: Ledger, at: Declarations) -> Iterator[Problem]:
    """Yield a problem for every role that would be deleted and is given."""
    if before.given is None:  # written by a version that did not tell
        return
    lost = (now.given or frozenset()) & (frozenset(before.roles) - before.given)
    for role_arn in sorted(lost):
        yield _still_used(role_arn, _where(role_arn, now, at))


def _where(role_arn: str, now: Ledger, at: Declarations) -> tuple[str, Place | None]:
    """Return the first list that gives a role."""
    if role_arn in (now.associations or {}).values():
        return at.associations
    if role_arn in (now.expanded or {}).values():
        return at.expanded
    addons = (now.addons or {}).items()
    return at.addons[next(name for name, each in addons if role_arn in (each or {}).values())]


def _still_used(role_arn: str, where: tuple[str, Place | None]) -> Problem:
    address, place = where
    return Problem(
        id=PlanFault.ROLE_STILL_USED.id,
        address=address,
        message=f"{role_arn} was made by this stack, and no entry asks for it any more",
        places=(place,) if place else (),
        help=(
            "put back the entry or the permissions that it was made for",
            "if somebody else made it, let a run go without the entry first, and add it after",
        ),
    )
