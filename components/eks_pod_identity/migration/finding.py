"""What a migration finds: ids, levels and what they mean. Ids are never renamed, never reused."""

from dataclasses import dataclass
from enum import Enum

from eks_pod_identity.migration.place import Member


class Level(Enum):
    """How much a finding stops."""

    BLOCKER = "blocker"  # what it is about stays as it is
    WARNING = "warning"
    NOTE = "note"


class FindingKind(Enum):
    """The kinds of finding.

    Attributes:
        id: Kebab-case name.
        level: How much it stops.
        meaning: One sentence.
    """

    FARGATE = (
        "fargate",
        Level.BLOCKER,
        (
            "Pods of the service account run on Fargate, where no agent runs; an association would "
            "switch their IRSA off."
        ),
    )
    WINDOWS = (
        "windows",
        Level.BLOCKER,
        "Pods of the service account run on Windows nodes, where no agent runs.",
    )
    FOREIGN_ISSUER = (
        "foreign-issuer",
        Level.BLOCKER,
        "A statement trusts the issuer of a cluster that is not of EKS; the statement stays.",
    )
    ISSUER_UNKNOWN = (
        "issuer-unknown",
        Level.WARNING,
        (
            "The issuer has EKS's form, but none of the clusters that were read has it; its "
            "statement stays."
        ),
    )
    PROVIDER_MISSING = (
        "provider-missing",
        Level.WARNING,
        (
            "The trust policy names an OIDC provider that the account does not have, so no one "
            "gets in by it."
        ),
    )
    DEAD_SUBJECT = (
        "dead-subject",
        Level.WARNING,
        "The condition on the subject cannot hold, so no one gets in today.",
    )
    DEAD_AUDIENCE = (
        "dead-audience",
        Level.WARNING,
        (
            "The statement asks for an audience that the OIDC provider does not take, so no one "
            "gets in today."
        ),
    )
    BROKEN_KEY = (
        "broken-key",
        Level.WARNING,
        "The statement asks for a condition key that no token has, so no one gets in today.",
    )
    ANNOTATION_NOT_TRUSTED = (
        "annotation-not-trusted",
        Level.WARNING,
        (
            "The annotated role does not let this service account in; an association would give "
            "access that it does not have."
        ),
    )
    ROLE_NOT_FOUND = (
        "irsa-role-not-found",
        Level.WARNING,
        "The role that a service account or an add-on names does not exist.",
    )
    ROLE_UNREAD = (
        "irsa-role-unread",
        Level.BLOCKER,
        "The role could not be read, so nothing about it is proved.",
    )
    TRUST_UNREADABLE = (
        "irsa-trust-malformed",
        Level.BLOCKER,
        "The trust policy of a role is malformed, so nothing about it is proved.",
    )
    AUD_ONLY = (
        "aud-only",
        Level.WARNING,
        (
            "The trust policy names no subject: every service account of the cluster may assume "
            "the role."
        ),
    )
    AUD_MISSING = (
        "aud-missing",
        Level.NOTE,
        (
            "The trust policy compares no audience; STS has checked it against the provider's "
            "client ids, so reach is the same."
        ),
    )
    WILDCARD_SUBJECT = (
        "wildcard-subject",
        Level.WARNING,
        (
            "The subject is a pattern; associations have none, so later service accounts are not "
            "let in."
        ),
    )
    LATENT_REACH = (
        "latent-reach",
        Level.WARNING,
        "The trust policy lets in service accounts that nothing wires to the role; they lose that.",
    )
    CONDITION_NOT_CARRIED = (
        "condition-not-carried",
        Level.BLOCKER,
        (
            "Access depends on a condition key that the calls of EKS Pod Identity do not carry, "
            "so no statement gives the same reach."
        ),
    )
    POD_CALL_DENIED = (
        "pod-call-denied",
        Level.BLOCKER,
        "A statement of the trust policy denies the calls of EKS Pod Identity.",
    )
    ROLE_IN_OTHER_ACCOUNT = (
        "role-in-other-account",
        Level.WARNING,
        (
            "The role is of another account, and an association takes roles of the cluster's "
            "account only: it needs a local role and a target role."
        ),
    )
    OWN_ENVIRONMENT = (
        "own-web-identity-env",
        Level.BLOCKER,
        (
            "A container sets AWS_ROLE_ARN or AWS_WEB_IDENTITY_TOKEN_FILE itself; SDKs find that "
            "first, so IRSA stays in force."
        ),
    )
    CLOUDFORMATION_OWNED = (
        "cloudformation-owned",
        Level.WARNING,
        "The role is a stack's; a direct change is drift that the next update takes back.",
    )
    CDK_OWNED = (
        "cdk-owned",
        Level.WARNING,
        "The stack is CDK's; changes belong into the app.",
    )
    TERRAFORM_OWNED = (
        "terraform-owned",
        Level.WARNING,
        "Tags say Terraform; its next apply would take a direct change back.",
    )
    PULUMI_OWNED = (
        "pulumi-owned",
        Level.NOTE,
        "The role is in a Pulumi program; the change is made there.",
    )
    ANNOTATION_MANAGED = (
        "annotation-managed-elsewhere",
        Level.WARNING,
        "Another tool writes the annotation; if it is taken away live, it comes back.",
    )
    OTHER_PRINCIPALS = (
        "shared-with-other-principals",
        Level.NOTE,
        "The role trusts others as well; their statements stay as they are.",
    )
    SHARED_ROLE = (
        "shared-role",
        Level.NOTE,
        "Several service accounts or clusters share the role.",
    )
    SHARED_WITH_ADDON = (
        "shared-with-addon",
        Level.WARNING,
        "An add-on and others share the role; give the add-on one of its own, after the move.",
    )
    TRUST_SIZE = (
        "trust-size",
        Level.BLOCKER,
        "The trust policy would not fit into the account's quota during the move.",
    )
    OPEN_TRUST = (
        "open-pod-trust",
        Level.WARNING,
        "A statement lets EKS Pod Identity in for every service account of the account.",
    )
    NO_POD_IDENTITY = (
        "region-without-pod-identity",
        Level.BLOCKER,
        "EKS does not offer Pod Identity in the region.",
    )
    CLUSTER_UNREAD = (
        "cluster-unread",
        Level.BLOCKER,
        "A cluster could not be read, so nothing about it is proved.",
    )
    ADDON_WITHOUT_SUPPORT = (
        "addon-without-support",
        Level.NOTE,
        "EKS takes no associations with this add-on; a standalone one serves its service account.",
    )
    CRITICAL_ADDON = (
        "critical-addon",
        Level.WARNING,
        "Nodes depend on the add-on: it moves alone and last, with the agent ready on every node.",
    )
    OTHER_ASSOCIATION = (
        "association-with-other-role",
        Level.BLOCKER,
        "The service account has an association with another role, which wins already.",
    )
    DEFAULT_ACCOUNT = (
        "default-service-account",
        Level.WARNING,
        "Every pod of the namespace that names no service account has the role.",
    )
    SUBJECT_NOT_THERE = (
        "subject-not-there",
        Level.NOTE,
        "The trust policy names a service account that does not exist now.",
    )
    AGENT_MISSING = (
        "agent-missing",
        Level.NOTE,
        "The agent is not installed; installing it is the first step.",
    )
    OF_EKSCTL = (
        "service-account-of-eksctl",
        Level.WARNING,
        (
            "The label says eksctl: `eksctl delete iamserviceaccount` would delete the service "
            "account."
        ),
    )

    def __init__(self, id_: str, level: Level, meaning: str) -> None:
        self.id = id_
        self.level = level
        self.meaning = meaning

    @property
    def needs_consent(self) -> bool:
        """Whether somebody loses access, so that a person has to accept it."""
        return self in {self.AUD_ONLY, self.LATENT_REACH, self.WILDCARD_SUBJECT}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found.

    Attributes:
        kind: Its kind.
        at: Where, as a person reads it.
        reason: The values that it rests on.
        member: The service account, if it is about one.
        role_arn: The role, if it is about one.
    """

    kind: FindingKind
    at: str
    reason: str = ""
    member: Member | None = None
    role_arn: str = ""
