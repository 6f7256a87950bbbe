"""The cluster: there, up, and in a partition that has Pod Identity."""

from collections.abc import Iterator

from eks_pod_identity.config.nearest import near_names
from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.diagnosis.finding import Finding, cause, ok, unread
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.cluster import ClusterState
from eks_pod_identity.observed.picture import Picture, Unread

_UP = frozenset({"ACTIVE", "UPDATING"})
# https://docs.amazonaws.cn/en_us/eks/latest/userguide/pod-identities.html
_WITHOUT = frozenset({"aws-cn"})


def check_cluster(picture: Picture) -> Iterator[Finding]:
    """Yield what is wrong with the cluster itself."""
    found = picture.cluster
    if isinstance(found, Unread):
        yield unread("the cluster cannot be read", found)
    elif found is None:
        yield _missing(picture)
    else:
        yield from _state(found, picture)


def _missing(picture: Picture) -> Finding:
    names = picture.cluster_names
    there = ", ".join(names[:10]) if names else "no clusters that the caller may list"
    near = near_names(picture.cluster_name, names)
    helps = [f"eks-pod-identity doctor {_asked(picture)} --cluster {each}" for each in near[:1]]
    return cause(
        DoctorFault.CLUSTER_MISSING,
        f'{picture.region} has no cluster "{picture.cluster_name}"',
        [f"{picture.region} has {there}"],
        helps or ["look at --cluster, --region and --profile"],
    )


def _asked(picture: Picture) -> str:
    return f"{picture.target.namespace}/{picture.target.name}"


def _state(found: ClusterState, picture: Picture) -> Iterator[Finding]:
    arn = parse_arn(found.arn)
    if arn and arn.partition in _WITHOUT and picture.associated_with is None:
        yield cause(
            DoctorFault.REGION_UNSUPPORTED,
            f"EKS does not offer Pod Identity in {picture.region}",
            [f"partition {arn.partition}"],
            [f"use IRSA: annotate {picture.account} with eks.amazonaws.com/role-arn"],
        )
    if found.status in _UP:
        yield ok(f"{found.name} is {found.status}, Kubernetes {found.version}")
        return
    yield cause(
        DoctorFault.CLUSTER_INACTIVE,
        f'cluster "{found.name}" is {found.status}',
        help_=[f"aws eks wait cluster-active --name {found.name} --region {picture.region}"],
    )
