"""The phases of a migration: what each writes, when to go on, how to undo it.

Up to the roll IRSA is whole, so undo is: delete the association, restart.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from eks_pod_identity.config import AGENT_ADDON
from eks_pod_identity.migration.inventory import Addon, Cluster, Inventory
from eks_pod_identity.migration.owner import KUBECTL
from eks_pod_identity.migration.place import Member, Place
from eks_pod_identity.migration.steps import (
    AddonRestart,
    AdoptRole,
    CreateAgent,
    CreateAssociation,
    CreateRole,
    Gate,
    GateKind,
    PatchServiceAccount,
    Phase,
    PhaseName,
    Recreate,
    Restart,
    Step,
    TrustText,
    UpdateAddon,
    UpdateTrust,
    WriteBy,
)
from eks_pod_identity.migration.values import AccountPlan, RolePlan
from eks_pod_identity.migration.wiring import How, makes, uses_web_identity
from eks_pod_identity.observed.workloads import Pod

CRITICAL_ADDONS = frozenset({"vpc-cni"})
DROPPED = ("eks.amazonaws.com/role-arn", "eks.amazonaws.com/audience")
"""IRSA's annotations. The webhook reads sts-regional-endpoints and token-expiration for both."""
_RESTARTABLE = frozenset({"DaemonSet", "Deployment", "StatefulSet"})
_UNDO_TRUST = (
    "put the document of before back if it still is trust.during, "
    "else take our statements out by Sid"
)


def phases_of(
    inventory: Inventory,
    moving: Sequence[AccountPlan],
    roles: Sequence[RolePlan],
    new_roles: Sequence[CreateRole],
    consents: Sequence[str],
) -> tuple[Phase, ...]:
    """Return the phases, those without anything to do left out from the annotation on."""
    if not moving:
        return (Phase(PhaseName.SURVEY, gates=(Gate(GateKind.NEVER),)),)
    clusters = {each.place: each for each in inventory.clusters}
    agreed = tuple(Gate(GateKind.CONSENT, each) for each in consents)
    return (
        Phase(PhaseName.SURVEY, gates=(Gate(GateKind.NO_BLOCKER), *agreed)),
        _prepare(clusters, moving, new_roles),
        *_trust(roles),
        _associate(clusters, moving),
        _roll(clusters, moving),
        *_annotation(clusters, moving),
        *_close(roles, agreed),
    )


def has_agent(cluster: Cluster) -> bool:
    """Tell whether the agent is on the nodes of a cluster: as add-on, or built into Auto Mode."""
    return cluster.auto_mode or any(each.state.name == AGENT_ADDON for each in cluster.addons)


def _prepare(
    clusters: Mapping[Place, Cluster],
    moving: Sequence[AccountPlan],
    new_roles: Sequence[CreateRole],
) -> Phase:
    places = sorted({each.member.place for each in moving})
    agents = [CreateAgent(each) for each in places if not has_agent(clusters[each])]
    steps: tuple[Step, ...] = (*agents, *new_roles)
    undo = "delete what this phase made" if steps else "nothing was written"
    return Phase(PhaseName.PREPARE, steps, (Gate(GateKind.AGENT_READY),), undo)


def _trust(roles: Sequence[RolePlan]) -> Iterator[Phase]:
    steps = tuple(
        _update(each, TrustText.DURING) for each in roles if each.during != each.role.trust
    )
    gates = (Gate(GateKind.TRUST_SHOWN), Gate(GateKind.PODS_PROVED))
    if steps:
        yield Phase(PhaseName.TRUST, steps, gates, _UNDO_TRUST)


def _update(plan: RolePlan, text: TrustText) -> UpdateTrust:
    is_first = text is TrustText.DURING
    return UpdateTrust(
        plan.role.arn,
        text,
        plan.owner.write,
        plan.owner.name,
        before=plan.role.trust if is_first else plan.during,
        after=plan.during if is_first else plan.closed,
        stack=plan.role.stack,
    )


def _associate(clusters: Mapping[Place, Cluster], moving: Sequence[AccountPlan]) -> Phase:
    made = [
        CreateAssociation(each.member, plan.role_arn, plan.target_role_arn)
        for each in moving
        if (plan := each.association) and not plan.addon and not plan.exists
    ]
    updates = sorted(
        _addon_updates(clusters, moving),
        key=lambda each: (each.is_critical, each.place, each.addon),
    )
    gates = [Gate(GateKind.ASSOCIATIONS_SHOWN), Gate(GateKind.SETTLED)]
    if updates:
        gates.append(Gate(GateKind.ADDON_ACTIVE))
    taken = any(each.associations for each in updates)
    back = "UpdateAddon with the old serviceAccountRoleArn and podIdentityAssociations []; "
    undo = f"delete the associations; {back if taken else ''}"
    undo += "pods that started since: restart, IRSA is still whole"
    return Phase(PhaseName.ASSOCIATE, (*made, *updates), tuple(gates), undo)


def _addon_updates(
    clusters: Mapping[Place, Cluster], moving: Sequence[AccountPlan]
) -> Iterator[UpdateAddon]:
    wired = sorted({(each.member.place, each.wiring.by) for each in _of_addons(moving)})
    for place, name in wired:
        addon = next(each for each in clusters[place].addons if each.state.name == name)
        plans = [
            each
            for each in _of_addons(moving)
            if (each.member.place, each.wiring.by) == (place, name)
        ]
        yield _addon_update(clusters[place], addon, plans)


def _addon_update(cluster: Cluster, addon: Addon, plans: Sequence[AccountPlan]) -> UpdateAddon:
    owned = {
        each.member.ref.name: each.association.role_arn
        for each in plans
        if each.association and each.association.addon
    }
    kept = {
        each.service_account.name: each.role_arn
        for each in cluster.associations
        if each.owner_addon == addon.state.name and each.service_account.name not in owned
    }
    return UpdateAddon(
        cluster.place,
        addon.state.name,
        addon.state.version,
        addon.state.configuration_values,
        addon.state.service_account_role_arn or "",
        owned or None,
        kept,
        is_critical=addon.state.name in CRITICAL_ADDONS,
    )


def _of_addons(moving: Iterable[AccountPlan]) -> list[AccountPlan]:
    return [each for each in moving if each.wiring.how is How.ADDON]


def _roll(clusters: Mapping[Place, Cluster], moving: Sequence[AccountPlan]) -> Phase:
    apps = [each.member for each in moving if each.wiring.how is not How.ADDON]
    restarts = sorted(
        {step for each in apps for step in _restarts(clusters[each.place], each)},
        key=lambda each: (each.place, each.kind, each.ref),
    )
    addons = [
        AddonRestart(*each)
        for each in sorted({(one.member.place, one.wiring.by) for one in _of_addons(moving)})
    ]
    waves = tuple(sorted({(each.member.place, each.member.ref.namespace) for each in moving}))
    return Phase(
        PhaseName.ROLL,
        (*restarts, *addons),
        (Gate(GateKind.PODS_ROLLED), Gate(GateKind.USE_SEEN)),
        "delete the association, restart: the annotation still stands",
        waves,
    )


def _restarts(cluster: Cluster, member: Member) -> Iterator[Restart | Recreate]:
    """Yield what has to restart: whatever made a pod that was started with IRSA."""
    for pod in cluster.pods:
        ref = (pod.ref.namespace, pod.service_account)
        if ref == member.ref and uses_web_identity(pod):
            yield _restart(cluster, pod)


def _restart(cluster: Cluster, pod: Pod) -> Restart | Recreate:
    for work in cluster.workloads:
        if work.kind in _RESTARTABLE and makes(work, pod):
            return Restart(cluster.place, work.kind, work.ref)
    return Recreate(cluster.place, "Pod", pod.ref)


def _annotation(
    clusters: Mapping[Place, Cluster], moving: Sequence[AccountPlan]
) -> Iterator[Phase]:
    steps = tuple(
        PatchServiceAccount(
            each.member, drop, "" if each.annotation_by == KUBECTL else each.annotation_by
        )
        for each in moving
        if each.wiring.how is not How.ADDON and (drop := _dropped(clusters, each.member))
    )
    if steps:
        gates = (Gate(GateKind.ANNOTATION_GONE),)
        undo = "patch the annotations back, values from the journal"
        yield Phase(PhaseName.ANNOTATION, steps, gates, undo)


def _dropped(clusters: Mapping[Place, Cluster], member: Member) -> dict[str, str]:
    account = clusters[member.place].service_accounts.get(member.ref)
    annotations = account.annotations if account else {}
    return {key: annotations[key] for key in DROPPED if key in annotations}


def _close(roles: Sequence[RolePlan], agreed: tuple[Gate, ...]) -> Iterator[Phase]:
    closed = [each for each in roles if each.closed != each.during]
    if not closed:
        return
    steps = tuple(_update(each, TrustText.AFTER) for each in closed)
    gates = (Gate(GateKind.TRUST_CLOSED), Gate(GateKind.REACH_PROVED), *agreed)
    undo = "put trust.during back (statements from the journal)"
    yield Phase(PhaseName.CLOSE, steps, gates, undo)
    adopted = tuple(
        AdoptRole(each.role.arn, each.role.stack)
        for each in closed
        if each.owner.write is WriteBy.STACK and each.role.stack
    )
    if adopted:
        undo = "cloudformation import of the retained role into a new stack"
        gate = Gate(GateKind.SAME_ROLE)
        yield Phase(PhaseName.ADOPT, adopted, (gate,), undo, is_optional=True)
    undo = "create it again: same URL, client ids, thumbprints, tags"
    yield Phase(
        PhaseName.PROVIDER, gates=(Gate(GateKind.PROVIDER_FREE),), undo=undo, is_optional=True
    )
