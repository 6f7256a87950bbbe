"""Phases of a migration: writes that an executor carries out, gates that it waits for, undo.

Plain values. A step says everything that its call needs, and what was there before it, so that it
can be read again, made, shown, and undone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

from eks_pod_identity.migration.inventory import Stack
from eks_pod_identity.migration.place import Member, Place
from eks_pod_identity.names import ServiceAccountRef


class PhaseName(Enum):
    """The phases, in their order; the last two on request only."""

    SURVEY = "survey"
    PREPARE = "prepare"
    TRUST = "trust"
    ASSOCIATE = "associate"
    ROLL = "roll"
    ANNOTATION = "annotation"
    CLOSE = "close"
    ADOPT = "adopt"
    PROVIDER = "provider"


class TrustText(Enum):
    """Which trust policy a step writes."""

    DURING = "trust.during"
    AFTER = "trust.after"


class WriteBy(Enum):
    """How a change of a trust policy gets to AWS."""

    IAM = "iam"  # iam:UpdateAssumeRolePolicy
    STACK = "stack"  # a change set of eksctl's stack
    FILE = "file"  # a file for its owner: nothing is called


@dataclass(frozen=True, slots=True)
class CreateAgent:
    """eks:CreateAddon of eks-pod-identity-agent."""

    place: Place


@dataclass(frozen=True, slots=True)
class CreateRole:
    """iam:CreateRole of a local role for a target role, and its one inline policy.

    Attributes:
        role_arn: The role.
        trust: Its trust policy.
        policy_name: The inline policy's name.
        policy: Its document.
    """

    role_arn: str
    trust: Mapping[str, Any] = field(hash=False)
    policy_name: str
    policy: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True)
class UpdateTrust:
    """A new trust policy for a role.

    Attributes:
        role_arn: The role.
        text: Which of the two documents.
        by: How it is written.
        owner: Who has the role, as `Owner` prints; for files and stacks.
        before: The document that has to be there.
        after: The document to write.
        stack: The stack, if `by` is STACK.
    """

    role_arn: str
    text: TrustText
    by: WriteBy
    owner: str
    before: Mapping[str, Any] = field(hash=False)
    after: Mapping[str, Any] = field(hash=False)
    stack: Stack | None = None


@dataclass(frozen=True, slots=True)
class CreateAssociation:
    """eks:CreatePodIdentityAssociation, standalone."""

    member: Member
    role_arn: str
    target_role_arn: str | None = None


@dataclass(frozen=True, slots=True)
class UpdateAddon:
    """eks:UpdateAddon: the IRSA role away, and associations in the same call if EKS takes them.

    Version and configuration values stay. Undo sends `service_account_role_arn` again.

    Attributes:
        place: The cluster.
        addon: The add-on's name.
        version: Its version, sent again.
        configuration_values: Sent again.
        service_account_role_arn: The IRSA role that goes.
        associations: Role ARNs by service account name; None if EKS takes none with this add-on.
        kept: Role ARNs by name that the add-on owns already; sent again.
        is_critical: Whether nodes depend on it, so that it goes alone and last.
    """

    place: Place
    addon: str
    version: str
    configuration_values: str | None
    service_account_role_arn: str
    associations: Mapping[str, str] | None = field(hash=False)
    kept: Mapping[str, str] = field(default_factory=dict, hash=False)
    is_critical: bool = False


@dataclass(frozen=True, slots=True)
class Restart:
    """A rollout of a workload: `kubectl.kubernetes.io/restartedAt` in its pod template."""

    place: Place
    kind: str
    ref: ServiceAccountRef


@dataclass(frozen=True, slots=True)
class AddonRestart:
    """EKS restarts the pods of an add-on, as part of UpdateAddon: nothing to write, but to see."""

    place: Place
    addon: str


@dataclass(frozen=True, slots=True)
class Recreate:
    """A pod that no rollout makes anew: a Job's, or one of its own. Its owner has to."""

    place: Place
    kind: str
    ref: ServiceAccountRef


@dataclass(frozen=True, slots=True)
class PatchServiceAccount:
    """A merge patch that takes annotations away.

    Attributes:
        member: The service account.
        drop: Annotations that go, with the values that undo puts back.
        by: Who writes the annotation; empty if a patch is enough, else the patch is not made.
    """

    member: Member
    drop: Mapping[str, str] = field(hash=False)
    by: str = ""


@dataclass(frozen=True, slots=True)
class AdoptRole:
    """On request: a stack's role is retained by its stack, then imported into a Pulumi stack."""

    role_arn: str
    stack: Stack


Step: TypeAlias = (
    CreateAgent
    | CreateRole
    | UpdateTrust
    | CreateAssociation
    | UpdateAddon
    | Restart
    | AddonRestart
    | Recreate
    | PatchServiceAccount
    | AdoptRole
)


class GateKind(Enum):
    """What has to be seen before the next phase; the texts are for people."""

    NO_BLOCKER = "no blocker is left for what is to move"
    NEVER = "never: nothing here can be moved as it is"
    CONSENT = "consent"
    AGENT_READY = (
        "agent ACTIVE, ready on every node that runs these pods; "
        "node role may eks-auth:AssumeRoleForPodIdentity"
    )
    TRUST_SHOWN = "GetRole shows trust.during, our statements once"
    PODS_PROVED = "proved: who may come by pods.eks.amazonaws.com = reachAfter.podIdentity"
    ASSOCIATIONS_SHOWN = "associations as planned"
    ADDON_ACTIVE = "add-on ACTIVE, no health issue"
    SETTLED = (
        "settled: a dry-run Pod of each service account gets AWS_CONTAINER_CREDENTIALS_FULL_URI "
        "on 5 of 5 fresh connections"
    )
    PODS_ROLLED = (
        "no running pod of these service accounts has AWS_WEB_IDENTITY_TOKEN_FILE, "
        "all have AWS_CONTAINER_CREDENTIALS_FULL_URI"
    )
    USE_SEEN = (
        "use seen: AssumeRoleForPodIdentity for each; "
        "no AssumeRoleWithWebIdentity for the soak time"
    )
    ANNOTATION_GONE = "annotation gone, every other field of the service account as it was"
    TRUST_CLOSED = "GetRole shows trust.after"
    REACH_PROVED = "proved: reachAfter; nobody in it who was not in reachBefore"
    SAME_ROLE = "role still there with the same RoleId; `pulumi preview` has no change"
    PROVIDER_FREE = (
        "no role of the account trusts the OIDC provider any more, and its owner says so"
    )


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition for going on; `consent` has the finding's id that a person accepts."""

    kind: GateKind
    consent: str = ""

    def __str__(self) -> str:
        return f"consent: {self.consent}" if self.consent else self.kind.value


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase.

    Attributes:
        name: Which.
        steps: In the order in which they are made.
        gates: What has to be seen after them.
        undo: One sentence.
        waves: `cluster/namespace` in the order of a roll.
        is_optional: Whether it is done on request only.
    """

    name: PhaseName
    steps: tuple[Step, ...] = ()
    gates: tuple[Gate, ...] = ()
    undo: str = "nothing was written"
    waves: tuple[tuple[Place, str], ...] = ()
    is_optional: bool = False
