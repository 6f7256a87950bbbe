"""Faults on demand: a share of the calls is throttled or fails, before anything has happened.

The draws come from one seeded sequence, so that a run of one client can be repeated exactly.
"""

import random
import threading
from collections.abc import Mapping

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.http.models import wire_protocol
from eks_pod_identity_emulator.settings import Settings

# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and its like: the query
# services say Throttling, the JSON ones ThrottlingException; EKS's model gives it status 429.
_THROTTLING: Mapping[str, tuple[str, int]] = {
    "query": ("Throttling", 400),
    "ec2": ("RequestLimitExceeded", 503),
    "json": ("ThrottlingException", 400),
    "rest-json": ("ThrottlingException", 429),
    "rest-xml": ("SlowDown", 503),
}
_FAILURES: Mapping[str, str] = {
    "eks": "ServerException",
    "eks-auth": "InternalServerException",
    "iam": "ServiceFailure",
    "s3": "InternalError",
    "secretsmanager": "InternalServiceError",
}


class Faults:
    """Decides for each call whether it fails, and how."""

    def __init__(self, settings: Settings) -> None:
        self._throttle_rate = settings.throttle_rate
        self._error_rate = settings.error_rate
        self._random = random.Random(settings.random_seed)  # noqa: S311 - repeatable on purpose, guards nothing
        self._lock = threading.Lock()

    def strike(self, service: str) -> None:
        """Let the next call of a service pass, or not.

        Raises:
            ApiError: This call is throttled or fails.
        """
        if not (self._throttle_rate or self._error_rate):
            return
        with self._lock:
            drawn = self._random.random()
        if drawn < self._throttle_rate:
            raise _throttled(service)
        if drawn < self._throttle_rate + self._error_rate:
            code = _FAILURES.get(service, "InternalFailure")
            raise ApiError(code, "The emulator was told to fail some calls.", status=500)


def _throttled(service: str) -> ApiError:
    code, status = _THROTTLING[wire_protocol(service)]
    return ApiError(code, "Rate exceeded", status=status)
