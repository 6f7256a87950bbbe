"""What a stack's state says of the runs before, for a plan that has no engine to ask.

In: a state. Out: the policies that the stack put on roles, and the service accounts that the lists
of its add-ons named.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from eks_pod_identity.observed.stack import StackState
from eks_pod_identity.planning.held_policies import HeldPolicies, held_policies
from eks_pod_identity.planning.ledger.ledger import Ledger

_STASH = "pulumi:index:Stash"

ListedAccounts: TypeAlias = Mapping[str, frozenset[str]]
"""By add-on, the names of the service accounts that its list named in the run before."""


@dataclass(frozen=True, slots=True)
class StackRecord:
    """What a state says.

    Attributes:
        held: The policies that the stack put on its roles.
        listed: The service accounts of add-ons.
    """

    held: HeldPolicies = field(default_factory=dict, hash=False)
    listed: ListedAccounts = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, stack: StackState, cluster: str) -> "StackRecord":
        """Read a state.

        Args:
            stack: The state.
            cluster: The name of the cluster that is planned for.
        """
        return cls(held_policies(stack), _listed(stack, cluster))


def _listed(stack: StackState, cluster: str) -> ListedAccounts:
    listed: dict[str, frozenset[str]] = defaultdict(frozenset)
    for each in stack.by_urn.values():
        written = each.inputs.get("input")
        if each.type != _STASH or not isinstance(written, Mapping):  # a secret, or another's
            continue
        ledger = Ledger.from_state(written)
        if ledger.cluster and ledger.cluster.endswith(f":cluster/{cluster}"):
            for addon, entries in (ledger.addons or {}).items():
                listed[addon] |= {ref.partition("/")[2] for ref in entries or ()}
    return listed
