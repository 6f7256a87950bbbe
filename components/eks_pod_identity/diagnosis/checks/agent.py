"""The Pod Identity Agent: installed, by whichever way, and healthy.

https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html
"""

from collections.abc import Iterator

from eks_pod_identity.config import AGENT_ADDON
from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.diagnosis.finding import Finding, cause, note, ok, skipped, unread
from eks_pod_identity.observed.cluster import AddonState
from eks_pod_identity.observed.picture import Picture, Unread
from eks_pod_identity.observed.workload import AgentSoftware

_RUNNING = frozenset({"ACTIVE", "UPDATING"})
_FORMER_RUNS = "UPDATE_FAILED"


def check_agent(picture: Picture) -> Iterator[Finding]:
    """Yield whether an agent is there that can answer pods."""
    here, software = picture.here, picture.kubernetes.agent
    if here is None:
        yield skipped("the cluster is not there, or cannot be read")
        return
    if isinstance(picture.addons, Unread):
        yield _without_addons(picture.addons, software)
        return
    addon = picture.addons.get(AGENT_ADDON)
    if addon is not None:
        yield from _of_addon(addon, picture)
    elif here.auto_mode:
        yield ok("EKS Auto Mode has the agent built in")
    else:
        yield _without_addon(picture, software)


def _without_addons(addons: Unread, software: AgentSoftware | Unread) -> Finding:
    if isinstance(software, Unread) or not software.daemon_sets:
        return unread("the add-ons cannot be read", addons)
    return ok("the cluster runs an agent", _sets(software))


def _sets(software: AgentSoftware) -> list[str]:
    return [f"DaemonSet {each}" for each in software.daemon_sets]


def _without_addon(picture: Picture, software: AgentSoftware | Unread) -> Finding:
    name = picture.cluster_name
    if isinstance(software, Unread):
        what = f'cluster "{name}" has no add-on {AGENT_ADDON}, and may run the agent otherwise'
        return unread(what, software)
    if software.daemon_sets:
        return ok("the cluster runs an agent that is no add-on of EKS", _sets(software))
    if picture.question.external_agent:
        return note("the file says that the agent is no add-on; no DaemonSet is called so")
    return cause(
        DoctorFault.AGENT_MISSING,
        f'cluster "{name}" has no add-on {AGENT_ADDON}, and no DaemonSet of it',
        help_=[f"aws eks create-addon --cluster-name {name} --addon-name {AGENT_ADDON}"],
    )


def _of_addon(addon: AddonState, picture: Picture) -> Iterator[Finding]:
    issues = [f"{each.code}: {each.message}" for each in addon.health_issues]
    software = picture.kubernetes.agent
    shown = f"add-on {AGENT_ADDON} {addon.version} is {addon.status}"
    if not isinstance(software, Unread) and not software.daemon_sets:
        yield cause(
            DoctorFault.AGENT_MISSING,
            f"{shown}, but the cluster has no DaemonSet of it",
            issues,
            [_again(addon, picture)],
        )
    elif addon.status in _RUNNING:
        yield note(f"{shown}, with health issues", issues) if issues else ok(shown)
    elif addon.status == _FORMER_RUNS and _serves(software):
        yield note(f"{shown}, but all its pods are ready", issues, [_again(addon, picture)])
    else:
        yield cause(DoctorFault.AGENT_UNHEALTHY, shown, issues, [_again(addon, picture)])


def _serves(software: AgentSoftware | Unread) -> bool:
    """Say whether the former version of a failed update answers."""
    if isinstance(software, Unread) or not software.pods:
        return False
    return all(each.ready for each in software.pods)


def _again(addon: AddonState, picture: Picture) -> str:
    name = f"--cluster-name {picture.cluster_name} --addon-name {AGENT_ADDON}"
    if addon.status == "CREATING":
        return f"aws eks wait addon-active {name}"
    if addon.status in {"CREATE_FAILED", "DELETING", "DELETE_FAILED"}:
        return f"aws eks delete-addon {name}\naws eks create-addon {name}"
    return f"aws eks update-addon {name} --resolve-conflicts OVERWRITE"
