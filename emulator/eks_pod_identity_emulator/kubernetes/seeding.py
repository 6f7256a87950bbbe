"""Puts the Kubernetes side of a seed into a cluster: namespaces, accounts, patches, manifests.

Objects are created as a client would create them: pods are admitted, workloads have their pods.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from eks_pod_identity_emulator.kubernetes.cluster import Cluster
from eks_pod_identity_emulator.kubernetes.kinds import KINDS, NAMESPACE, SERVICE_ACCOUNT, Kind
from eks_pod_identity_emulator.kubernetes.patch import merge_patch
from eks_pod_identity_emulator.kubernetes.refusals import StatusError
from eks_pod_identity_emulator.seed import SeedCluster, SeedError

Manifest = Mapping[str, Any]


def fill_accounts(cluster: Cluster, declared: SeedCluster) -> None:
    """Create the namespaces and service accounts that a seed declares."""
    for namespace in declared.namespaces:
        _need_namespace(cluster, namespace)
    for account in declared.service_accounts:
        metadata = {
            "namespace": account.namespace,
            "name": account.name,
            "labels": dict(account.labels),
            "annotations": dict(account.annotations),
        }
        _put(cluster, SERVICE_ACCOUNT, {"metadata": metadata})


def fill_objects(cluster: Cluster, declared: SeedCluster) -> None:
    """Apply a seed's patches, then create its manifests.

    Raises:
        SeedError: A kind is unknown, or the API server refuses something.
    """
    for index, manifest in enumerate(declared.patches):
        place = f"cluster {declared.name}, patches[{index}]"
        _written(place, manifest, partial(_patch, cluster))
    for index, manifest in enumerate(declared.objects):
        place = f"cluster {declared.name}, objects[{index}]"
        _written(place, manifest, partial(_put, cluster))


def _written(place: str, manifest: Manifest, write: Callable[[Kind, Manifest], None]) -> None:
    name = manifest.get("kind")
    kind = next((one for one in KINDS if one.name == name), None)
    if kind is None:
        known = ", ".join(one.name for one in KINDS)
        raise SeedError(f"{place}.kind: {name!r} is no kind that the emulator has: {known}")
    version = manifest.get("apiVersion", kind.api_version)
    if version != kind.api_version:
        raise SeedError(f"{place}.apiVersion: {version!r}; {name} is of {kind.api_version}")
    metadata = manifest.get("metadata")
    if not isinstance(metadata, dict) or not (metadata.get("name") or metadata.get("generateName")):
        raise SeedError(f"{place}.metadata.name: missing")
    try:
        write(kind, manifest)
    except StatusError as error:
        raise SeedError(f"{place}: {error.message}") from error


def _put(cluster: Cluster, kind: Kind, manifest: Manifest) -> None:
    """Create an object and its namespace; what is there already, like `default`, is changed."""
    metadata = dict(manifest["metadata"])
    if kind.namespaced:
        metadata.setdefault("namespace", "default")
        _need_namespace(cluster, metadata["namespace"])
    value = {**manifest, "metadata": metadata}
    name = metadata.get("name", "")
    if cluster.objects.find(kind, metadata.get("namespace", ""), name) is None:
        cluster.create(kind, value)
    else:
        _patch(cluster, kind, value)


def _patch(cluster: Cluster, kind: Kind, manifest: Manifest) -> None:
    metadata = manifest["metadata"]
    found = cluster.objects.get(kind, metadata.get("namespace", ""), metadata["name"])
    rest = {name: value for name, value in manifest.items() if name not in ("kind", "apiVersion")}
    cluster.replace(kind, merge_patch(found, rest))


def _need_namespace(cluster: Cluster, name: str) -> None:
    if cluster.objects.find(NAMESPACE, "", name) is None:
        cluster.create(NAMESPACE, {"metadata": {"name": name}})
