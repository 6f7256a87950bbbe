"""Service accounts: those that the file makes or names, against what Kubernetes has.

in the file     in the cluster          outcome
to be made      none                    create
to be made      this stack's            same
to be made      somebody else's         problem: nothing is taken over
not to be made  this stack's            delete
not to be made  none                    note: no pod can run as it
named           names an IRSA role too  warning: that role comes back when the association goes

Where the Kubernetes API was not read, nothing is said.
"""

import shlex
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from eks_pod_identity.errors import Problem
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import (
    IRSA_ANNOTATION,
    KubernetesState,
    ServiceAccountState,
)
from eks_pod_identity.observed.ownership import CLUSTER_TAG, MANAGED_BY_LABEL, STACK_TAG
from eks_pod_identity.planning.associations import list_of
from eks_pod_identity.planning.change import Change, Kind, Step
from eks_pod_identity.planning.comparison import Comparison, Finding
from eks_pod_identity.planning.desired import DesiredAssociation
from eks_pod_identity.planning.fault import PlanFault

if TYPE_CHECKING:
    from eks_pod_identity.config.places import Path

_MOST_NAMED = 3


def plan_service_accounts(comparison: Comparison) -> Iterator[Finding]:
    """Yield what to do about service accounts, and what stands against it."""
    observed = comparison.observed.kubernetes
    if observed is None:
        return
    standalone = comparison.desired.associations
    made = {each.service_account for each in standalone or () if each.creates_service_account}
    for entry in standalone or ():
        if entry.creates_service_account:
            yield plan_made(entry, observed, comparison)
    if standalone is not None:
        yield from _no_longer_made(made, observed, comparison)
    yield from _missing_namespaces(standalone or (), observed, comparison)
    for entry in comparison.desired.all_associations():
        yield from _irsa_left(entry, observed, comparison)


def plan_made(
    entry: DesiredAssociation, observed: KubernetesState, comparison: Comparison
) -> Finding:
    """Return what to do about the account of an entry that wants one made, or what forbids it."""
    ref = entry.service_account
    account = observed.service_accounts.get(ref)
    if account is None:
        return _change(Step.CREATE, ref, ref, None, "createServiceAccount, not in cluster")
    if comparison.ownership.owns(account):
        return _change(Step.SAME, ref, ref, account, "made by this stack")
    return comparison.report.problem(
        PlanFault.SERVICE_ACCOUNT_EXISTS,
        (*entry.path, "createServiceAccount"),
        f"service account {ref} exists, and this stack did not make it",
        observed=_origins(account),
        help=_ways_out(ref, comparison),
    )


def _ways_out(ref: ServiceAccountRef, comparison: Comparison) -> tuple[str, ...]:
    stack = comparison.ownership.stack
    association = comparison.by_service_account.get(ref)
    if stack and association and comparison.ownership.owns(association):
        # The stack's state may have one of this name, which goes when it is made no more.
        return takeover_ways_out(ref, comparison.observed.name, stack)
    return (
        "remove createServiceAccount: an association works with any account of this name",
        f"kubectl delete serviceaccount {_arguments(ref)}, if nobody needs it as it is",
    )


def takeover_ways_out(ref: ServiceAccountRef, cluster: str, stack: str) -> tuple[str, ...]:
    """Return what to type if others made an account anew that a stack still holds for its own."""
    marks = " ".join(
        shlex.quote(f"{tag}={value}") for tag, value in ((CLUSTER_TAG, cluster), (STACK_TAG, stack))
    )
    give = f"kubectl annotate serviceaccount {_arguments(ref)} {marks}"
    delete = f"kubectl delete serviceaccount {_arguments(ref)}"
    return (
        f"{give}\nto give it to this stack",
        f"{delete}\npulumi refresh\nand have it made no more, before others make theirs again",
    )


def _origins(account: ServiceAccountState) -> Iterator[str]:
    """Yield what an account says about whoever made it."""
    if stack := account.annotations.get(STACK_TAG):
        yield f"{STACK_TAG}: {stack}"
    elif manager := account.labels.get(MANAGED_BY_LABEL):
        yield f"{MANAGED_BY_LABEL}: {manager}"


def _no_longer_made(
    made: set[ServiceAccountRef], observed: KubernetesState, comparison: Comparison
) -> Iterator[Change]:
    for ref, account in observed.service_accounts.items():
        if ref in made or not comparison.ownership.owns(account):
            continue
        association = comparison.by_service_account.get(ref)
        if association is None or list_of(association) not in comparison.desired.omitted:
            yield _change(Step.DELETE, ref, None, account, "no longer to be made")


def _change(
    step: Step,
    ref: ServiceAccountRef,
    desired: ServiceAccountRef | None,
    observed: ServiceAccountState | None,
    reason: str,
) -> Change:
    address = f"service account {ref}"
    return Change(step, Kind.SERVICE_ACCOUNT, str(ref), address, (reason,), desired, observed)


def _missing_namespaces(
    entries: Sequence[DesiredAssociation], observed: KubernetesState, comparison: Comparison
) -> Iterator[Problem]:
    # An entry of the extension block stands for many accounts: its path is told once.
    wanted: dict[str, dict[Path, None]] = defaultdict(dict)
    for entry in entries:
        if entry.creates_service_account:
            wanted[entry.service_account.namespace][entry.path] = None
    for namespace in sorted(wanted.keys() - observed.namespaces):
        first, *others = wanted[namespace]
        yield comparison.report.problem(
            PlanFault.NAMESPACE_NOT_FOUND,
            first,
            f'there is no namespace "{namespace}", and a service account is to be made in it',
            others=others,
            help=(
                f"kubectl create namespace {namespace}",
                "give ClusterPodIdentities create_namespaces, which makes those that are missing",
            ),
        )


def _irsa_left(
    entry: DesiredAssociation, observed: KubernetesState, comparison: Comparison
) -> Iterator[Problem]:
    """Yield that an account is annotated for IRSA as well.

    The webhook looks for an association first, then for the annotation
    (https://github.com/aws/amazon-eks-pod-identity-webhook/blob/3bf80a3/pkg/handler/handler.go);
    so a pod that starts before the association has spread gets the old role.
    """
    account = observed.service_accounts.get(entry.service_account)
    if account is None or account.irsa_role_arn is None:
        return
    if _is_of_addon(account.irsa_role_arn, entry, comparison):
        return
    removal = f"kubectl annotate serviceaccount {_arguments(account.ref)} {IRSA_ANNOTATION}-"
    yield comparison.report.problem(
        PlanFault.IRSA_ANNOTATION_LEFT,
        entry.path,
        f"{entry.service_account} is annotated for IRSA too: pods that start before the"
        " association has spread, or after it is gone, get that role",
        observed=(f"{IRSA_ANNOTATION}: {account.irsa_role_arn}",),
        help=(f"{removal}\nonce all its pods have started with the association",),
    )


def _is_of_addon(role_arn: str, entry: DesiredAssociation, comparison: Comparison) -> bool:
    """Tell whether EKS annotates the account, for an add-on's `serviceAccountRoleARN`."""
    addon = comparison.observed.addons.get(entry.addon or "")
    return addon is not None and addon.service_account_role_arn == role_arn


def _arguments(ref: ServiceAccountRef) -> str:
    return f"{ref.name} --namespace {ref.namespace}"


def service_account_notes(comparison: Comparison) -> Iterator[str]:
    """Yield which service accounts nobody has made yet, in one line."""
    observed = comparison.observed.kubernetes
    if observed is None:
        return
    missing = [
        str(entry.service_account)
        for entry in comparison.desired.associations or ()
        if not entry.creates_service_account
        and entry.service_account not in observed.service_accounts
    ]
    if missing:
        named = ", ".join(missing[:_MOST_NAMED])
        more = f" and {len(missing) - _MOST_NAMED:,} more" if missing[_MOST_NAMED:] else ""
        one = len(missing) == 1
        yield (
            f"{len(missing):,} service account{' does' if one else 's do'} not exist yet,"
            f" so no pod can run as {'it' if one else 'one'}: {named}{more}"
        )
