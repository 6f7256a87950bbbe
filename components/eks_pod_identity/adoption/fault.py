"""What an adoption refuses: ids and what they mean."""

from eks_pod_identity.errors import FaultKind, Severity


class AdoptionFault(FaultKind):
    """A kind of problem."""

    STACK_WOULD_DELETE = (
        "adoption-stack-deletes",
        "A stack of CloudFormation made a role, and deletes it with the stack.",
    )
    OTHER_STACK = (
        "adoption-of-another-stack",
        "Another stack of Pulumi made the thing, and holds it still.",
    )
    SEVERAL_MAKERS = (
        "adoption-makers-several",
        "The tags of one thing name several makers.",
    )
    ROLE_SHARED = (
        "adoption-role-shared",
        "A role to be adopted is used by other associations, which the entry does not declare.",
    )
    ROLE_PATH = (
        "adoption-role-path",
        "A role to be adopted has another path than the entry gives it, so it would be replaced.",
    )
    NAME_UNWRITABLE = (
        "adoption-name-unwritable",
        "The name of a role to be adopted cannot be written into the file by the command.",
    )
    TRUST_NARROWS = (
        "adoption-trust-narrows",
        "The next run closes the trust policy of an adopted role, and some callers lose access.",
        Severity.WARNING,
    )
    TRUST_UNPROVED = (
        "adoption-trust-unproved",
        "It is not proved who loses access when the trust policy of an adopted role changes.",
        Severity.WARNING,
    )
    NOT_IN_PROGRAM = (
        "adoption-not-in-program",
        "The file declares a thing that exists, and the program does not make it.",
    )
    PROVIDER_UNKNOWN = (
        "adoption-provider-unknown",
        "A thing belongs to an explicit provider that the stack does not have yet.",
    )
    CHANGED = (
        "adoption-changed",
        "A thing changed after it was looked at and before it was imported.",
    )
    REFUSED = (
        "adoption-program-refused",
        "The program refuses its preview for another reason than things that exist.",
    )
    POLICY_LOST = (
        "adopted-policy-lost",
        "A plain role moves under a component, and a policy of it does not.",
    )
    REPLACED = (
        "adopted-resource-replaced",
        "A plain role or association would be replaced in place of moving under a component.",
    )
