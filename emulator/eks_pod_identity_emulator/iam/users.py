"""Users and groups, which MiniStack keeps: who a key belongs to, and what policies count."""

from collections.abc import Iterator, Mapping
from typing import Any

from eks_pod_identity_emulator.json_value import Json
from eks_pod_identity_emulator.ministack import MiniStack

Record = dict[str, Any]


class Users:
    """Reads users of every account."""

    def __init__(self, ministack: MiniStack) -> None:
        self._iam: Any = ministack.iam

    def find(self, account: str, name: str) -> Record | None:
        """Return a user, or None."""
        user: Record | None = self._in(account, "_users", name)
        return user

    def of_key(self, account: str, access_key: str) -> Record | None:
        """Return the user that an access key was created for; None if there is no such key."""
        key: Record | None = self._in(account, "_access_keys", access_key)
        return None if key is None else self.find(account, key["UserName"])

    def is_active(self, account: str, access_key: str) -> bool:
        """Say whether an access key may be used."""
        key: Record | None = self._in(account, "_access_keys", access_key)
        return key is not None and key["Status"] == "Active"

    def inline_policies(self, account: str, name: str) -> Mapping[str, Any]:
        """Return a user's inline policies by name."""
        policies: Mapping[str, Any] = self._in(account, "_user_inline_policies", name) or {}
        return policies

    def groups(self, account: str, name: str) -> Iterator[tuple[Record, Mapping[str, Any]]]:
        """Yield the groups that a user is in, each with its inline policies by name."""
        for (owner, group_name), group in self._table("_groups").items():
            if owner == account and name in group["Users"]:
                yield group, self._in(account, "_group_inline_policies", group_name) or {}

    def _in(self, account: str, table: str, key: str) -> Json:
        return self._table(table).get((account, key))

    def _table(self, name: str) -> dict[tuple[str, str], Any]:
        """Return one of MiniStack's tables, by account and name."""
        records: dict[tuple[str, str], Any] = getattr(self._iam, name)._data  # noqa: SLF001 - MiniStack's only way to its records; its version is pinned
        return records
