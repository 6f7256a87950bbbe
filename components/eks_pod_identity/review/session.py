"""The sessions of a pod: the role of its association, and the target role behind it.

In: an association with its cluster, and the roles and policies that AWS has. Out: sessions, one for
each hop, with what IAM knows of a call made in it.
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from eks_pod_identity.names import Arn, parse_arn
from eks_pod_identity.observed.account import AccountState
from eks_pod_identity.observed.cluster import Association, ClusterState, Role

# Agent and STS: a chained session lasts an hour at most.
_HOURS = {False: 6, True: 1}


@dataclass(frozen=True, slots=True)
class Session:
    """A session of a role.

    Attributes:
        role_arn: The role.
        role: The role as AWS has it; None if it cannot be read.
        hours: How long it lasts at most.
        tags: Its session tags, which outdo the role's own.
        policy: The session policy, JSON text.
    """

    role_arn: str
    role: Role | None
    hours: int
    tags: Mapping[str, str] = field(hash=False)
    policy: str | None = None

    @property
    def arn(self) -> Arn | None:
        """The role's ARN in its parts."""
        return parse_arn(self.role_arn)

    def context_values(self) -> dict[str, str]:
        """Return the condition keys that every call of the session has."""
        found = {
            "aws:principalarn": self.role_arn,
            "aws:principaltype": "AssumedRole",
            "aws:principalisawsservice": "false",
            "aws:securetransport": "true",
            "aws:viaawsservice": "false",
        }
        if self.arn:
            found["aws:principalaccount"] = self.arn.account
        own = {} if self.role is None else self.role.tags
        tags = {key.lower(): value for key, value in own.items()}
        tags |= {key.lower(): value for key, value in self.tags.items()}
        return found | {f"aws:principaltag/{key}": value for key, value in tags.items()}


@dataclass(frozen=True, slots=True)
class PodSessions:
    """What a pod of a service account gets.

    Attributes:
        cluster: Its cluster.
        association: The association.
        sessions: One for each hop; the pod calls with the last one.
    """

    cluster: ClusterState
    association: Association
    sessions: tuple[Session, ...]

    @property
    def last(self) -> Session:
        """The session whose credentials the pod gets."""
        return self.sessions[-1]

    def __str__(self) -> str:
        return f"{self.association.service_account} in cluster {self.cluster.name}"


def sessions_of(state: AccountState) -> Iterator[PodSessions]:
    """Yield what each association of each cluster gives its pods."""
    for cluster in state.clusters:
        for each in cluster.associations:
            yield PodSessions(cluster, each, tuple(_sessions(state, cluster, each)))


def _sessions(
    state: AccountState, cluster: ClusterState, association: Association
) -> Iterator[Session]:
    tags = {} if association.disable_session_tags else _session_tags(cluster, association)
    target = association.target_role_arn
    policy = None if target else association.policy
    chained = target is not None
    first = state.roles.get(association.role_arn)
    yield Session(association.role_arn, first, _HOURS[chained], tags, policy)
    if target:
        role = state.roles.get(target)
        yield Session(target, role, _HOURS[True], tags, association.policy)


def _session_tags(cluster: ClusterState, association: Association) -> dict[str, str]:
    """Return the tags that are known before a pod runs."""
    return {
        "eks-cluster-arn": cluster.arn,
        "eks-cluster-name": cluster.name,
        "kubernetes-namespace": association.service_account.namespace,
        "kubernetes-service-account": association.service_account.name,
    }


def absent_keys(session: Session) -> frozenset[str]:
    """Return the condition keys that no call of a pod has."""
    found = {
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:federatedprovider",
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:originidentity/",
        "aws:principalservicename",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:transactioncontext/",
        "aws:username",
    }
    if not session.tags:
        found.add("aws:principaltag/")
    return frozenset(found)
