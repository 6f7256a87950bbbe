"""What a program declares of one resource, for the hooks that compare it with what there is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from eks_pod_identity.observed.ownership import STACK_TAG
from eks_pod_identity.planning.ledger.attributes import Declarer
from eks_pod_identity.planning.ledger.ledger import Ledger


@dataclass(slots=True)
class FormerLedger:
    """What the run before declared, as far as this run has learned it.

    Attributes:
        ledger: That of this run, until the hook of the ledger says that there was another or none.
    """

    ledger: Ledger

    def accounts_of(self, addon: str) -> frozenset[str]:
        """Return the service accounts, without namespace, that an add-on's list named."""
        entries = (self.ledger.addons or {}).get(addon) or {}
        return frozenset(ref.partition("/")[2] for ref in entries)


@dataclass(frozen=True, slots=True)
class DeclaredAddon:
    """An add-on as its user declares it.

    Attributes:
        name: The name of its component.
        addon: EKS's name of it.
        declarer: Who declares it.
        args: The arguments of its component.
        former: What the whole cluster's component declared before; None for an add-on alone, which
            knows it from the state.
    """

    name: str
    addon: str
    declarer: Declarer
    args: Mapping[str, Any] = field(default_factory=dict)
    former: FormerLedger | None = None

    def formerly(self, before: Mapping[str, Any]) -> Collection[str]:
        """Return the service accounts that the stack declared before.

        Args:
            before: What the state has of the add-on.
        """
        if self.former:
            return self.former.accounts_of(self.addon)
        if STACK_TAG not in (before.get("tags") or {}):  # imported: no run of ours declared it
            return frozenset()
        entries = before.get("podIdentityAssociations") or ()
        return frozenset(str(each.get("serviceAccount")) for each in entries)

    @property
    def list_address(self) -> str:
        """Where its list is, or would be."""
        return self._named("podIdentityAssociations", "pod_identity_associations")

    @property
    def irsa_address(self) -> str:
        """Where its IRSA role is, or would be."""
        return self._named("serviceAccountRoleARN", "service_account_role_arn")

    @property
    def clearing(self) -> str:
        """What to write to have its list emptied."""
        if self.declarer.in_file:
            return "write podIdentityAssociations: []"
        return "pass pod_identity_associations=[]"

    def _named(self, key: str, argument: str) -> str:
        return f"{self.declarer.address}.{key if self.declarer.in_file else argument}"
