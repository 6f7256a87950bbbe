"""Which service accounts use which role today, and how.

By annotation, by an add-on's IRSA role, by a pod's own AWS_ROLE_ARN, or by an association.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from eks_pod_identity.migration.inventory import Addon, Cluster
from eks_pod_identity.migration.place import Member
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.workloads import Container, Pod, Workload

ROLE_VARIABLE = "AWS_ROLE_ARN"
TOKEN_VARIABLE = "AWS_WEB_IDENTITY_TOKEN_FILE"  # noqa: S105 - the name of a variable
# What the webhook mounts; another path is the pod's own.
# https://github.com/aws/amazon-eks-pod-identity-webhook, pkg/handler
WEBHOOK_TOKEN = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"  # noqa: S105 - a path


class How(Enum):
    """How a service account gets its role."""

    ANNOTATION = "annotation"
    ADDON = "addon"
    ENVIRONMENT = "env"
    ASSOCIATION = "association"
    LATENT = "latent"


@dataclass(frozen=True, slots=True)
class Wiring:
    """A service account and the role that it uses.

    Attributes:
        member: The service account.
        role_arn: The role.
        how: What wires it.
        by: The add-on, or the workload that sets the variable.
    """

    member: Member
    role_arn: str
    how: How
    by: str = ""

    def __str__(self) -> str:
        return f"{self.how.value}:{self.by}" if self.by else self.how.value


def wirings(cluster: Cluster) -> Iterator[Wiring]:
    """Yield who uses which role in a cluster; an add-on's service account is the add-on's."""
    taken: set[tuple[Member, str]] = set()
    for each in (*_of_addons(cluster), *_annotated(cluster), *_own(cluster), *_associated(cluster)):
        if (each.member, each.role_arn) not in taken:
            taken.add((each.member, each.role_arn))
            yield each


def _of_addons(cluster: Cluster) -> Iterator[Wiring]:
    for addon in cluster.addons:
        role = addon.state.service_account_role_arn
        for ref in addon_accounts(cluster, addon) if role else ():
            yield Wiring(Member(cluster.place, ref), role or "", How.ADDON, addon.state.name)


def addon_accounts(cluster: Cluster, addon: Addon) -> tuple[ServiceAccountRef, ...]:
    """Return the service accounts that an add-on's IRSA role is for.

    EKS annotates them with it. Where its catalogue names none, they are told from those of others
    by the add-on's namespace or name.
    """
    role = addon.state.service_account_role_arn
    annotated = [
        ref for ref, each in cluster.service_accounts.items() if each.irsa_role_arn == role
    ]
    if addon.service_accounts:
        known = [ref for ref in cluster.service_accounts if ref.name in addon.service_accounts]
        home = addon.state.namespace or "kube-system"
        found = [ref for ref in annotated if ref in known] or [
            ref for ref in known if ref.namespace == home
        ]
        return tuple(sorted(found))
    names = {addon.state.namespace, addon.state.name} - {None}
    return tuple(
        sorted(
            ref
            for ref in annotated
            if ref.namespace in names or ref.name.startswith(addon.state.name)
        )
    )


def _annotated(cluster: Cluster) -> Iterator[Wiring]:
    for ref, each in sorted(cluster.service_accounts.items()):
        if each.irsa_role_arn:
            yield Wiring(Member(cluster.place, ref), each.irsa_role_arn, How.ANNOTATION)


def _own(cluster: Cluster) -> Iterator[Wiring]:
    for member, source, role in own_environment(cluster):
        if role:
            yield Wiring(member, role, How.ENVIRONMENT, source)


def _associated(cluster: Cluster) -> Iterator[Wiring]:
    for each in cluster.associations:
        member = Member(cluster.place, each.service_account)
        yield Wiring(member, each.target_role_arn or each.role_arn, How.ASSOCIATION)


def own_environment(cluster: Cluster) -> Iterator[tuple[Member, str, str]]:
    """Yield who sets IRSA's variables itself: service account, workload, role (may be empty)."""
    for work in cluster.workloads:
        for container in work.containers:
            if ROLE_VARIABLE in container.environment or TOKEN_VARIABLE in container.environment:
                ref = ServiceAccountRef(work.ref.namespace, work.service_account)
                role = container.environment.get(ROLE_VARIABLE, "")
                yield Member(cluster.place, ref), str(work), role
        if work.mounts_token:
            ref = ServiceAccountRef(work.ref.namespace, work.service_account)
            yield Member(cluster.place, ref), str(work), ""
    for pod in cluster.pods:
        if not pod.owner or not any(makes(work, pod) for work in cluster.workloads):
            yield from _of_pod(cluster, pod)


def _of_pod(cluster: Cluster, pod: Pod) -> Iterator[tuple[Member, str, str]]:
    if any(makes(work, pod) for work in cluster.workloads):
        return
    for container in pod.containers:
        if _is_own(container):
            ref = ServiceAccountRef(pod.ref.namespace, pod.service_account)
            role = container.environment.get(ROLE_VARIABLE, "")
            yield Member(cluster.place, ref), f"Pod {pod.ref}", role


def _is_own(container: Container) -> bool:
    token = container.environment.get(TOKEN_VARIABLE)
    return token != WEBHOOK_TOKEN and (token is not None or ROLE_VARIABLE in container.environment)


def uses_web_identity(pod: Pod) -> bool:
    """Tell whether a running pod was started with IRSA."""
    return any(TOKEN_VARIABLE in each.environment for each in pod.containers)


def makes(work: Workload, pod: Pod) -> bool:
    """Tell whether a workload made a pod; a ReplicaSet's or Job's name begins with its owner's."""
    if (work.ref.namespace, work.service_account) != (pod.ref.namespace, pod.service_account):
        return False
    kind, _, name = pod.owner.partition(" ")
    if not pod.owner:
        return pod.ref.name.startswith(f"{work.ref.name}-")
    if kind == work.kind:
        return name == work.ref.name
    between = {"ReplicaSet": "Deployment", "Job": "CronJob"}.get(kind)
    return between == work.kind and name.rpartition("-")[0] == work.ref.name
