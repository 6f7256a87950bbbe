"""What an audit cannot judge, so that silence is not taken for a verdict.

In: an account and its resources. Out: target roles that nobody could read, a selection of nothing,
and policies whose document is not told, or not one that rules can read.
"""

from collections.abc import Iterable, Iterator

from eks_pod_identity.audit.eks_resources import association_subject
from eks_pod_identity.audit.observed import Observed
from eks_pod_identity.audit.report import Gap
from eks_pod_identity.observed.account import AccountState, Selection, roles_used
from eks_pod_identity_policies.documents import identity_policies_of, loaded


def find_gaps(
    state: AccountState, selection: Selection, observed: Iterable[Observed]
) -> Iterator[Gap]:
    """Yield what is not judged, with the reason."""
    clusters = ", ".join(cluster.name for cluster in state.clusters)
    for note in (*state.notes, *_nothing_selected(state, selection)):
        yield Gap(clusters, note)
    yield from _unread_roles(state, selection)
    for arn, policy in sorted(state.policies.items()):
        if policy.document is None:
            yield Gap(arn, "AWS does not tell what the policy says")
    for each in observed:
        sources = tuple(identity_policies_of(each.resource))
        if len(tuple(loaded(sources))) < len(sources):
            part = f" ({each.part})" if each.part else ""
            yield Gap(f"{each.subject.address}{part}", "no document that rules can read")


def _nothing_selected(state: AccountState, selection: Selection) -> Iterator[str]:
    """Yield a sentence where a name is given that no association has, for it may be misspelt."""
    associations = (each for cluster in state.clusters for each in cluster.associations)
    if state.clusters and not any(map(selection.has, associations)) and not selection.is_all:
        given = {"namespace": selection.namespace, "service account": selection.service_account}
        names = " and ".join(f'{what} "{name}"' for what, name in given.items() if name is not None)
        yield f"no association has {names}"


def _unread_roles(state: AccountState, selection: Selection) -> Iterator[Gap]:
    unread = {
        arn: association_subject(cluster, each).address
        for arn, cluster, each in roles_used(state.clusters, selection)
        if arn not in state.roles and arn not in state.missing_roles
    }
    for arn, address in sorted(unread.items()):
        yield Gap(arn, f"target role of {address} in another account; give --target-profile")
