"""CloudTrail's event history: what was called, by whom, and whether it was refused."""

from eks_pod_identity_emulator.cloudtrail.history import EventHistory
from eks_pod_identity_emulator.cloudtrail.service import CloudTrailService

__all__ = ["CloudTrailService", "EventHistory"]
