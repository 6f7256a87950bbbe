"""What the pods run on: EKS Pod Identity works on Linux nodes of EC2 and on hybrid nodes.

https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html#pod-id-considerations
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from eks_pod_identity.config import AGENT_ADDON
from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.diagnosis.finding import Finding, cause, note, ok, unread
from eks_pod_identity.diagnosis.nodes import agents_on, compute_type, is_fargate, is_windows
from eks_pod_identity.observed.picture import Picture, Unread
from eks_pod_identity.observed.workload import FargateProfile, PodState

_IRSA = "use IRSA for these pods: eks.amazonaws.com/role-arn on a service account of their own"
_HYBRID = """{"daemonsets":{"hybrid":{"create":true}}}"""


def check_compute(picture: Picture) -> Iterator[Finding]:
    """Yield which pods run where no agent can answer them."""
    findings = [found for pod in picture.pods for found in _of_pod(pod, picture)]
    yield from findings
    if not picture.pods:
        yield from _without_pods(picture)
    elif not findings:
        yield ok("the pods run on nodes that can have an agent")


def _of_pod(pod: PodState, picture: Picture) -> Iterator[Finding]:
    node = picture.kubernetes.nodes.get(pod.node)
    if is_fargate(pod, picture):
        message = f"pod {pod} runs on Fargate, where no agent runs"
        yield cause(DoctorFault.FARGATE, message, _profiles(pod, picture), [_IRSA])
    elif is_windows(pod, picture):
        message = f"pod {pod} runs on Windows, which Pod Identity does not support"
        yield cause(DoctorFault.WINDOWS, message, [f"node {pod.node or 'selector'}"], [_IRSA])
    elif compute_type(pod, picture) == "hybrid" and not agents_on(pod.node, picture):
        yield _hybrid(pod, picture)
    elif isinstance(node, Unread):
        yield unread(f"node {pod.node} of pod {pod} cannot be read", node)
    elif not pod.node:
        yield note(f"pod {pod} is on no node yet", [f"phase {pod.phase}"])


def _hybrid(pod: PodState, picture: Picture) -> Finding:
    return cause(
        DoctorFault.HYBRID,
        f"pod {pod} runs on hybrid node {pod.node}, which has no agent",
        help_=[
            (
                f"aws eks update-addon --cluster-name {picture.cluster_name}"
                f" --addon-name {AGENT_ADDON} --configuration-values '{_HYBRID}'"
            ),
            "spec.hybrid.enableCredentialsFile: true in the node's NodeConfig",
        ],
    )


def _profiles(pod: PodState, picture: Picture) -> list[str]:
    found = picture.fargate_profiles
    if isinstance(found, Unread):
        return []
    return [
        f"Fargate profile {each.name} takes namespace {pod.namespace}"
        for each in found
        if any(_selects(one, pod.namespace) for one in each.selectors)
    ]


def _selects(selector: tuple[str, object], namespace: str) -> bool:
    return fnmatchcase(namespace, selector[0])


def _without_pods(picture: Picture) -> Iterator[Finding]:
    """Yield what Fargate would take, as no pod shows where pods run."""
    found = picture.fargate_profiles
    if isinstance(found, Unread):
        yield unread("Fargate profiles cannot be read", found)
        return
    for each in found:
        yield from _of_profile(each, picture)


def _of_profile(profile: FargateProfile, picture: Picture) -> Iterator[Finding]:
    namespace = picture.account.namespace
    for selector in profile.selectors:
        if not _selects(selector, namespace):
            continue
        labels = ", ".join(f"{key}={value}" for key, value in selector[1].items())
        taken = f"pods of namespace {namespace}" + (f" with {labels}" if labels else "")
        message = f"Fargate profile {profile.name} takes {taken}, and no agent runs on Fargate"
        yield (
            note(message, help_=[_IRSA])
            if labels
            else cause(DoctorFault.FARGATE, message, help_=[_IRSA])
        )
