"""A file that is for another cluster than before: all that the stack holds there would be deleted.

A name is changed in one line, and Pulumi would replace everything at once. In: what the stack's run
before declared, and what this one declares. Out: a problem, unless the user named the cluster that
is left.
"""

from collections.abc import Iterator

from eks_pod_identity.errors import Problem
from eks_pod_identity.names import parse_arn
from eks_pod_identity.planning.argument_fault import ArgumentFault
from eks_pod_identity.planning.ledger.ledger import Declarations, Ledger
from eks_pod_identity.prose import counted


def cluster_change_problems(
    before: Ledger, now: Ledger, at: Declarations, former_cluster: str | None
) -> Iterator[Problem]:
    """Yield a problem if the cluster changes while the stack holds something in the former one.

    Args:
        before: What the run before declared; an older one does not say for which cluster.
        now: What this one declares.
        at: Where the file says so.
        former_cluster: The name of the cluster that is left, if the user gives it.
    """
    if not before.cluster or not now.cluster or before.cluster == now.cluster:
        return
    holds_something = before.standalone or before.addons
    if holds_something and former_cluster != _name(before.cluster):
        yield _changed(before, before.cluster, now.cluster, at)


def _changed(before: Ledger, former: str, current: str, at: Declarations) -> Problem:
    address, place = at.cluster
    owned = [entry for entries in (before.addons or {}).values() for entry in entries or ()]
    associations = counted(len(before.standalone) + len(owned), "association")
    held = f"{associations} and {counted(len(before.addons or {}), 'add-on')}"
    leave = "to have them deleted there and made here, give ClusterPodIdentities"
    return Problem(
        id=ArgumentFault.CLUSTER_CHANGED.id,
        address=address,
        message=f'is "{_name(current)}", but this stack holds {held} in another cluster',
        places=(place,) if place else (),
        observed=(f"before: {former}", f"now: {current}"),
        help=(_way_back(former, current), f'{leave}\nformer_cluster="{_name(former)}"'),
    )


def _way_back(former: str, current: str) -> str:
    if _name(former) == _name(current):
        return "to keep them, run with the account and region of that cluster"
    return "to keep them, put the name back, and give the other cluster a component of its own"


def _name(cluster_arn: str) -> str:
    arn = parse_arn(cluster_arn)
    return arn.resource.removeprefix("cluster/") if arn else cluster_arn
