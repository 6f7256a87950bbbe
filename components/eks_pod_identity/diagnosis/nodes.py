"""What a pod runs on, by its node where that can be read, else by marks on the pod itself."""

from eks_pod_identity.observed.picture import Picture, Unread
from eks_pod_identity.observed.workload import (
    COMPUTE_TYPE_LABEL,
    FARGATE_PROFILE_LABEL,
    OS_LABEL,
    NodeState,
    PodState,
)

_OS_LABELS = (OS_LABEL, "beta.kubernetes.io/os")


def node_of(pod: PodState, picture: Picture) -> NodeState | None:
    """Return a pod's node, None if it has none or it cannot be read."""
    found = picture.kubernetes.nodes.get(pod.node)
    return None if isinstance(found, Unread) else found


def compute_type(pod: PodState, picture: Picture) -> str:
    """Return EKS's label of a pod's node: fargate, auto, hybrid; ec2 or empty for others."""
    node = node_of(pod, picture)
    return node.labels.get(COMPUTE_TYPE_LABEL, "") if node else ""


def is_fargate(pod: PodState, picture: Picture) -> bool:
    """Say whether a pod runs on Fargate; EKS labels such pods, and names their nodes so."""
    marked = FARGATE_PROFILE_LABEL in pod.labels or pod.node.startswith("fargate-")
    return marked or compute_type(pod, picture) == "fargate"


def is_windows(pod: PodState, picture: Picture) -> bool:
    """Say whether a pod runs on Windows, or asks to."""
    node = node_of(pod, picture)
    labels = {**pod.node_selector, **(node.labels if node else {})}
    return any(labels.get(each) == "windows" for each in _OS_LABELS)


def has_no_agent_at_all(pod: PodState, picture: Picture) -> bool:
    """Say whether a pod runs where an agent cannot be."""
    return is_fargate(pod, picture) or is_windows(pod, picture)


def agents_on(node: str, picture: Picture) -> tuple[PodState, ...]:
    """Return the agent's pods on a node."""
    found = picture.kubernetes.agent
    return () if isinstance(found, Unread) else tuple(e for e in found.pods if e.node == node)
