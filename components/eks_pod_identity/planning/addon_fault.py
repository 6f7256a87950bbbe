"""Problems that show when what a file says of an add-on meets EKS's catalogue."""

from eks_pod_identity.errors import FaultKind, Severity


class AddonFault(FaultKind):
    """A kind of problem."""

    ADDON_CONFIGURATION_REFUSED = (
        "addon-configuration-refused",
        "`configurationValues` do not fit the schema that EKS has for this version of the add-on.",
    )
    ADDON_NEEDS_NO_PERMISSIONS = (
        "addon-needs-no-permissions",
        "An add-on is to get the associations that EKS recommends, and needs no IAM permissions.",
        Severity.WARNING,
    )
    ADDON_UNKNOWN = (
        "addon-unknown",
        "EKS lists no add-on of this name for the cluster's Kubernetes version.",
    )
    ADDON_VERSION_UNKNOWN = (
        "addon-version-unknown",
        "EKS does not list this version of the add-on for the cluster.",
    )
    CLUSTER_NOT_FOUND = (
        "cluster-not-found",
        "The account and region have no cluster of this name.",
    )
    ADDON_POD_IDENTITY_UNSUPPORTED = (
        "addon-pod-identity-unsupported",
        "This version of the add-on takes no pod identity associations.",
    )
    ADDON_SERVICE_ACCOUNT_UNSUPPORTED = (
        "addon-service-account-unsupported",
        "The add-on has no such service account.",
    )
    ADDON_WITHOUT_PERMISSIONS = (
        "addon-without-permissions",
        "An add-on needs IAM permissions and is given none.",
        Severity.WARNING,
    )
