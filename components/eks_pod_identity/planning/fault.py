"""Problems that show when a file meets a cluster: their ids and what the ids mean.

The id states the bad thing, is never renamed and never reused; docs/problems.md is made from here.
"""

from eks_pod_identity.errors import FaultKind, Severity


class PlanFault(FaultKind):
    """A kind of problem."""

    # The cluster
    CLUSTER_NOT_ACTIVE = (
        "cluster-not-active",
        "The cluster is being made or deleted, or has failed.",
    )
    REGION_DIFFERS = (
        "region-differs",
        "The cluster that was read is of another region than the file's.",
    )
    STACK_AMBIGUOUS = (
        "stack-ambiguous",
        "Several stacks made things of the cluster, and none is known to be the file's.",
    )
    AGENT_NOT_INSTALLED = (
        "agent-not-installed",
        "Associations are declared, and the cluster has no agent to hand out credentials.",
    )
    AGENT_UNHEALTHY = (
        "agent-unhealthy",
        "The agent is installed and does not work, so associations have no effect.",
        Severity.WARNING,
    )
    ASSOCIATION_LIMIT_REACHED = (
        "association-limit-reached",
        "The cluster would hold more associations than EKS takes.",
    )

    # Associations
    ASSOCIATION_DUPLICATE = (
        "association-duplicate",
        "Two entries are about one service account, which can have one association only.",
    )
    ASSOCIATION_EXISTS = (
        "association-exists",
        "The service account has an association that this stack did not make.",
    )
    ASSOCIATION_OWNED_BY_ADDON = (
        "association-owned-by-addon",
        "The service account has an association that an add-on owns.",
    )
    ASSOCIATIONS_OMITTED = (
        "associations-omitted",
        "The list is not in the file, and the stack has associations that would be lost.",
    )
    SESSION_POLICY_OMITTED = (
        "session-policy-omitted",
        "The session policy is not declared, and the association has one that would be lost.",
    )
    TAGS_OMITTED = (
        "tags-omitted",
        "Tags are not declared, and AWS has some that would be lost.",
    )
    TARGET_ROLE_OMITTED = (
        "target-role-omitted",
        "The target role is not declared, and the association has one that would be lost.",
    )

    # Service accounts
    SERVICE_ACCOUNT_EXISTS = (
        "service-account-exists",
        "A service account is to be made and exists, and this stack did not make it.",
    )
    NAMESPACE_NOT_FOUND = (
        "namespace-not-found",
        "A service account is to be made in a namespace that does not exist.",
        Severity.WARNING,
    )
    IRSA_ANNOTATION_LEFT = (
        "irsa-annotation-left",
        "A service account with an association still names an IRSA role.",
        Severity.WARNING,
    )

    # Roles
    ROLE_EXISTS = (
        "role-exists",
        "A role of the name to be made exists, and was not made for this service account.",
    )
    ROLE_PATH_DIFFERS = (
        "role-path-differs",
        "A role of the name to be made has another path, and IAM has the name once.",
    )
    ROLE_NOT_FOUND = "role-not-found", "A role that the file gives does not exist."
    ROLE_OF_ANOTHER_ACCOUNT = (
        "role-of-another-account",
        "`roleARN` names a role of another account than the cluster's.",
    )
    ROLE_TRUST_INVALID = (
        "role-trust-invalid",
        "A role that the file gives does not trust EKS Pod Identity with both actions.",
    )
    POLICY_NOT_FOUND = (
        "policy-not-found",
        "A managed policy that a role is to have does not exist.",
    )
    BOUNDARY_NOT_FOUND = (
        "boundary-not-found",
        "The permissions boundary that a role is to have does not exist.",
    )
    ROLE_TRUST_EXCLUDES = (
        "role-trust-excludes-association",
        "A role that the file gives trusts EKS Pod Identity, but not for this association.",
    )
    ROLE_STILL_USED = (
        "role-still-used",
        "A role that would be deleted is used by another association.",
    )

    # Add-ons
    ADDON_ASSOCIATIONS_OMITTED = (
        "addon-associations-omitted",
        "The list is not in the file, and the add-on owns associations that would be lost.",
    )
    ADDON_ASSOCIATION_UNDECLARED = (
        "addon-association-undeclared",
        "An add-on owns an association that neither the file nor the run before knows.",
    )
    ADDONS_OMITTED = (
        "addons-omitted",
        "The list is not in the file, and the stack has add-ons that would be lost.",
    )
    ADDON_EXISTS = "addon-exists", "The add-on is installed, and this stack did not install it."
    ADDON_BUSY = "addon-busy", "The add-on is to be changed, and another change of it is under way."
    ADDON_UNHEALTHY = (
        "addon-unhealthy",
        "The add-on is installed and EKS finds it degraded.",
        Severity.WARNING,
    )
    ADDON_NAMESPACE_FIXED = (
        "addon-namespace-fixed",
        "The add-on is installed in another namespace than the file asks for.",
    )
    ADDON_ENTRY_NAMESPACE_DIFFERS = (
        "addon-association-namespace-differs",
        "An add-on's association is for another namespace than the add-on is installed into.",
    )
    ADDON_IRSA_ROLE_REMOVED = (
        "addon-irsa-role-removed",
        "An IRSA role is not declared any more, and the AWS provider cannot take it away.",
    )
    SERVICE_ACCOUNT_ALREADY_ASSOCIATED = (
        "service-account-already-associated",
        "An add-on is to own an association that exists without it.",
    )
