"""What a migration comes to: verdicts, roles before and after, findings and phases, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from eks_pod_identity.iam.document import Document, document_size
from eks_pod_identity.migration.finding import Finding, Level
from eks_pod_identity.migration.inventory import Inventory, RoleFacts
from eks_pod_identity.migration.owner import Owner
from eks_pod_identity.migration.place import Member, Place
from eks_pod_identity.migration.steps import CreateRole, Phase
from eks_pod_identity.migration.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be moved; everything else is looked at and stays.

    Attributes:
        places: Clusters.
        namespaces: Namespaces; None for all.
    """

    places: frozenset[Place]
    namespaces: frozenset[str] | None = None

    def has(self, member: Member) -> bool:
        """Tell whether a service account is asked for."""
        named = self.namespaces is None or member.ref.namespace in self.namespaces
        return named and member.place in self.places


class Verdict(Enum):
    """What becomes of a service account with a role."""

    MIGRATE = "migrate"
    DONE = "done"
    STAY = "stay"  # not asked for
    BLOCKED = "blocked"
    NOTHING = "nothing"  # no access today, or nothing wires it


@dataclass(frozen=True, slots=True)
class PlannedAssociation:
    """The association that a service account is to have.

    Attributes:
        role_arn: The role.
        target_role_arn: The role that EKS assumes from the first one, of another account.
        addon: The add-on that is to own it; empty for a standalone association.
        exists: Whether it is there already.
    """

    role_arn: str
    target_role_arn: str | None = None
    addon: str = ""
    exists: bool = False


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """A service account, a role, and what becomes of the two.

    Attributes:
        wiring: Service account, role, and what wires them.
        verdict: What becomes of them.
        association: The association that replaces IRSA; None if nothing moves.
        annotation_by: Who has to take the annotation away; `kubectl` is anybody.
        findings: What was found about it.
    """

    wiring: Wiring
    verdict: Verdict
    association: PlannedAssociation | None = None
    annotation_by: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def member(self) -> Member:
        """The service account."""
        return self.wiring.member


@dataclass(frozen=True, slots=True)
class Reached:
    """Who can assume a role, by IRSA and by Pod Identity."""

    irsa: frozenset[Member] = frozenset()
    pods: frozenset[Member] = frozenset()

    @property
    def all(self) -> frozenset[Member]:
        """Whoever can, either way."""
        return self.irsa | self.pods


@dataclass(frozen=True, slots=True)
class RolePlan:
    """A role with who can assume it and its trust policies.

    Attributes:
        role: As it is.
        owner: Who has it.
        before: Who can assume it today.
        after: Who can at the end.
        lost: Who can no longer, each with the reason.
        future: Patterns and names by which later service accounts would have been let in.
        other_principals: Who else the trust policy names.
        during: The trust policy that lets both ways in; as it is if nothing moves.
        closed: The trust policy at the end.
    """

    role: RoleFacts
    owner: Owner
    before: Reached
    after: Reached
    lost: Mapping[Member, str]
    future: tuple[str, ...]
    other_principals: tuple[str, ...]
    during: Document
    closed: Document

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Characters of the trust policy before, during and after."""
        texts: tuple[Mapping[str, Any], ...] = (self.role.trust, self.during, self.closed)
        before, during, after = map(document_size, texts)
        return before, during, after

    @property
    def is_written(self) -> bool:
        """Whether the trust policy changes at all."""
        return self.during != self.role.trust or self.closed != self.role.trust


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """The whole plan.

    Attributes:
        inventory: What it was made from.
        ask: What was asked for.
        result: `equal`, `narrower`, `partly`, `blocked` or `nothing`.
        accounts: All service accounts that use a role, or could.
        roles: All roles that are in play.
        new_roles: Local roles for roles of other accounts.
        findings: All of them, those of service accounts too.
        consents: Ids of findings that a person has to accept.
        phases: In order.
    """

    inventory: Inventory
    ask: Ask
    result: str
    accounts: tuple[AccountPlan, ...] = ()
    roles: tuple[RolePlan, ...] = ()
    new_roles: tuple[CreateRole, ...] = ()
    findings: tuple[Finding, ...] = ()
    consents: tuple[str, ...] = ()
    phases: tuple[Phase, ...] = ()

    @property
    def moving(self) -> tuple[AccountPlan, ...]:
        """The service accounts that move."""
        return tuple(each for each in self.accounts if each.verdict is Verdict.MIGRATE)

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """What stops something."""
        return tuple(each for each in self.findings if each.kind.level is Level.BLOCKER)
