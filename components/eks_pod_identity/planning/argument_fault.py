"""Problems of the arguments of components that a file cannot have."""

from eks_pod_identity.errors import FaultKind


class ArgumentFault(FaultKind):
    """A kind of problem."""

    ADOPTS_MISPLACED = (
        "adopts-misplaced",
        "`adopts` names a resource that the component does not create.",
    )
    ARGUMENT_KNOWN_LATER = (
        "argument-known-later",
        "An argument is an Output where its value decides what is made.",
    )
    ARGUMENT_MISSING = "argument-missing", "An argument that a component needs is not given."
    ARGUMENT_UNKNOWN = "argument-unknown", "A component has no argument of this name."
    CLUSTER_NAME_DIFFERS = (
        "cluster-name-differs",
        "An output that names the cluster turns out to be another name than the file's.",
    )
    CLUSTER_CHANGED = (
        "cluster-changed",
        "The run is for another cluster; what the stack has in the former one would be deleted.",
    )
    CLUSTER_CONFIG_MISSING = (
        "cluster-config-missing",
        "ClusterPodIdentities is given neither a file nor its text.",
    )
    CLUSTER_VERSION_UNKNOWN = (
        "cluster-version-unknown",
        "The cluster is made in the same run, so EKS cannot be asked what it offers for it.",
    )
    KUBERNETES_PROVIDER_UPSERTS = (
        "kubernetes-provider-upserts",
        "Pulumi's Kubernetes provider is set to adopt what exists.",
    )
    ROLE_CLUSTERS_UNCLEAR = (
        "role-clusters-unclear",
        "A role is given both one cluster and several, or none.",
    )
    ROLE_NAME_MISSING = (
        "role-name-missing",
        "A role for several service accounts or clusters has none to take its name from.",
    )
    ROLE_WITHOUT_SERVICE_ACCOUNT = (
        "role-without-service-account",
        "A role names no service account that could use it.",
    )
    EXTERNAL_ID_DIFFERS = (
        "external-id-differs",
        "A trust policy asks for another external id than EKS gave the association.",
    )
    TARGET_ACCOUNT_MALFORMED = "target-account-malformed", "The text is not an AWS account id."
    TARGET_ACCOUNT_UNREADABLE = (
        "target-account-unreadable",
        "The provider of a target role may not look into its account.",
    )
    TARGET_CLUSTER_ARN_MALFORMED = (
        "target-cluster-arn-malformed",
        "The text is not the ARN of an EKS cluster.",
    )
    TARGET_PROVIDER_OF_ANOTHER_ACCOUNT = (
        "target-provider-of-another-account",
        "An AWS provider is of another account than the half of a target role that it makes.",
    )
    TARGET_SOURCE_OF_ANOTHER_ACCOUNT = (
        "target-source-of-another-account",
        "The role of an association is of another account than its cluster, which EKS refuses.",
    )
    TARGET_WITHOUT_ASSOCIATION = (
        "target-without-association",
        "A target role names no association that could use it.",
    )
    WELL_KNOWN_SCOPE_NOT_MAPPING = (
        "well-known-scope-not-mapping",
        "The arguments of a well-known policy are not a mapping.",
    )
