"""One cluster's API, without HTTP: what happens when objects are made, changed and deleted.

Controllers work at once: pods run as soon as they are admitted, workloads have their pods before
the call that made them ends, and a deleted namespace takes its contents along.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.kubernetes.admission import inject, is_skipped
from eks_pod_identity_emulator.kubernetes.apply import Appliers
from eks_pod_identity_emulator.kubernetes.injection import Injection
from eks_pod_identity_emulator.kubernetes.kinds import (
    DAEMON_SET,
    DEPLOYMENT,
    KINDS,
    NAMESPACE,
    POD,
    SERVICE,
    SERVICE_ACCOUNT,
    Kind,
)
from eks_pod_identity_emulator.kubernetes.owners import FieldOwners
from eks_pod_identity_emulator.kubernetes.refusals import (
    StatusError,
    apply_conflict,
    conflict,
    forbidden,
)
from eks_pod_identity_emulator.kubernetes.services import complete_service, service_status
from eks_pod_identity_emulator.kubernetes.store import Object, ObjectStore
from eks_pod_identity_emulator.kubernetes.tokens import ServiceAccountTokens
from eks_pod_identity_emulator.kubernetes.validation import check_object, check_unchanged
from eks_pod_identity_emulator.kubernetes.workloads import (
    NODES,
    plan_pods,
    pod_status,
    random_suffix,
    workload_status,
)
from eks_pod_identity_emulator.seed import KubernetesAccess

BUILT_IN_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
_UNDELETABLE = ("default", "kube-public", "kube-system")
_WORKLOADS = (DEPLOYMENT, DAEMON_SET)
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

    def __init__(self, webhook: Webhook, clock: Clock, issuer: str) -> None:
        """Begin with the built-in namespaces.

        Args:
            webhook: Asked for each pod.
            clock: The cluster's time.
            issuer: URL that the tokens of its service accounts name as theirs.
        """
        self.objects = ObjectStore(clock)
        self.tokens = ServiceAccountTokens(issuer, self.objects, clock)
        self.access = KubernetesAccess.ADMIN
        self._webhook = webhook
        self._clock = clock
        self._appliers = Appliers()
        self._owners = FieldOwners()
        for name in BUILT_IN_NAMESPACES:
            self.create(NAMESPACE, {"metadata": {"name": name}})

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
        metadata = {name: item for name, item in value["metadata"].items() if name not in _ASSIGNED}
        if not metadata.get("name") and metadata.get("generateName"):
            metadata["name"] = metadata["generateName"] + random_suffix()
        made = {**value, "apiVersion": kind.api_version, "kind": kind.name, "metadata": metadata}
        made.pop("status", None)
        if kind is NAMESPACE:
            labels = metadata.get("labels") or {}
            metadata["labels"] = {**labels, "kubernetes.io/metadata.name": metadata.get("name", "")}
            return made | {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}
        if kind is SERVICE:
            made |= _service(metadata, made.get("spec") or {})
        if kind in _WORKLOADS:
            metadata["generation"] = 1
            made["spec"] = _with_defaults(kind, made.get("spec") or {})
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
        defaults = {"restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "nodeName": NODES[0]}
        filled = {**defaults, **spec}
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
        for name in _ASSIGNED:
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
            changed |= _service(metadata, {"clusterIP": address, **(changed.get("spec") or {})})
        if kind in _WORKLOADS:
            changed["spec"] = _with_defaults(kind, changed.get("spec") or {})
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
        if kind in _WORKLOADS and not orphan:
            for pod in self._pods_of(value):
                self.objects.remove(POD, pod)
        if kind is POD:
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
        if kind in _WORKLOADS:
            self._sync(kind, self.objects.get(kind, metadata["namespace"], metadata["name"]))

    def _sync_workloads(self, namespace: str, wanted: Callable[[Object], bool]) -> None:
        for kind in _WORKLOADS:
            for workload in self.objects.all(kind, namespace):
                if wanted(workload):
                    self._sync(kind, workload)

    def _sync(self, kind: Kind, workload: Object) -> None:
        plan = plan_pods(kind, workload, self._pods_of(workload))
        for pod in plan.obsolete:
            self.objects.remove(POD, pod)
        for pod in plan.missing:
            try:
                self.create(POD, pod)
            except StatusError:
                break  # as the controller: the status tells, and it tries again later
        running = len(self._pods_of(workload))
        status = workload_status(kind, workload, running, self._time())
        if _counts(status) != _counts(workload.get("status") or {}):
            self.objects.put(kind, {**workload, "status": status})

    def _pods_of(self, workload: Object) -> list[Object]:
        metadata = workload["metadata"]
        return [
            pod
            for pod in self.objects.all(POD, metadata["namespace"])
            if any(
                owner["uid"] == metadata["uid"]
                for owner in pod["metadata"].get("ownerReferences") or ()
            )
        ]

    def now(self) -> datetime:
        """Return the cluster's time."""
        return self._clock.now()

    def _time(self) -> str:
        return self.now().strftime("%Y-%m-%dT%H:%M:%SZ")


_ASSIGNED = (
    "uid",
    "creationTimestamp",
    "resourceVersion",
    "generation",
    "selfLink",
    "deletionTimestamp",
    "managedFields",
)


def _with_defaults(kind: Kind, spec: Mapping[str, Any]) -> dict[str, Any]:
    if kind is DAEMON_SET:
        strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}
        return {"updateStrategy": strategy, "revisionHistoryLimit": 10, **spec}
    rolling = {"maxUnavailable": "25%", "maxSurge": "25%"}
    return {
        "replicas": 1,
        "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling},
        "revisionHistoryLimit": 10,
        "progressDeadlineSeconds": 600,
        **spec,
    }


def _service(metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return spec and status of a Service."""
    namespace, name = metadata.get("namespace", ""), metadata.get("name", "")
    filled = complete_service(namespace, name, spec)
    return {"spec": filled, "status": service_status(namespace, name, filled)}


def _same(before: Object, after: Object) -> bool:
    """Say whether a change changes nothing; the API server then keeps the version, too."""
    return dict(before) == dict(after)


def _counts(status: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in status.items() if name != "conditions"}
