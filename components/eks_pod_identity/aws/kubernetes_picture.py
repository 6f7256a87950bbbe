"""What Kubernetes says of one namespace's pods, part by part, by the way that a command was given.

In: the way, a cluster and a namespace. Out: a picture in which what may not be read is `Unread`.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

from eks_pod_identity.aws.kubernetes import KubernetesAccess
from eks_pod_identity.config import AGENT_ADDON
from eks_pod_identity.kubernetes.access import Access, UnreachableError, UnreadableError
from eks_pod_identity.kubernetes.admission import AdmissionProbe
from eks_pod_identity.kubernetes.observe_workload import (
    observe_agent,
    observe_config_map_keys,
    observe_namespaces,
    observe_node,
    observe_pods,
    observe_service_accounts,
)
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import ClusterState, ServiceAccountState
from eks_pod_identity.observed.picture import KubernetesPicture, Read, Target, Unread
from eks_pod_identity.observed.workload import NodeState, PodState

_Thing = TypeVar("_Thing")
_NODES = 20
_GONE = Unread("the cluster was not read")


class KubernetesReader:
    """Reads one namespace of one cluster."""

    def __init__(self, way: KubernetesAccess, cluster: ClusterState | None, namespace: str) -> None:
        """Connect lazily.

        Args:
            way: How to get to the cluster's API.
            cluster: The cluster; None if it is not there or was not read.
            namespace: The namespace.
        """
        self._way = way
        self._cluster = cluster
        self._namespace = namespace
        self._dead: Unread | None = None

    def target(self, name: str) -> Target:
        """Return what a name means: a service account if there is one, else a pod if there is one.

        Args:
            name: As the user typed it.
        """
        pods = {} if isinstance(self._pods, Unread) else {each.name: each for each in self._pods}
        accounts = {} if isinstance(self._accounts, Unread) else self._accounts
        pod = None if name in accounts else pods.get(name)
        account = pod.ref if pod else ServiceAccountRef(self._namespace, name)
        return Target(self._namespace, name, pod is not None, account)

    def read(self, target: Target) -> KubernetesPicture:
        """Return what there is."""
        pods = self._concerned(target)
        found = () if isinstance(pods, Unread) else pods
        others = () if isinstance(self._pods, Unread) else self._pods
        return KubernetesPicture(
            namespaces=self._ask(observe_namespaces, "kubectl get namespaces"),
            service_accounts=self._accounts,
            pods=pods,
            other_pods={each.name: each.service_account for each in others},
            nodes=dict(self._nodes(found)),
            agent=self._ask(
                observe_agent,
                f"kubectl get pods -A -l app.kubernetes.io/name={AGENT_ADDON}",
            ),
            config_maps=dict(self._config_maps(found)),
            admits=self._admits(target.account),
        )

    def _concerned(self, target: Target) -> Read[tuple[PodState, ...]]:
        if isinstance(self._pods, Unread):
            return self._pods
        if target.pod:
            return tuple(each for each in self._pods if each.name == target.name)
        return tuple(each for each in self._pods if each.service_account == target.account.name)

    def _nodes(self, pods: tuple[PodState, ...]) -> Iterator[tuple[str, Read[NodeState | None]]]:
        names = dict.fromkeys(each.node for each in pods if each.node)
        for name in list(names)[:_NODES]:
            shown = f"kubectl get node {name} --show-labels"
            yield name, self._ask(lambda access, node=name: observe_node(access, node), shown)  # type: ignore[misc] # mypy cannot infer a lambda with a default

    def _config_maps(
        self, pods: tuple[PodState, ...]
    ) -> Iterator[tuple[str, Read[frozenset[str]]]]:
        sources = {one for pod in pods for each in pod.containers for one in each.env_from}
        for kind, name in sorted(sources):
            if kind == "ConfigMap":
                shown = f"kubectl get configmap {name} -n {self._namespace} -o yaml"
                yield name, self._ask(self._keys(name), shown)

    def _keys(self, name: str) -> Callable[[Access], frozenset[str]]:
        return lambda access: observe_config_map_keys(access, self._namespace, name)

    def _admits(self, account: ServiceAccountRef) -> Read[bool]:
        accounts = self._accounts
        if not isinstance(accounts, Unread) and account.name not in accounts:
            return Unread("the service account does not exist")
        name = self._cluster.name if self._cluster else "NAME"

        def ask(access: Access) -> bool:
            return AdmissionProbe(lambda: access, account).sees_association()

        return self._ask(ask, f"eks-pod-identity settled {account} --cluster {name}")

    @cached_property
    def _pods(self) -> Read[tuple[PodState, ...]]:
        shown = f"kubectl get pods -n {self._namespace} -o yaml"
        return self._ask(lambda access: observe_pods(access, self._namespace), shown)

    @cached_property
    def _accounts(self) -> Read[dict[str, ServiceAccountState]]:
        shown = f"kubectl get serviceaccounts -n {self._namespace}"

        def ask(access: Access) -> dict[str, ServiceAccountState]:
            return dict(observe_service_accounts(access, self._namespace))

        return self._ask(ask, shown)

    def _ask(self, read: Callable[[Access], _Thing], decide: str) -> Read[_Thing]:
        way = self._dead or self._open
        if isinstance(way, Unread):
            return replace(way, decide=decide)
        try:
            return read(way)
        except UnreachableError as error:
            self._dead = Unread(str(error))  # the others would wait as long for nothing
            return Unread(str(error), decide)
        except UnreadableError as error:
            return Unread(str(error), decide)

    @cached_property
    def _open(self) -> Read[Access]:
        if self._cluster is None:
            return _GONE
        try:
            return self._way.access(self._cluster)
        except UnreadableError as error:
            return Unread(str(error))
