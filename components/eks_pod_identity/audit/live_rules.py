"""Rules on what only shows in AWS and in a cluster: that what an association names is there.

In: an account. Out: breaches. The rules of the pack cannot know, for a program names what it makes.
"""

from collections.abc import Iterator

from eks_pod_identity.audit.eks_resources import association_subject
from eks_pod_identity.audit.report import Breach
from eks_pod_identity.audit.settings import Settings
from eks_pod_identity.observed.account import AccountState, Selection, roles_used
from eks_pod_identity.observed.cluster import Association, ClusterState
from eks_pod_identity_policies.rule import Level, Rule, Severity

_PAGE = "https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html"

ROLE_EXISTS = Rule(
    id="pid-live-role-exists",
    title="The roles of an association exist.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "IAM lets a role be deleted while associations name it, and EKS says nothing: pods get no"
        " credentials from then on. Whoever may make a role of that name decides what they get."
    ),
    fix="Make the role again, or delete the association.",
    source=_PAGE,
)
SERVICE_ACCOUNT_EXISTS = Rule(
    id="pid-live-service-account-exists",
    title="The service account of an association exists.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why=(
        "EKS does not ask Kubernetes. An association that was left behind has no effect until a"
        " service account of that name is created, by anyone, and then has the role. Judged where"
        " the cluster's Kubernetes API could be read."
    ),
    fix="Make the service account, or delete the association.",
    source=_PAGE,
)
LIVE_RULES: tuple[Rule, ...] = (ROLE_EXISTS, SERVICE_ACCOUNT_EXISTS)


def live_breaches(
    state: AccountState, selection: Selection, settings: Settings
) -> Iterator[Breach]:
    """Yield breaches of these rules."""
    if level := settings.level_of(ROLE_EXISTS):
        yield from _missing_roles(state, selection, level)
    if level := settings.level_of(SERVICE_ACCOUNT_EXISTS):
        yield from _missing_service_accounts(state, selection, level)


def _missing_roles(state: AccountState, selection: Selection, level: Level) -> Iterator[Breach]:
    help_ = ("make a role of this name and path", "or delete the association")
    for arn, cluster, each in roles_used(state.clusters, selection):
        if arn in state.missing_roles:
            subject = association_subject(cluster, each)
            yield Breach(ROLE_EXISTS, level, subject, f"IAM has no role {arn}", help_)


def _missing_service_accounts(
    state: AccountState, selection: Selection, level: Level
) -> Iterator[Breach]:
    for cluster in state.clusters:
        if cluster.kubernetes is None:
            continue
        for each in filter(selection.has, cluster.associations):
            known = cluster.kubernetes.service_accounts
            if each.service_account not in known and not _is_to_come(each, cluster):
                subject = association_subject(cluster, each)
                message = f"Kubernetes has no service account {each.service_account}"
                yield Breach(SERVICE_ACCOUNT_EXISTS, level, subject, message, _ways_out(each))


def _is_to_come(association: Association, cluster: ClusterState) -> bool:
    """Tell whether an add-on is being installed that brings its service accounts along."""
    addon = cluster.addons.get(association.owner_addon or "")
    return addon is not None and addon.status == "CREATING"


def _ways_out(association: Association) -> tuple[str, ...]:
    if addon := association.owner_addon:
        return (
            f"have the configuration of add-on {addon} make the service account",
            "or take it out of the add-on's podIdentityAssociations",
        )
    return ("make the service account", "or delete the association")
