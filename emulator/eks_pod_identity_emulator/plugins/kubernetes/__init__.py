"""The kubernetes plugin: pulumi-kubernetes for the kinds that pod identity needs.

provider       one configured provider: the engine's questions
configuration, kubeconfig, api
               arguments of a provider; how a cluster is reached; its API
lifecycle      create, read, update, delete, with waiting
objects, readiness, kinds
               names, state and patches; what "ready" means; what there is (pure)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version

from eks_pod_identity_emulator.plugins.kubernetes.kinds import KINDS
from eks_pod_identity_emulator.plugins.kubernetes.provider import KubernetesProvider
from eks_pod_identity_emulator.plugins.schema import package_schema
from eks_pod_identity_emulator.plugins.values import Value
from eks_pod_identity_emulator.plugins.waiting import Pace


@dataclass(frozen=True, slots=True)
class KubernetesPackage:
    """The kubernetes plugin, in the version of the installed SDK."""

    name: str = "kubernetes"
    version: str = field(default_factory=lambda: version("pulumi_kubernetes"))
    pace: Pace = field(default_factory=Pace)

    def schema(self) -> Mapping[str, Value]:
        """Describe the kinds."""
        shapes = {token: kind.shape for token, kind in KINDS.items()}
        return package_schema(self.name, self.version, shapes, {}, "(.*)")

    def provider(self) -> KubernetesProvider:
        """Make a provider for a new connection."""
        return KubernetesProvider(self.pace)


PACKAGE = KubernetesPackage()
