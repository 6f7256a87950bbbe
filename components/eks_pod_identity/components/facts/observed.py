"""What there is of a cluster that a plan would look at, read before anything is registered.

One read of the cluster and of each add-on that is declared, and of the agent; service accounts and
namespaces if the Kubernetes API answers at once. Each is read once in a run. What cannot be read is
left out, and one note says so: AWS itself refuses later what it does not take.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, partial
from typing import TypeAlias

import pulumi

from eks_pod_identity.aws.kubernetes import KubernetesAccess
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.facts.existing import existing_in
from eks_pod_identity.config import AGENT_ADDON
from eks_pod_identity.errors import ObservationError
from eks_pod_identity.kubernetes.access import Access, UnreadableError
from eks_pod_identity.kubernetes.kubeconfig import load_access
from eks_pod_identity.kubernetes.observe import observe_kubernetes
from eks_pod_identity.names import AwsContext
from eks_pod_identity.observed.cluster import AddonState, ClusterState, KubernetesState
from eks_pod_identity.planning.desired import DesiredCluster

# A preview is not to wait for an endpoint that is private, and no packet comes back from.
_PATIENCE_SECONDS = 2.0
_KUBERNETES = "kubernetes:core/v1:ServiceAccount"
_Found: TypeAlias = tuple[KubernetesState | None, str]
"""What was read, or why nothing was."""


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
    try:
        # Signed before the clock runs: to build a client takes longer than to ask.
        own = KubernetesAccess(session).access(cluster)
    except (UnreadableError, ObservationError) as error:
        state, reason = None, _reason(error)
    else:
        named = [partial(load_access, None, context)] if context else []
        state, reason = _within_patience([*named, lambda: own])
    if state is None:
        pulumi.info(f"service accounts are not compared: {reason}")
    return state


def _within_patience(ways: Iterable[Callable[[], Access]]) -> _Found:
    """Return what the first way gives that leads anywhere, or why none does."""
    found: list[_Found] = [(None, f"no answer in {_PATIENCE_SECONDS:g} s")]

    def read() -> None:
        for way in ways:
            found.append(_read(way))
            if found[-1][0]:
                return

    # A thread of its own, so that the program's end does not wait for it either.
    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(_PATIENCE_SECONDS)
    return found[-1]


def _read(way: Callable[[], Access]) -> _Found:
    try:
        return observe_kubernetes(way()), ""
    except (UnreadableError, ObservationError) as error:
        return None, _reason(error)


def _reason(error: UnreadableError | ObservationError) -> str:
    return str(error) if isinstance(error, UnreadableError) else error.problems[0].message
