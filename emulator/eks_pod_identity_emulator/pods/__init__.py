"""Commands in a pod's shoes: what `pod exec` and `pod wait` do, against a running emulator."""

from eks_pod_identity_emulator.pods.client import PodError
from eks_pod_identity_emulator.pods.execution import exec_in_pod
from eks_pod_identity_emulator.pods.waiting import wait_for_pod

__all__ = ["PodError", "exec_in_pod", "wait_for_pod"]
