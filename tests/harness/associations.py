"""A pod identity webhook of declared associations, for clusters without an EKS behind them."""

from collections.abc import Mapping

from eks_pod_identity_emulator.kubernetes.injection import (
    Injection,
    irsa_injection,
    pod_identity_injection,
)


class Associations:
    """A webhook that knows the associations that a test declares."""

    def __init__(self) -> None:
        """Know none."""
        self._declared: set[tuple[str, str]] = set()

    def declare_association(self, namespace: str, service_account: str) -> None:
        """Have pods of a service account get credentials from now on."""
        self._declared.add((namespace, service_account))

    def injection(
        self, namespace: str, service_account: str, annotations: Mapping[str, str]
    ) -> Injection | None:
        """Answer as the webhook of a cluster in eu-west-1."""
        if (namespace, service_account) in self._declared:
            return pod_identity_injection("eu-west-1", "ipv4", annotations)
        return irsa_injection("eu-west-1", annotations)
