"""What can be the cause: ids and what they mean."""

from eks_pod_identity.errors import FaultKind


class DoctorFault(FaultKind):
    """Causes that keep pods from their credentials, in the order in which they are looked for."""

    CLUSTER_MISSING = ("doctor-cluster-missing", "The region has no cluster of this name.")
    CLUSTER_UNNAMED = (
        "doctor-cluster-unnamed",
        "The region has several clusters, and the command does not say which one is meant.",
    )
    CLUSTER_INACTIVE = ("doctor-cluster-inactive", "The cluster is not up.")
    REGION_UNSUPPORTED = (
        "doctor-region-unsupported",
        "EKS does not offer Pod Identity in this partition.",
    )
    AGENT_MISSING = (
        "doctor-agent-missing",
        "No Pod Identity Agent runs in the cluster, as an add-on or otherwise.",
    )
    AGENT_UNHEALTHY = ("doctor-agent-unhealthy", "The Pod Identity Agent's add-on is not healthy.")
    ASSOCIATION_MISSING = (
        "doctor-association-missing",
        "The service account has no association in the cluster.",
    )
    ASSOCIATION_NOT_SETTLED = (
        "doctor-association-not-settled",
        "EKS's webhook does not give new pods the credentials of the association yet.",
    )
    ROLE_MISSING = ("doctor-role-missing", "The association's role does not exist.")
    TRUST_EXCLUDES = (
        "doctor-trust-excludes",
        "The trust policy of the association's role refuses these pods.",
    )
    PERMISSION_MISSING = (
        "doctor-permission-missing",
        "The pods' role does not allow the call, or allows nothing at all.",
    )
    PERMISSION_DEAD = (
        "doctor-permission-dead",
        "Statements that allow something never apply to a session of these pods.",
    )
    TARGET_MISSING = ("doctor-target-missing", "The target role does not exist.")
    TARGET_REFUSED = (
        "doctor-target-refused",
        "EKS cannot go on from the association's role to the target role.",
    )
    NAMESPACE_MISSING = ("doctor-namespace-missing", "The cluster has no namespace of this name.")
    SERVICE_ACCOUNT_MISSING = (
        "doctor-service-account-missing",
        "The namespace has no service account of this name.",
    )
    SERVICE_ACCOUNT_UNUSED = (
        "doctor-service-account-unused",
        "The pods run as another service account than the one that has the association.",
    )
    ADDON_SERVICE_ACCOUNT = (
        "doctor-addon-service-account",
        "The add-on gives its service account another name.",
    )
    POD_BEFORE_ASSOCIATION = (
        "doctor-pod-before-association",
        "The pod was admitted before the webhook knew the association.",
    )
    POD_WITHOUT_CREDENTIALS = (
        "doctor-pod-without-credentials",
        "The webhook did not change the pod, although the association was there.",
    )
    POD_SKIPPED = ("doctor-pod-skipped", "A label of the pod keeps EKS's webhook away.")
    CONTAINER_SKIPPED = (
        "doctor-container-skipped",
        "An annotation of the pod keeps EKS's webhook away from the container.",
    )
    OWN_KEYS = (
        "doctor-own-keys",
        "The container has access keys in its environment, which SDKs prefer.",
    )
    OWN_ROLE = (
        "doctor-own-role",
        "The container names a role and a web identity token, which SDKs prefer.",
    )
    IRSA_FIRST = (
        "doctor-irsa-first",
        "The pod got the credentials of IRSA, which SDKs prefer, when it was admitted.",
    )
    OWN_ENDPOINT = (
        "doctor-own-endpoint",
        "The container names another source of container credentials than the agent.",
    )
    PROXY = ("doctor-proxy", "The container sends requests to the agent through a proxy.")
    FARGATE = ("doctor-fargate", "The pod runs on Fargate, where no agent can run.")
    WINDOWS = ("doctor-windows", "The pod runs on Windows, where no agent can run.")
    HYBRID = ("doctor-hybrid-node", "The pod runs on a hybrid node that has no agent.")
    NODE_ROLE_MISSING = ("doctor-node-role-missing", "The role of the pod's node does not exist.")
    NODE_ROLE_DENIED = (
        "doctor-node-role-denied",
        "The role of the pod's node may not call eks-auth:AssumeRoleForPodIdentity.",
    )
    AGENT_NOT_ON_NODE = ("doctor-agent-not-on-node", "No agent runs on the pod's node.")
    AGENT_NOT_READY = ("doctor-agent-not-ready", "The agent on the pod's node is not ready.")
    SDK_OLD = ("doctor-sdk-old", "The pod's AWS SDK is too old for Pod Identity.")
    SESSION_LARGE = (
        "doctor-session-large",
        "Session tags and policies are larger than a session may have.",
    )
    CALL_REFUSED = (
        "doctor-call-refused",
        "CloudTrail has a call of the role's session that AWS refused.",
    )
