"""What EKS sees of IAM's roles."""

import json
from collections.abc import Mapping
from typing import Any

from eks_pod_identity_emulator.eks import RoleView
from eks_pod_identity_emulator.iam.store import PREVIOUS_TRUST, TRUST_CHANGED_AT, IamStore


class StoredRoles:
    """The roles of every account, for EKS's look-ups (its IamView)."""

    def __init__(self, store: IamStore) -> None:
        self._store = store

    def role(self, account: str, name: str) -> RoleView | None:
        """Return the role of that name, or None."""
        record = self._store.role_in(account, name)
        if record is None:
            return None
        previous = record.get(PREVIOUS_TRUST)
        return RoleView(
            arn=record["Arn"],
            trust=_parsed(record["AssumeRolePolicyDocument"]),
            changed_at=record[TRUST_CHANGED_AT],
            previous_trust=None if previous is None else _parsed(previous),
        )


def _parsed(document: str) -> Mapping[str, Any]:
    """Return a trust policy's members; only documents that parse are ever kept."""
    trust: Mapping[str, Any] = json.loads(document)
    return trust
