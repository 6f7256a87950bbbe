"""Associations of an add-on that neither the file nor the run before knows.

UpdateAddon replaces the whole list of an add-on, so an entry that others added would go with the
next change of ours. In: what is declared, what the stack declared before, what EKS has. Out: a
problem for each entry that somebody has to declare or delete first.

    in the list     known before     EKS has it     outcome
    yes             any              any            created, changed or kept
    no              yes              yes            deleted: it was taken out in words
    no              no               yes            problem, before any change
"""

from collections.abc import Collection, Iterable, Iterator

from eks_pod_identity.errors import Place, Problem
from eks_pod_identity.observed.cluster import Association
from eks_pod_identity.planning.fault import PlanFault


def undeclared(
    owned: Iterable[Association], declared: Collection[str], known: Collection[str]
) -> Iterator[Association]:
    """Yield the associations of an add-on that the stack does not know.

    Args:
        owned: What the add-on owns.
        declared: The service accounts that its list names now.
        known: Those that the stack declared before, or made a role for.
    """
    for each in owned:
        if each.service_account.name not in {*declared, *known}:
            yield each


def undeclared_problem(
    addon: str, found: Association, address: str, places: tuple[Place, ...] = ()
) -> Problem:
    """Return the problem of an association that an update would delete unasked.

    Args:
        addon: The add-on that owns it.
        found: What EKS has.
        address: The add-on's list, in the user's spelling.
        places: The same in a file.
    """
    cluster = found.arn.split("/")[1]
    account = found.service_account
    delete = (
        "aws eks delete-pod-identity-association"
        f" --cluster-name {cluster} --association-id {found.id}"
    )
    return Problem(
        PlanFault.ADDON_ASSOCIATION_UNDECLARED.id,
        address,
        f'{account} is owned by add-on "{addon}", and this stack has never declared it',
        places=places,
        observed=(f"{found.id} -> {found.role_arn}",),
        help=(
            f"to keep it, add an entry for {account.name} with role {found.role_arn}",
            f"to remove it, {delete}",
        ),
    )
