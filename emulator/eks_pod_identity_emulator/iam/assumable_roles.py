"""Roles as STS sees them when EKS assumes them for a pod."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from eks_pod_identity_emulator.authorization import CallerPolicies
from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.eks_auth import AssumableRole
from eks_pod_identity_emulator.iam.store import PREVIOUS_TRUST, TRUST_CHANGED_AT, IamStore, Record

_ROLE_ARN_PARTS = 6


class AssumableRoles:
    """The roles of every account; a change of a trust policy counts once it has spread."""

    def __init__(
        self,
        store: IamStore,
        policies: Callable[[str], CallerPolicies],
        clock: Clock,
        spread_seconds: float,
    ) -> None:
        """Set up.

        Args:
            store: IAM's records.
            policies: Returns what the role of an ARN may do.
            clock: The time.
            spread_seconds: How long a role is still seen as it was before its last change.
        """
        self._store = store
        self._policies = policies
        self._clock = clock
        self._spread_seconds = spread_seconds

    def find(self, arn: str) -> AssumableRole | None:
        """Return the role of an ARN, None if there is none, or none that has spread."""
        parts = arn.split(":", _ROLE_ARN_PARTS - 1)
        if len(parts) < _ROLE_ARN_PARTS:
            return None
        record = self._store.role_in(parts[4], parts[5].rpartition("/")[2])
        if record is None or record["Arn"] != arn:
            return None
        trust = self._trust(record)
        if trust is None:
            return None
        tags = {tag["Key"]: tag["Value"] for tag in record["Tags"]}
        return AssumableRole(arn, record["RoleId"], trust, tags)

    def policies(self, arn: str) -> CallerPolicies:
        """Return what a role may do."""
        return self._policies(arn)

    def _trust(self, record: Record) -> Mapping[str, Any] | None:
        age = self._clock.monotonic() - record[TRUST_CHANGED_AT]
        name = "AssumeRolePolicyDocument" if age >= self._spread_seconds else PREVIOUS_TRUST
        document = record.get(name)
        trust: Mapping[str, Any] | None = None if document is None else json.loads(document)
        return trust
