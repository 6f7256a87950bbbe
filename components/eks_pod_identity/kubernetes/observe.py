"""Service accounts and namespaces as they are: what the Kubernetes API says, as values."""

from collections.abc import Mapping
from typing import Any

from eks_pod_identity.kubernetes.access import Access
from eks_pod_identity.kubernetes.api import KubernetesApi
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import KubernetesState, ServiceAccountState


def observe_kubernetes(access: Access) -> KubernetesState:
    """Return the namespaces and service accounts of a cluster.

    Raises:
        UnreadableError: Nobody answers, or the caller may not read them.
    """
    api = KubernetesApi(access)
    namespaces = frozenset(each["metadata"]["name"] for each in api.list("/api/v1/namespaces"))
    accounts = (account_of(each["metadata"]) for each in api.list("/api/v1/serviceaccounts"))
    return KubernetesState(namespaces, {account.ref: account for account in accounts})


def account_of(metadata: Mapping[str, Any]) -> ServiceAccountState:
    """Return a service account as its metadata shows it."""
    return ServiceAccountState(
        ServiceAccountRef(metadata["namespace"], metadata["name"]),
        metadata.get("labels") or {},
        metadata.get("annotations") or {},
    )
