"""One cluster's API, without HTTP: what happens when objects are made, changed and deleted.

Controllers work at once: pods run as soon as they are admitted, workloads have their pods before
the call that made them ends, and a deleted namespace takes its contents along.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.kubernetes.admission import inject, is_skipped
from eks_pod_identity_emulator.kubernetes.apply import Appliers
from eks_pod_identity_emulator.kubernetes.defaults import ASSIGNED, service_parts, with_defaults
from eks_pod_identity_emulator.kubernetes.injection import Injection
from eks_pod_identity_emulator.kubernetes.kinds import (
    DEPLOYMENT,
    KINDS,
    NAMESPACE,
    NODE,
    POD,
    REPLICA_SET,
    SERVICE,
    SERVICE_ACCOUNT,
    WORKLOADS,
    Kind,
)
from eks_pod_identity_emulator.kubernetes.nodes import (
    DEFAULT_NODES,
    is_fargate_name,
    node_object,
    node_status,
)
from eks_pod_identity_emulator.kubernetes.owners import FieldOwners
from eks_pod_identity_emulator.kubernetes.placement import nodes_for, placed
from eks_pod_identity_emulator.kubernetes.refusals import (
    StatusError,
    apply_conflict,
    conflict,
    forbidden,
)
from eks_pod_identity_emulator.kubernetes.store import Object, ObjectStore
from eks_pod_identity_emulator.kubernetes.tokens import ServiceAccountTokens
from eks_pod_identity_emulator.kubernetes.validation import check_object, check_unchanged
from eks_pod_identity_emulator.kubernetes.workloads import (
    plan_pods,
    pod_count,
    pod_status,
    random_suffix,
    replica_set_of,
    workload_status,
)
from eks_pod_identity_emulator.seed import KubernetesAccess, SeedFargateProfile, SeedNode

BUILT_IN_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
_UNDELETABLE = ("default", "kube-public", "kube-system")
_CONTROLLERS = "kube-controller-manager"


class Webhook(Protocol):
    """The pod identity webhook: asked for each pod when it is admitted."""

    def injection(
        self, namespace: str, service_account: str, annotations: Mapping[str, str]
    ) -> Injection | None:
        """Return what a pod of this service account gets, None if nothing."""
        ...


class Cluster:
    """The objects of one cluster and the rules they live by."""

    def __init__(
        self,
        webhook: Webhook,
        clock: Clock,
        issuer: str,
        nodes: Iterable[SeedNode] = DEFAULT_NODES,
    ) -> None:
        """Begin with the built-in namespaces and the nodes.

        Args:
            webhook: Asked for each pod.
            clock: The cluster's time.
            issuer: URL that the tokens of its service accounts name as theirs.
            nodes: Its nodes.
        """
        self.objects = ObjectStore(clock)
        self.tokens = ServiceAccountTokens(issuer, self.objects, clock)
        self.access = KubernetesAccess.ADMIN
        self.fargate_profiles: tuple[SeedFargateProfile, ...] = ()
        self._webhook = webhook
        self._clock = clock
        self._appliers = Appliers()
        self._owners = FieldOwners()
        for name in BUILT_IN_NAMESPACES:
            self.create(NAMESPACE, {"metadata": {"name": name}})
        self.add_nodes(nodes)

    def create(
        self, kind: Kind, value: Object, manager: str = _CONTROLLERS, *, dry_run: bool = False
    ) -> Object:
        """Make an object and all that follows from it.

        Raises:
            StatusError: The API server would refuse it.
        """
        made: Object = self._new(kind, value)
        check_object(kind, made)
        if kind.namespaced:
            self.objects.get(NAMESPACE, "", made["metadata"]["namespace"])
        if kind is POD:
            made = self._admitted(made)
        if dry_run:
            return made
        made = self.objects.add(kind, made)
        self._owners.wrote({}, made, manager)
        self._follow(kind, made)
        return self.objects.get(
            kind, made["metadata"].get("namespace", ""), made["metadata"]["name"]
        )

    def _new(self, kind: Kind, value: Object) -> dict[str, Any]:
        metadata = {name: item for name, item in value["metadata"].items() if name not in ASSIGNED}
        if not metadata.get("name") and metadata.get("generateName"):
            metadata["name"] = metadata["generateName"] + random_suffix()
        made = {**value, "apiVersion": kind.api_version, "kind": kind.name, "metadata": metadata}
        made.pop("status", None)
        if kind is NAMESPACE:
            labels = metadata.get("labels") or {}
            metadata["labels"] = {**labels, "kubernetes.io/metadata.name": metadata.get("name", "")}
            return made | {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}
        if kind is SERVICE:
            made |= service_parts(metadata, made.get("spec") or {})
        if kind is NODE:
            made["status"] = node_status(made)
        if kind.runs_pods:
            metadata["generation"] = 1
            made["spec"] = with_defaults(kind, made.get("spec") or {})
        return made

    def _admitted(self, pod: Object) -> dict[str, Any]:
        metadata, spec = pod["metadata"], pod["spec"]
        namespace = metadata["namespace"]
        account = spec.get("serviceAccountName") or spec.get("serviceAccount") or "default"
        found = self.objects.find(SERVICE_ACCOUNT, namespace, account)
        if found is None:
            why = (
                f"error looking up service account {namespace}/{account}: "
                f'serviceaccount "{account}" not found'
            )
            raise forbidden(POD, metadata["name"], why)
        pod = placed(pod, self.objects.all(NODE), self.fargate_profiles)
        metadata, spec = pod["metadata"], pod["spec"]
        filled = {"restartPolicy": "Always", "dnsPolicy": "ClusterFirst", **spec}
        filled |= {"serviceAccountName": account, "serviceAccount": account}
        admitted = {**pod, "spec": filled}
        if not is_skipped(pod):
            annotations = found["metadata"].get("annotations") or {}
            injection = self._webhook.injection(namespace, account, annotations)
            admitted = inject(admitted, injection) if injection else admitted
        return admitted | {"status": pod_status(admitted, self._time())}

    def injected_env(self, namespace: str, service_account: str) -> dict[str, str]:
        """Return the variables that a new pod of a service account would get, there or not yet."""
        found = self.objects.find(SERVICE_ACCOUNT, namespace, service_account)
        annotations = (found["metadata"].get("annotations") or {}) if found else {}
        injection = self._webhook.injection(namespace, service_account, annotations)
        return injection.all_env if injection else {}

    def replace(
        self, kind: Kind, value: Object, manager: str = _CONTROLLERS, *, dry_run: bool = False
    ) -> Object:
        """Put another version of an object in its place.

        Raises:
            StatusError: The object is gone or newer, or the change is not allowed.
        """
        namespace, name = value["metadata"].get("namespace", ""), value["metadata"]["name"]
        before = self.objects.get(kind, namespace, name)
        changed = self._changed(kind, before, value)
        check_object(kind, changed)
        check_unchanged(kind, before, changed)
        if dry_run or _same(before, changed):
            return before if _same(before, changed) else changed
        self._owners.wrote(before, self.objects.put(kind, changed), manager)
        self._follow(kind, changed)
        return self.objects.get(kind, namespace, name)

    def apply(
        self, kind: Kind, value: Object, manager: str, *, force: bool = False, dry_run: bool = False
    ) -> tuple[int, Object]:
        """Apply a manager's view of an object; return the HTTP status, 201 if it was made.

        Args:
            kind: The kind of object.
            value: What the manager says of it.
            manager: Who.
            force: Whether the manager takes what others wrote otherwise.
            dry_run: Whether nothing is kept.

        Raises:
            StatusError: The API server would refuse the object or the change.
        """
        metadata = value["metadata"]
        observed = self.objects.find(kind, metadata.get("namespace", ""), metadata["name"])
        if observed is None:
            code, kept = 201, self.create(kind, value, manager, dry_run=dry_run)
        else:
            conflicts = self._owners.conflicts(observed, value, manager)
            if conflicts and not force:
                raise apply_conflict(kind, metadata["name"], conflicts)
            merged = self._appliers.merged(observed, value, manager)
            code, kept = 200, self.replace(kind, merged, manager, dry_run=dry_run)
        if not dry_run:
            self._owners.applied(kept, value, manager)
            self._appliers.remember(kept, value, manager)
        return code, kept

    def _changed(self, kind: Kind, before: Object, value: Object) -> dict[str, Any]:
        metadata = dict(value["metadata"])
        version = metadata.get("resourceVersion")
        if version not in (None, "", before["metadata"]["resourceVersion"]):
            raise conflict(kind, metadata["name"])
        for name in ASSIGNED:
            metadata.pop(name, None)
            if name in before["metadata"]:
                metadata[name] = before["metadata"][name]
        changed = {**value, "apiVersion": kind.api_version, "kind": kind.name, "metadata": metadata}
        if "status" in before:
            changed["status"] = before["status"]
        if kind is NAMESPACE:
            changed["spec"] = before["spec"]
        if kind is SERVICE:
            address = before["spec"]["clusterIP"]
            changed |= service_parts(
                metadata, {"clusterIP": address, **(changed.get("spec") or {})}
            )
        if kind.runs_pods:
            changed["spec"] = with_defaults(kind, changed.get("spec") or {})
            metadata["generation"] += changed["spec"] != before["spec"]
        return changed

    def delete(self, kind: Kind, value: Object, *, orphan: bool = False) -> None:
        """Delete an object, and what belongs to it unless that is to be orphaned.

        Raises:
            StatusError: The object may not be deleted.
        """
        metadata = value["metadata"]
        if kind is NAMESPACE:
            if metadata["name"] in _UNDELETABLE:
                raise forbidden(kind, metadata["name"], "this namespace may not be deleted")
            self._empty(metadata["name"])
        self.objects.remove(kind, value)
        if kind.runs_pods and not orphan:
            for owned in (POD, REPLICA_SET):
                for one in self._owned_by(value, owned):
                    self.delete(owned, one)
        if kind is POD:
            self._vacate(value)
            self._replace_pod(value)

    def _empty(self, namespace: str) -> None:
        for kind in KINDS:
            if kind.namespaced:
                for value in self.objects.all(kind, namespace):
                    self.objects.remove(kind, value)

    def _replace_pod(self, pod: Object) -> None:
        """Let the workload that a deleted pod belonged to make another one."""
        namespace = pod["metadata"].get("namespace", "")
        owners = {owner["uid"] for owner in pod["metadata"].get("ownerReferences") or ()}
        self._sync_workloads(namespace, lambda workload: workload["metadata"]["uid"] in owners)

    def _follow(self, kind: Kind, value: Object) -> None:
        """Do what the controllers do once an object is there."""
        metadata = value["metadata"]
        if (
            kind is NAMESPACE
            and self.objects.find(SERVICE_ACCOUNT, metadata["name"], "default") is None
        ):
            default = {"metadata": {"namespace": metadata["name"], "name": "default"}}
            self.create(SERVICE_ACCOUNT, default)
        if kind is SERVICE_ACCOUNT:
            self._sync_workloads(metadata["namespace"], lambda _: True)
        if kind is NODE and not is_fargate_name(metadata["name"]):
            self._sync_workloads("", lambda _: True)
        if kind is POD and is_fargate_name(value["spec"].get("nodeName", "")):
            self._add_fargate_node(value["spec"]["nodeName"])
        if kind.runs_pods:
            self._sync(kind, self.objects.get(kind, metadata["namespace"], metadata["name"]))

    def _sync_workloads(self, namespace: str, wanted: Callable[[Object], bool]) -> None:
        for kind in WORKLOADS:
            for workload in self.objects.all(kind, namespace):
                if wanted(workload):
                    self._sync(kind, workload)

    def _sync(self, kind: Kind, workload: Object) -> None:
        if kind is DEPLOYMENT:
            self._sync_replica_sets(workload)
            wanted = pod_count(kind, workload["spec"])
        else:
            wanted = self._sync_pods(kind, workload)
        running = sum(pod["status"]["phase"] == "Running" for pod in self._pods_of(workload))
        status = workload_status(kind, workload, wanted, running, self._time())
        if _counts(status) != _counts(workload.get("status") or {}):
            self.objects.put(kind, {**workload, "status": status})

    def _sync_pods(self, kind: Kind, workload: Object) -> int:
        """Bring a workload's pods about; return how many it wants."""
        nodes = nodes_for(kind, workload, self.objects.all(NODE), self.fargate_profiles)
        plan = plan_pods(kind, workload, self._owned_by(workload, POD), nodes)
        for pod in plan.obsolete:
            self._vacate(pod)
            self.objects.remove(POD, pod)
        for pod in plan.missing:
            try:
                self.create(POD, pod)
            except StatusError:
                break  # as the controller: the status tells, and it tries again later
        return len(nodes)

    def _sync_replica_sets(self, deployment: Object) -> None:
        """Let the ReplicaSet of a Deployment's template run, and all others of it stand still."""
        wanted = replica_set_of(deployment)
        name, namespace = wanted["metadata"]["name"], wanted["metadata"]["namespace"]
        for found in self._owned_by(deployment, REPLICA_SET):
            if found["metadata"]["name"] != name and found["spec"]["replicas"]:
                self.replace(REPLICA_SET, {**found, "spec": {**found["spec"], "replicas": 0}})
        found_one = self.objects.find(REPLICA_SET, namespace, name)
        if found_one is None:
            self.create(REPLICA_SET, wanted)
        else:
            spec = {**found_one["spec"], "replicas": wanted["spec"]["replicas"]}
            self._sync(REPLICA_SET, self.replace(REPLICA_SET, {**found_one, "spec": spec}))

    def _pods_of(self, workload: Object) -> list[Object]:
        """Return the pods of a workload, or of its ReplicaSets."""
        pods = self._owned_by(workload, POD)
        for one in self._owned_by(workload, REPLICA_SET):
            pods += self._owned_by(one, POD)
        return pods

    def _owned_by(self, owner: Object, kind: Kind) -> list[Object]:
        metadata = owner["metadata"]
        return [
            one
            for one in self.objects.all(kind, metadata["namespace"])
            if any(
                reference["uid"] == metadata["uid"]
                for reference in one["metadata"].get("ownerReferences") or ()
            )
        ]

    def add_nodes(self, nodes: Iterable[SeedNode]) -> None:
        """Let nodes join."""
        for node in nodes:
            self.create(NODE, node_object(node))

    def _add_fargate_node(self, name: str) -> None:
        if self.objects.find(NODE, "", name) is None:
            self.add_nodes((SeedNode(name, compute_type="fargate"),))

    def _vacate(self, pod: Object) -> None:
        """Let a node of Fargate go with its pod."""
        name = pod["spec"].get("nodeName", "")
        node = self.objects.find(NODE, "", name) if is_fargate_name(name) else None
        if node is not None:
            self.objects.remove(NODE, node)

    def now(self) -> datetime:
        """Return the cluster's time."""
        return self._clock.now()

    def _time(self) -> str:
        return self.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def _same(before: Object, after: Object) -> bool:
    """Say whether a change changes nothing; the API server then keeps the version, too."""
    return dict(before) == dict(after)


def _counts(status: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in status.items() if name != "conditions"}
