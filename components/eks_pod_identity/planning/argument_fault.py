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
    ROLE_NAME_MISSING = (
        "role-name-missing",
        "A role for several service accounts has none to take its name from.",
    )
    ROLE_WITHOUT_SERVICE_ACCOUNT = (
        "role-without-service-account",
        "A role names no service account that could use it.",
    )
    WELL_KNOWN_SCOPE_NOT_MAPPING = (
        "well-known-scope-not-mapping",
        "The arguments of a well-known policy are not a mapping.",
    )
