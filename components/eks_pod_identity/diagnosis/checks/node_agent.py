"""The agent on the pods' nodes: there, and ready."""

from collections.abc import Iterator

from eks_pod_identity.config import AGENT_ADDON
from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.diagnosis.finding import Finding, cause, ok, skipped, unread
from eks_pod_identity.diagnosis.nodes import agents_on, compute_type, has_no_agent_at_all
from eks_pod_identity.observed.picture import Picture, Unread
from eks_pod_identity.observed.workload import AgentSoftware, PodState


def check_node_agent(picture: Picture) -> Iterator[Finding]:
    """Yield which of the pods' nodes have no agent that answers."""
    software = picture.kubernetes.agent
    nodes = {each.node: each for each in picture.pods if _is_asked(each, picture)}
    if not nodes:
        yield skipped("no pod runs on a node whose agent is to be looked for")
    elif isinstance(software, Unread):
        yield unread("the agent's pods cannot be read", software)
    elif not software.daemon_sets:
        yield skipped("the cluster runs no DaemonSet of the agent")
    else:
        yield from _of_nodes(nodes, software, picture)


def _is_asked(pod: PodState, picture: Picture) -> bool:
    built_in = compute_type(pod, picture) in {"auto", "hybrid"}
    return bool(pod.node) and not built_in and not has_no_agent_at_all(pod, picture)


def _of_nodes(
    nodes: dict[str, PodState], software: AgentSoftware, picture: Picture
) -> Iterator[Finding]:
    namespace, _, name = software.daemon_sets[0].partition("/")
    good = []
    for node, pod in nodes.items():
        there = agents_on(node, picture)
        if not there:
            yield cause(
                DoctorFault.AGENT_NOT_ON_NODE,
                f"no agent runs on node {node}, where pod {pod} is",
                [f"DaemonSet {each}" for each in software.daemon_sets],
                [
                    f"kubectl describe daemonset {name} -n {namespace}",
                    f"look at taints and affinity: kubectl describe node {node}",
                ],
            )
        elif not any(each.ready for each in there):
            yield _not_ready(there[0], node)
        else:
            good.append(node)
    if len(good) == len(nodes):
        yield ok(f"{AGENT_ADDON} is ready on {', '.join(good)}")


def _not_ready(agent: PodState, node: str) -> Finding:
    return cause(
        DoctorFault.AGENT_NOT_READY,
        f"agent {agent.name} on node {node} is not ready",
        [f"phase {agent.phase}"],
        [
            f"kubectl logs {agent.name} -n {agent.namespace}",
            f"kubectl delete pod {agent.name} -n {agent.namespace}",
        ],
    )
