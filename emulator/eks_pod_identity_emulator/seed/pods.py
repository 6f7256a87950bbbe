"""Pods of a cluster that a seed declares; they are admitted with the seed's associations.

clusters:
  - name: demo
    pods: [{namespace: web, name: shell, serviceAccount: api, image: amazon/aws-cli}]
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from eks_pod_identity_emulator.seed.mapping import SeedMapping


def _empty() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SeedPod:
    """A pod with one container, which has the pod's name; its namespace is created with it.

    Attributes:
        namespace: Namespace.
        name: Name of the pod.
        service_account: A service account that there is, default if not given.
        image: Image of the container.
        labels: Labels of the pod.
        annotations: Annotations of the pod.
        env: Variables of the container.
    """

    namespace: str
    name: str
    service_account: str = "default"
    image: str = "amazon/aws-cli:latest"
    labels: Mapping[str, str] = field(default_factory=_empty)
    annotations: Mapping[str, str] = field(default_factory=_empty)
    env: Mapping[str, str] = field(default_factory=_empty)


def read_pods(cluster: SeedMapping) -> tuple[SeedPod, ...]:
    """Return the pods of a cluster.

    Raises:
        SeedError: With the path of a key that cannot be used.
    """
    return cluster.items("pods", _pod)


def _pod(mapping: SeedMapping) -> SeedPod:
    return SeedPod(
        namespace=mapping.text("namespace"),
        name=mapping.text("name"),
        service_account=mapping.optional_text("serviceAccount") or "default",
        image=mapping.optional_text("image") or "amazon/aws-cli:latest",
        labels=mapping.texts("labels"),
        annotations=mapping.texts("annotations"),
        env=mapping.texts("env"),
    )
