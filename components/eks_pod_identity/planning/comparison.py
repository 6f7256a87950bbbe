"""The two sides of a plan, indexed: what the parts of the planner share.

In: desired and observed values. Out: look-ups. Decides nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from eks_pod_identity.errors import Problem
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import AddonState, Association, ClusterState, Role
from eks_pod_identity.observed.ownership import STACK_TAG, Ownership
from eks_pod_identity.planning.change import Change
from eks_pod_identity.planning.desired import DesiredCluster, MadeRole
from eks_pod_identity.planning.ledger.record import StackRecord
from eks_pod_identity.planning.report import Reporter

Finding: TypeAlias = Change | Problem
"""What a part of the planner yields; `plan` tells the two apart."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared.

    Attributes:
        desired: What the file asks for.
        observed: What AWS has.
        ownership: Tells the stack's own things from foreign ones.
        report: Makes problems of the file.
        by_service_account: The observed associations.
        made_roles: The roles that are made, by ARN; they stay, whomever they were made for.
        record: What the stack's state says of the runs before; None if it was not read.
    """

    desired: DesiredCluster
    observed: ClusterState
    ownership: Ownership
    report: Reporter
    by_service_account: Mapping[ServiceAccountRef, Association] = field(hash=False)
    made_roles: Mapping[str, MadeRole] = field(default_factory=dict, hash=False)
    record: StackRecord | None = field(default=None, hash=False)

    @classmethod
    def of(
        cls,
        desired: DesiredCluster,
        observed: ClusterState,
        ownership: Ownership,
        report: Reporter,
        record: StackRecord | None = None,
    ) -> "Comparison":
        """Return a comparison with its indexes."""
        index = {each.service_account: each for each in observed.associations}
        made = {
            each.role.arn: each.role
            for each in desired.all_associations()
            if isinstance(each.role, MadeRole)
        }
        return cls(desired, observed, ownership, report, index, made, record)

    def held_on(self, role_arn: str) -> frozenset[str] | None:
        """Return the policies that the stack has put on a role; None if that is not known."""
        return None if self.record is None else self.record.held.get(role_arn)

    def other_stack_help(self, thing: AddonState | Association) -> tuple[str, ...]:
        """Return what to type if a file is of the stack that made a thing, after all."""
        stack = thing.tags.get(STACK_TAG)
        return (f"if the file is of that stack, --stack {stack}",) if stack else ()

    def own_standalone(self) -> Iterator[Association]:
        """Yield the standalone associations that the stack made."""
        for each in self.observed.associations:
            if each.owner_arn is None and self.ownership.owns(each):
                yield each

    def owned_by(self, addon: str) -> Iterator[Association]:
        """Yield the associations that an add-on owns."""
        for each in self.observed.associations:
            if each.owner_addon == addon:
                yield each

    def former_role(self, arn: str | None, service_account: ServiceAccountRef) -> Role | None:
        """Return the role that goes with a service account: it was made for it and for no other."""
        return None if arn in self.made_roles else self.own_role(arn, service_account)

    def own_role(self, arn: str | None, service_account: ServiceAccountRef) -> Role | None:
        """Return the role of that ARN if the stack made it for the service account."""
        role = self.observed.roles.get(arn) if arn else None
        return role if role and self.ownership.made_for(role, service_account) else None
