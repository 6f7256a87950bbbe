"""The EKS service: operation name and parameters in, answer out, no HTTP.

Parameters and answers use the member names of botocore's model of EKS; times are datetimes.
Requests are taken as checked against that model. It must not know of sockets, JSON or URLs.
"""

from collections.abc import Callable, Mapping
from typing import Any

from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.eks.caller import Caller
from eks_pod_identity_emulator.eks.roles import IamView
from eks_pod_identity_emulator.settings import Settings

Operation = Callable[[Mapping[str, Any], Caller], dict[str, Any]]


class EksService:
    """EKS of every account and region, in memory; safe to call from many threads."""

    def __init__(self, settings: Settings, iam: IamView, clock: Clock) -> None:
        self.settings = settings
        self._iam = iam
        self._clock = clock
        self._operations: dict[str, Operation] = {}

    @property
    def operations(self) -> frozenset[str]:
        """Names of the operations that `call` answers."""
        return frozenset(self._operations)

    def call(self, operation: str, params: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """Answer one request.

        Raises:
            ApiError: AWS would refuse the request.
            KeyError: The operation is not in `operations`.
        """
        return self._operations[operation](params, caller)
