"""Every problem that a file can have: its id and what the id means.

The id states the bad thing, is never renamed and never reused; docs/problems.md is made from here.
A fault is an error unless something odd still works, which makes it a warning.
"""

from eks_pod_identity.errors import FaultKind, Severity


class Fault(FaultKind):
    """A kind of problem."""

    # The file
    FILE_UNREADABLE = "file-unreadable", "The file cannot be opened or read."
    FILE_NOT_TEXT = "file-not-text", "The file is not UTF-8 text."
    FILE_TOO_LARGE = "file-too-large", "The file is larger than what is read, aliases counted out."
    FILE_EMPTY = "file-empty", "The file has no content but comments and white space."
    FILE_NOT_A_MAPPING = "file-not-a-mapping", "The file's root is a list or a scalar."
    TOO_MANY_PROBLEMS = "too-many-problems", "There are more problems than are worth reading."

    # YAML
    YAML_SYNTAX = "yaml-syntax", "The text is not YAML."
    YAML_CHARACTER = "yaml-character", "A character that YAML does not allow, such as NUL."
    YAML_TOO_DEEP = "yaml-too-deep", "Lists and mappings are nested deeper than any ClusterConfig."
    YAML_SEVERAL_DOCUMENTS = (
        "yaml-several-documents",
        "The file has several documents (`---`), and the second is not just `x-eks-pod-identity`.",
    )
    YAML_DUPLICATE_KEY = "yaml-duplicate-key", "A mapping has the same key twice."
    YAML_KEY_NOT_TEXT = "yaml-key-not-text", "A key is null, a list or a mapping."
    YAML_TAG = "yaml-tag", "A value carries a YAML tag that a ClusterConfig has no use for."
    YAML_ALIAS_UNKNOWN = "yaml-alias-unknown", "An alias names an anchor that does not stand above."
    YAML_ALIAS_RECURSIVE = "yaml-alias-recursive", "An alias is inside of its own anchor."
    YAML_MERGE_NOT_A_MAPPING = (
        "yaml-merge-not-a-mapping",
        "A merge key (`<<`) has something else than a mapping or a list of mappings.",
    )

    # Keys and values
    UNKNOWN_KEY = "unknown-key", "A key that neither eksctl nor this project knows."
    WRONG_TYPE = "wrong-type", "A value of another kind than the key takes."
    TEXT_NOT_QUOTED = (
        "text-not-quoted",
        "Text that YAML reads as a number or a boolean and would change: 1.30 becomes 1.3.",
    )
    TEMPLATE_NOT_RENDERED = (
        "template-not-rendered",
        "A value still has a placeholder: `${X}`, `{{ x }}` or `<X>`.",
    )

    # The cluster
    API_VERSION_UNKNOWN = "api-version-unknown", "`apiVersion` is not the one of ClusterConfig."
    KIND_UNKNOWN = "kind-unknown", "`kind` is not ClusterConfig."
    CLUSTER_NAME_MISSING = "cluster-name-missing", "`metadata.name` is not set."
    CLUSTER_NAME_MALFORMED = "cluster-name-malformed", "No EKS cluster can have this name."
    REGION_MISSING = "region-missing", "`metadata.region` is not set."
    REGION_MALFORMED = "region-malformed", "The text is not the code of an AWS region."
    KUBERNETES_VERSION_MALFORMED = (
        "kubernetes-version-malformed",
        "The text is not a Kubernetes version such as 1.33.",
    )
    IP_FAMILY_UNKNOWN = "ip-family-unknown", "`ipFamily` is neither IPv4 nor IPv6."
    AGENT_MISSING = (
        "agent-missing",
        "Pod identity is used and the agent not listed; the cluster may have it from elsewhere.",
        Severity.WARNING,
    )
    AGENT_SOURCE_UNKNOWN = "agent-source-unknown", "`agent` has another word than external."
    AGENT_EXTERNAL_AND_LISTED = (
        "agent-external-and-listed",
        "The agent is said to be no add-on, and is in the list of add-ons.",
    )
    CLUSTER_TOO_MANY_ASSOCIATIONS = (
        "cluster-too-many-associations",
        "More associations than EKS takes for one cluster.",
    )

    # Associations
    ASSOCIATION_NAMESPACE_MISSING = "association-namespace-missing", "`namespace` is not set."
    ASSOCIATION_SERVICE_ACCOUNT_MISSING = (
        "association-service-account-missing",
        "`serviceAccountName` is not set.",
    )
    NAMESPACE_MALFORMED = "namespace-malformed", "No Kubernetes namespace can have this name."
    SERVICE_ACCOUNT_MALFORMED = (
        "service-account-malformed",
        "No Kubernetes service account can have this name.",
    )
    ASSOCIATION_DUPLICATE = (
        "association-duplicate",
        "Two entries are about one service account, which can have one association only.",
    )
    ASSOCIATION_WITHOUT_PERMISSIONS = (
        "association-without-permissions",
        "An entry has neither a role nor permissions to make one from.",
    )
    ASSOCIATION_ROLE_AND_PERMISSIONS = (
        "association-role-and-permissions",
        "An entry has a role of the user's and permissions for a role that would be made.",
    )
    TARGET_ROLE_NOT_GRANTED = (
        "target-role-not-granted",
        "A role that is made has no permission to assume the target role of its association.",
        Severity.WARNING,
    )
    GRANT_WITHOUT_TARGET_ROLE = (
        "grant-without-target-role",
        "`grantTargetRole` without `targetRoleARN`.",
    )
    ASSOCIATION_OF_IRSA_ACCOUNT = (
        "association-of-irsa-account",
        "A service account has an association, and an IRSA role by `iam.serviceAccounts`.",
        Severity.WARNING,
    )
    ROLE_ARN_AND_ROLE_NAME = (
        "role-arn-and-role-name",
        "A name for a role that is not made, because the entry has a role.",
        Severity.WARNING,
    )
    ROLE_ARN_AND_BOUNDARY = (
        "role-arn-and-permissions-boundary",
        "A permissions boundary for a role that is not made, because the entry has a role.",
    )
    ROLE_ARN_MALFORMED = "role-arn-malformed", "The text is not the ARN of an IAM role."
    POLICY_ARN_MALFORMED = "policy-arn-malformed", "The text is not the ARN of an IAM policy."
    POLICY_ARN_DUPLICATE = "policy-arn-duplicate", "The same managed policy is listed twice."
    PARTITION_MISMATCH = "partition-mismatch", "An ARN of another AWS partition than the region's."
    ROLE_NAME_MALFORMED = "role-name-malformed", "No IAM role can have this name."
    ROLE_NAME_DUPLICATE = "role-name-duplicate", "Two entries ask for a role of the same name."
    MANAGED_POLICIES_TOO_MANY = (
        "managed-policies-too-many",
        "More managed policies than IAM attaches to one role.",
    )
    WELL_KNOWN_POLICY_UNKNOWN = "well-known-policy-unknown", "No well-known policy has this name."
    WELL_KNOWN_POLICY_SCOPED = (
        "well-known-policy-needs-scope",
        "The well-known policy cannot be written without ARNs that a flag does not give.",
    )
    POLICY_NAME_WITHOUT_POLICY = (
        "permission-policy-name-without-policy",
        "A name for an inline policy, and no inline policy.",
    )
    POLICY_NAME_MALFORMED = (
        "permission-policy-name-malformed",
        "No inline policy of a role can have this name.",
    )
    INLINE_POLICY_TOO_LARGE = (
        "inline-policy-too-large",
        "The inline policy is larger than what IAM takes for one role.",
    )
    SESSION_POLICY_WITH_SESSION_TAGS = (
        "session-policy-with-session-tags",
        "`policy` without `disableSessionTags: true`, which EKS refuses.",
    )
    TAG_MALFORMED = "tag-malformed", "A tag that AWS does not take."
    TAGS_TOO_MANY = "tags-too-many", "More tags than AWS takes for one resource."

    # Policy documents, as `iam` reads them
    POLICY_BAD_CHARACTER = "policy-bad-character", "A character that IAM does not take."
    POLICY_DOCUMENT_MALFORMED = "policy-document-malformed", "IAM would refuse the document."
    POLICY_DUPLICATE_KEY = "policy-duplicate-key", "An object has the same key twice."
    POLICY_EFFECT_UNKNOWN = "policy-effect-unknown", "`Effect` is neither Allow nor Deny."
    POLICY_ELEMENT_CONTRADICTED = (
        "policy-element-contradicted",
        "A statement has an element and its opposite, such as Action and NotAction.",
    )
    POLICY_ELEMENT_MISPLACED = (
        "policy-element-misplaced",
        "An element that this kind of policy has no place for, such as Principal.",
    )
    POLICY_ELEMENT_MISSING = "policy-element-missing", "A statement lacks an element it needs."
    POLICY_ELEMENT_UNKNOWN = "policy-element-unknown", "The policy language has no such element."
    POLICY_LIST_EMPTY = "policy-list-empty", "An element is an empty list."
    POLICY_NOT_JSON = "policy-not-json", "The text is not JSON, or a value has no JSON form."
    POLICY_OPERATOR_UNKNOWN = "policy-operator-unknown", "IAM has no such condition operator."
    POLICY_SID_MALFORMED = "policy-sid-malformed", "A Sid has more than letters and digits."
    POLICY_SID_TWICE = "policy-sid-twice", "Two statements have the same Sid."
    POLICY_STATEMENT_MISSING = "policy-statement-missing", "The policy has no statement."
    POLICY_TEXT_MALFORMED = (
        "policy-text-malformed",
        "Not an action such as s3:GetObject, or not the ARN of a resource.",
    )
    POLICY_TOO_DEEP = "policy-too-deep", "The document is nested deeper than a policy can be."
    POLICY_TOO_LONG = "policy-too-long", "The document is larger than any policy."
    POLICY_VERSION_UNKNOWN = "policy-version-unknown", "No version of the policy language."
    POLICY_WRONG_TYPE = "policy-wrong-type", "An element of another JSON type than it takes."
    SESSION_POLICY_TOO_LONG = "session-policy-too-long", "`policy` is longer than STS takes."

    # The block `x-eks-pod-identity`
    EXPANSION_BLOCK_TWICE = (
        "expansion-block-twice",
        "The block is beside eksctl's keys and in a document of its own.",
    )
    EXPANSION_CLUSTER_UNKNOWN = (
        "expansion-cluster-unknown",
        "The file has no part for the cluster that is asked for.",
    )
    EXPANSION_LIST_EMPTY = (
        "expansion-list-empty",
        "A list of an entry is empty, so that the entry would stand for nothing.",
    )
    EXPANSION_SINGULAR_AND_PLURAL = (
        "expansion-singular-and-plural",
        "An entry has a key for one and the key for several, as namespace and namespaces.",
    )
    EXPANSION_VALUE_TWICE = (
        "expansion-value-twice",
        "An entry names a namespace, service account or cluster twice.",
    )
    ROLE_SHARING_UNKNOWN = "role-sharing-unknown", "`role` is neither each nor shared."
    ROLE_SHARED_WITHOUT_NAME = (
        "role-shared-without-name",
        "A role is shared, and no name of an association is there to call it by.",
    )
    ROLE_NAME_FOR_SEVERAL = (
        "role-name-for-several",
        "One `roleName` for several roles: of several associations, or in several clusters.",
    )
    ROLE_ARN_AND_ROLE_SETTINGS = (
        "role-arn-and-role-settings",
        "Settings of a role that is not made, because the entry has a role.",
    )
    WELL_KNOWN_POLICY_OF_ONE_CLUSTER = (
        "well-known-policy-of-one-cluster",
        "A role for several clusters is to have a policy that is written for one.",
    )
    ROLE_DESCRIPTION_MALFORMED = (
        "role-description-malformed",
        "`description` is longer than IAM takes, or has other characters.",
    )
    ROLE_PATH_MALFORMED = "role-path-malformed", "No IAM role can have this path."
    SESSION_DURATION_OUT_OF_RANGE = (
        "session-duration-out-of-range",
        "No IAM role can have sessions of this length.",
    )
    TRUSTED_BY_TOO_WIDE = (
        "trusted-by-too-wide",
        "A statement of `trustedBy` lets in pods, or everyone, past the role's own statements.",
    )
    TRUST_SCOPE_UNKNOWN = (
        "trust-scope-unknown",
        "`trustScope` is none of service-account, namespace, cluster and account.",
    )
    TRUST_POLICY_TOO_LARGE = (
        "trust-policy-too-large",
        "The trust policy of a role is longer than IAM takes.",
    )
    TRUST_POLICY_QUOTA_OUT_OF_RANGE = (
        "trust-policy-quota-out-of-range",
        "No account can have such a quota for the length of trust policies.",
    )
    WELL_KNOWN_SCOPE_WITHOUT_POLICY = (
        "well-known-scope-without-policy",
        "Arguments are given for a well-known policy that is not asked for.",
    )
    WELL_KNOWN_ARGUMENT_UNKNOWN = (
        "well-known-argument-unknown",
        "A well-known policy has no such argument.",
    )
    WELL_KNOWN_ARGUMENT_EMPTY = (
        "well-known-argument-empty",
        "An argument of a well-known policy is an empty list.",
    )
    WELL_KNOWN_ARGUMENT_NOT_ARN = (
        "well-known-argument-not-arn",
        "An argument of a well-known policy has something else than an ARN.",
    )
    WELL_KNOWN_PLACEHOLDER_UNKNOWN = (
        "well-known-placeholder-unknown",
        "Braces in an ARN hold something else than partition, region, account or cluster.",
    )

    # Add-ons
    ADDON_NAME_MISSING = "addon-name-missing", "`name` is not set."
    ADDON_NAME_MALFORMED = "addon-name-malformed", "No EKS add-on has such a name."
    ADDON_DUPLICATE = "addon-duplicate", "The same add-on is listed twice."
    ADDON_VERSION_MALFORMED = (
        "addon-version-malformed",
        "The text is neither a version of an add-on nor the beginning of one.",
    )
    ADDON_RESOLVE_CONFLICTS_UNKNOWN = (
        "addon-resolve-conflicts-unknown",
        "`resolveConflicts` is neither none nor overwrite nor preserve.",
    )
    ADDON_CONFIGURATION_NOT_A_MAPPING = (
        "addon-configuration-not-a-mapping",
        "`configurationValues` is not the JSON or YAML text of a mapping.",
    )
    ADDON_IRSA_AND_POD_IDENTITY = (
        "addon-irsa-and-pod-identity",
        "An add-on asks for IRSA and for associations; EKS gives it one of them.",
    )
    ADDON_IRSA_SOURCES_COMBINED = (
        "addon-irsa-sources-combined",
        "An add-on asks for IRSA in several ways at once.",
    )
    ADDON_IRSA_ROLE_NOT_MADE = (
        "addon-irsa-role-not-made",
        "An add-on asks for an IRSA role to be made; this project makes pod identity roles only.",
    )
    ADDON_DEFAULTS_AND_ASSOCIATIONS = (
        "addon-defaults-and-associations",
        "An add-on asks for the recommended associations and lists its own.",
    )
    ADDON_DEFAULTS_AND_IRSA = (
        "addon-defaults-and-irsa",
        "An add-on asks for the recommended associations and for IRSA.",
    )
    ADDON_ASSOCIATION_FIELD_UNSUPPORTED = (
        "addon-association-field-unsupported",
        "A field that EKS has no place for in an add-on's association.",
    )
    ADDON_ASSOCIATION_NAMESPACE_DIFFERS = (
        "addon-association-namespace-differs",
        "An add-on's association is for another namespace than the add-on is installed into.",
    )
    AGENT_WITH_ASSOCIATIONS = (
        "agent-with-associations",
        "The agent is to get its permissions from itself.",
    )
    VPC_CNI_IPV6_WITHOUT_PERMISSIONS = (
        "vpc-cni-ipv6-without-permissions",
        "An IPv6 cluster with a vpc-cni that has no permissions to assign addresses.",
    )
    VPC_CNI_TOO_OLD_FOR_IPV6 = (
        "vpc-cni-too-old-for-ipv6",
        "This version of vpc-cni cannot assign IPv6 addresses.",
    )

    @classmethod
    def by_id(cls, id_: str) -> "Fault | None":
        """Return the fault of an id, or None if there is none."""
        return next((fault for fault in cls if fault.id == id_), None)
