"""What there is of a cluster that a plan would look at, read before anything is registered.

One read of the cluster and of each add-on that is declared, and of the agent; service accounts and
namespaces if the Kubernetes API answers at once. Each is read once in a run. What cannot be read is
left out, and one note says so: AWS itself refuses later what it does not take.
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

import pulumi

from eks_pod_identity.aws.kubernetes import KubernetesAccess
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.facts.existing import existing_in
from eks_pod_identity.config import AGENT_ADDON
from eks_pod_identity.errors import ObservationError
from eks_pod_identity.names import AwsContext
from eks_pod_identity.observed.cluster import AddonState, ClusterState, KubernetesState
from eks_pod_identity.planning.desired import DesiredCluster

# A preview is not to wait for an endpoint that is private, and no packet comes back from.
_PATIENCE_SECONDS = 2.0
_KUBERNETES = "kubernetes:core/v1:ServiceAccount"
_NOT_READ = "service accounts are not compared"


def observe_beforehand(
    component: pulumi.ComponentResource, desired: DesiredCluster
) -> ClusterState:
    """Return the cluster without associations and roles.

    Args:
        component: Already registered, so that its provider is settled.
        desired: What the component shall make.
    """
    context, cluster = find_aws_context(component), desired.cluster
    found = existing_in(context).cluster(cluster.cluster)
    if found is None:  # perhaps the same program makes it
        return ClusterState(cluster.cluster, cluster.cluster_arn(cluster.cluster), version="")
    found = replace(found, addons={each.name: each for each in _addons(context, desired, found)})
    if not any(True for _ in desired.all_associations()):
        return found
    state = _kubernetes(component, context, found)
    return replace(found, kubernetes=state and _only_named(state, desired))


def _addons(
    context: AwsContext, desired: DesiredCluster, cluster: ClusterState
) -> Iterator[AddonState]:
    existing = existing_in(context)
    for name in sorted({*(desired.addons or {}), AGENT_ADDON}):
        if installed := existing.addon_beforehand(cluster.name, name):
            yield installed


def _only_named(state: KubernetesState, desired: DesiredCluster) -> KubernetesState:
    """Return the part that a component is about; a program may have thousands of them."""
    wanted = (each.service_account for each in desired.all_associations())
    accounts = {ref: state.service_accounts[ref] for ref in wanted if ref in state.service_accounts}
    return KubernetesState(state.namespaces, accounts)


def _kubernetes(
    component: pulumi.ComponentResource, context: AwsContext, cluster: ClusterState
) -> KubernetesState | None:
    # What an explicit provider is made of is not known here; EKS names the same cluster.
    config = pulumi.Config("kubernetes")
    explicit = component.get_provider(_KUBERNETES)
    return _read_once(
        AwsSession(context.region, pulumi.Config("aws").get("profile")),
        None if explicit else config.get("context"),
        cluster.name,
        cluster.endpoint,
        cluster.certificate_authority,
    )


@cache
def _read_once(
    session: AwsSession, context: str | None, name: str, endpoint: str, authority: str
) -> KubernetesState | None:
    cluster = ClusterState(
        name, arn="", version="", endpoint=endpoint, certificate_authority=authority
    )
    ways = [KubernetesAccess(session, context=context)] if context else []
    found = _within_patience([*ways, KubernetesAccess(session)], cluster)
    state, notes = found or (None, (f"{_NOT_READ}: no answer in {_PATIENCE_SECONDS:g} s",))
    for note in notes:
        pulumi.info(note)
    return state


def _within_patience(
    ways: Iterable[KubernetesAccess], cluster: ClusterState
) -> tuple[KubernetesState | None, tuple[str, ...]] | None:
    """Return what the first way gives that leads anywhere; None if it takes too long."""
    found: list[tuple[KubernetesState | None, tuple[str, ...]]] = []

    def read() -> None:
        for way in ways:
            found.append(_read(way, cluster))
            if found[-1][0]:
                return

    # A thread of its own, so that the program's end does not wait for it either.
    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(_PATIENCE_SECONDS)
    return found[-1] if found else None


def _read(
    way: KubernetesAccess, cluster: ClusterState
) -> tuple[KubernetesState | None, tuple[str, ...]]:
    try:
        return way.read(cluster)
    except ObservationError as error:
        return None, (f"{_NOT_READ}: {error.problems[0].message}",)
