"""The association: there, and known to the webhook that changes new pods."""

from collections.abc import Iterator
from datetime import timedelta

from eks_pod_identity.config.nearest import near_names
from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.diagnosis.finding import Finding, cause, ok, skipped, unread
from eks_pod_identity.diagnosis.pods import gets_credentials
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import Association
from eks_pod_identity.observed.picture import Picture, Unread

_SPREAD = timedelta(minutes=5)  # EKS speaks of several seconds


def check_association(picture: Picture) -> Iterator[Finding]:
    """Yield whether there is an association, and whether new pods get its credentials."""
    found = picture.association
    if picture.cluster is None:
        yield skipped("the cluster is not there")
    elif isinstance(found, Unread):
        yield unread("the association cannot be read", found)
    elif found is None:
        yield _missing(picture)
    else:
        yield ok(_shown(found), _details(found))
        yield from _settled(found, picture)


def _shown(found: Association) -> str:
    target = f", target {found.target_role_arn}" if found.target_role_arn else ""
    return f"{found.id} gives {found.role_arn}{target}"


def _details(found: Association) -> Iterator[str]:
    if found.owner_addon:
        yield f"owned by add-on {found.owner_addon}"
    if found.disable_session_tags:
        yield "session tags are off"


def _missing(picture: Picture) -> Finding:
    account = picture.account
    return cause(
        DoctorFault.ASSOCIATION_MISSING,
        f'{account} has no association in cluster "{picture.cluster_name}"',
        _traces(picture),
        _ways_out(picture),
    )


def _traces(picture: Picture) -> Iterator[str]:
    account = picture.account
    near = near_accounts(account, picture)
    if near:
        yield f"near names that have one: {', '.join(map(str, near))}"
    if picture.elsewhere:
        yield f"it has one in {', '.join(picture.elsewhere)}"
    accounts = picture.kubernetes.service_accounts
    if not isinstance(accounts, Unread) and account.name in accounts:
        role = accounts[account.name].irsa_role_arn
        if role:
            yield f"its pods use IRSA, with role {role}"
    if picture.question.declared:
        yield f"declared at {picture.question.declared}, not deployed"


def near_accounts(account: ServiceAccountRef, picture: Picture) -> tuple[ServiceAccountRef, ...]:
    """Return service accounts with an association that may be meant instead of one without."""
    if isinstance(picture.associated, Unread):
        return ()
    others = picture.associated - {account}
    here = [each.name for each in others if each.namespace == account.namespace]
    names = near_names(account.name, here)
    same = [each for each in sorted(others) if each.name == account.name]
    return (*(ServiceAccountRef(account.namespace, each) for each in names), *same)


def _ways_out(picture: Picture) -> Iterator[str]:
    account, cluster = picture.account, picture.cluster_name
    if picture.question.declared:
        yield "pulumi up"
        return
    if picture.question.declared == "" and (near := _near_declared(picture)):
        yield f"the file declares {near}, not {account}: correct the one or the other"
    yield (
        "iam:\n  podIdentityAssociations:\n"
        f"    - namespace: {account.namespace}\n"
        f"      serviceAccountName: {account.name}\n"
        "      permissionPolicyARNs: [ARN]"
    )
    yield (
        f"aws eks create-pod-identity-association --cluster-name {cluster} --namespace "
        f"{account.namespace} --service-account {account.name} --role-arn ARN"
    )


def _near_declared(picture: Picture) -> str:
    names = {str(each): each for each in picture.question.declared_accounts}
    near = near_names(str(picture.account), names)
    return near[0] if near else ""


def _settled(found: Association, picture: Picture) -> Iterator[Finding]:
    admits, account = picture.kubernetes.admits, picture.account
    if admits is True:
        yield ok("a pod that is created now gets its credentials")
    elif admits is False:
        yield _not_settled(found, picture)
    elif any(gets_credentials(each) for each in picture.pods):
        yield ok("pods that run have got its credentials")
    elif _is_missing(account, picture):
        yield skipped(f"{account} does not exist, so no pod can be created")
    elif isinstance(admits, Unread):
        yield unread("whether new pods get its credentials cannot be asked", admits)


def _is_missing(account: ServiceAccountRef, picture: Picture) -> bool:
    accounts = picture.kubernetes.service_accounts
    return not isinstance(accounts, Unread) and account.name not in accounts


def _not_settled(found: Association, picture: Picture) -> Finding:
    command = f"eks-pod-identity settled {picture.account} --cluster {picture.cluster_name}"
    age = picture.now - found.created if found.created else None
    young = age is not None and age < _SPREAD
    when = f", {age.total_seconds():.0f} s after it was created" if young and age else ""
    return cause(
        DoctorFault.ASSOCIATION_NOT_SETTLED,
        f"a pod that is created now gets none of its credentials{when}",
        [] if young else ["EKS's webhook does not answer, or another webhook undoes its changes"],
        [command, *([] if young else ["kubectl get mutatingwebhookconfigurations"])],
    )
