"""What a pod's specification says of its credentials, and how to replace the pod."""

from eks_pod_identity.observed.workload import Container, PodState

FULL_URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
RELATIVE_URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"  # noqa: S105 - the name of a variable
# https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
AGENT_ADDRESSES = ("169.254.170.23", "[fd00:ec2::23]")
_TOKEN_FOLDER = "/var/run/secrets/pods.eks.amazonaws.com/"  # noqa: S105 - a path
_LABEL = "eks.amazonaws.com/skip-pod-identity-webhook"


def has_agent(container: Container) -> bool:
    """Say whether a container is told of the agent, and of the token that EKS projects."""
    address, token = container.env.get(FULL_URI) or "", container.env.get(TOKEN_FILE) or ""
    return any(each in address for each in AGENT_ADDRESSES) and _is_projected(token)


def _is_projected(token: str) -> bool:
    return _TOKEN_FOLDER in token.removeprefix("C:").replace("\\", "/")


def gets_credentials(pod: PodState) -> bool:
    """Say whether some container of a pod is told of the agent."""
    return any(map(has_agent, pod.containers))


def is_skipped(pod: PodState) -> bool:
    """Say whether a label keeps EKS's webhook away."""
    return _LABEL in pod.labels


def replacing(pod: PodState) -> str:
    """Return the command that replaces a pod by a new one."""
    kind, name = pod.owner
    if kind in {"Deployment", "StatefulSet", "DaemonSet"}:
        return f"kubectl rollout restart {kind.lower()} {name} -n {pod.namespace}"
    if kind:
        return f"kubectl delete pod {pod.name} -n {pod.namespace}"
    return (
        f"kubectl get pod {pod.name} -n {pod.namespace} -o yaml > pod.yaml, remove what EKS added,"
        " then kubectl replace --force -f pod.yaml"
    )


def workload(pod: PodState) -> str:
    """Return what to change a pod's specification in, as kubectl names it."""
    kind, name = pod.owner
    return f"{kind.lower()}/{name}" if kind else f"pod/{pod.name}"
