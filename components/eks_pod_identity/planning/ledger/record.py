"""What a stack's state says of the runs before, for a plan that has no engine to ask.

In: a state. Out: the policies that the stack put on roles, the service accounts that the lists of
its add-ons named, and the ARNs of all that it holds.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from eks_pod_identity.observed.cluster import ClusterState
from eks_pod_identity.observed.ownership import tag_value
from eks_pod_identity.observed.stack import StackState
from eks_pod_identity.planning.held_policies import HeldPolicies, held_policies
from eks_pod_identity.planning.ledger.ledger import Ledger

_STASH = "pulumi:index:Stash"
_ARNS = {
    "aws:iam/role:Role": "arn",
    "aws:eks/addon:Addon": "arn",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": "associationArn",
}

ListedAccounts: TypeAlias = Mapping[str, frozenset[str]]
"""By add-on, the names of the service accounts that its list named in the run before."""


@dataclass(frozen=True, slots=True)
class StackRecord:
    """What a state says.

    Attributes:
        held: The policies that the stack put on its roles.
        listed: The service accounts of add-ons.
        stack: `project/stack`, as a tag's value; empty as long as nothing was ever run.
        owned: The ARNs of the roles, add-ons and associations that it holds.
    """

    held: HeldPolicies = field(default_factory=dict, hash=False)
    listed: ListedAccounts = field(default_factory=dict, hash=False)
    stack: str = ""
    owned: frozenset[str] = field(default=frozenset(), repr=False)

    @classmethod
    def of(cls, stack: StackState, cluster: str) -> "StackRecord":
        """Read a state.

        Args:
            stack: The state.
            cluster: The name of the cluster that is planned for.
        """
        return cls(
            held_policies(stack),
            _listed(stack, cluster),
            tag_value(stack.full_name),
            frozenset(_arns(stack)),
        )

    def holds_any_of(self, observed: ClusterState) -> bool:
        """Tell whether the state holds something of a cluster that was read."""
        arns = (
            *(each.arn for each in observed.associations),
            *(each.arn for each in observed.addons.values()),
            *observed.roles,
        )
        return any(each in self.owned for each in arns)


def _arns(stack: StackState) -> Iterator[str]:
    for each in stack.by_urn.values():
        arn = each.outputs.get(_ARNS.get(each.type, ""))
        if isinstance(arn, str):
            yield arn


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
