"""The service account: there, the one that the pods run as, and the one that the add-on names."""

from collections.abc import Iterator, Mapping

from eks_pod_identity.config.nearest import near_names
from eks_pod_identity.diagnosis.checks.association import near_accounts
from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.diagnosis.finding import Finding, cause, note, ok, skipped, unread
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.picture import Picture, Unread


def check_service_account(picture: Picture) -> Iterator[Finding]:
    """Yield whether pods can run, and do run, as the service account."""
    namespaces, accounts = picture.kubernetes.namespaces, picture.kubernetes.service_accounts
    if picture.here is None:
        yield skipped("the cluster is not there, or cannot be read")
        return
    yield from _of_addons(picture)
    account = picture.account
    if not isinstance(namespaces, Unread) and account.namespace not in namespaces:
        near = near_names(account.namespace, namespaces)
        yield cause(
            DoctorFault.NAMESPACE_MISSING,
            f'there is no namespace "{account.namespace}"',
            [f"near names: {', '.join(near)}"] if near else [],
            [f"kubectl create namespace {account.namespace}"],
        )
    elif isinstance(accounts, Unread):
        yield unread("service accounts cannot be read", accounts)
    elif account.name not in accounts:
        yield _missing(account, picture, tuple(accounts))
    else:
        yield ok(f"{account} exists")
        yield from _annotated(picture)
        yield from _used(picture)


def _missing(account: ServiceAccountRef, picture: Picture, names: tuple[str, ...]) -> Finding:
    near = near_names(account.name, names)
    pods = near_names(account.name, picture.kubernetes.other_pods)
    evidence = [f"near names: {', '.join(near)}"] if near else []
    evidence += [f"pod {name} runs as {picture.kubernetes.other_pods[name]}" for name in pods[:3]]
    helps = [
        f"eks-pod-identity doctor {account.namespace}/{each} --cluster {picture.cluster_name}"
        for each in near[:1]
    ]
    create = f"kubectl create serviceaccount {account.name} -n {account.namespace}"
    message = f"there is no service account {account}"
    return cause(DoctorFault.SERVICE_ACCOUNT_MISSING, message, evidence, [*helps, create])


def _annotated(picture: Picture) -> Iterator[Finding]:
    accounts = picture.kubernetes.service_accounts
    found = {} if isinstance(accounts, Unread) else accounts
    role = found[picture.account.name].irsa_role_arn
    if role and picture.associated_with is not None:
        account = picture.account
        yield note(
            f"it is annotated for IRSA too, with {role}; new pods get the association's role",
            help_=[
                (
                    f"kubectl annotate serviceaccount {account.name} -n {account.namespace} "
                    "eks.amazonaws.com/role-arn-"
                )
            ],
        )


def _used(picture: Picture) -> Iterator[Finding]:
    """Yield what the pods run as, if none runs as the service account."""
    if picture.pods or isinstance(picture.kubernetes.pods, Unread):
        return
    others = picture.kubernetes.other_pods
    suspects = {name: each for name, each in others.items() if _is_meant(name, each, picture)}
    if suspects and picture.associated_with is not None:
        yield _unused(suspects, picture)
        return
    shown = [f"pod {name} runs as {each}" for name, each in list(others.items())[:5]]
    yield note(f"no pod runs as {picture.account}", shown)


def _unused(suspects: Mapping[str, str], picture: Picture) -> Finding:
    account = picture.account
    return cause(
        DoctorFault.SERVICE_ACCOUNT_UNUSED,
        f"no pod runs as {account}, which has the association",
        [f"pod {name} runs as {each}" for name, each in list(suspects.items())[:5]],
        [
            f"serviceAccountName: {account.name}, in spec.template.spec of the workload",
            f"kubectl set serviceaccount deployment NAME {account.name} -n {account.namespace}",
        ],
    )


def _is_meant(pod: str, runs_as: str, picture: Picture) -> bool:
    """Say whether a pod was likely meant to run as the service account, and gets nothing as it is.

    Its name begins as the service account's does, or it runs as a near name.
    """
    account = picture.account
    associated = picture.associated
    if (
        isinstance(associated, Unread)
        or ServiceAccountRef(account.namespace, runs_as) in associated
    ):
        return False
    stem = account.name.removesuffix("-sa").removesuffix("-service-account")
    return pod.startswith(stem) or account.name in near_names(runs_as, [account.name])


def _of_addons(picture: Picture) -> Iterator[Finding]:
    """Yield that an add-on names its service account otherwise."""
    owner = picture.associated_with.owner_addon if picture.associated_with else None
    for addon, names in picture.addon_accounts.items():
        if isinstance(names, Unread):
            if addon == owner:
                yield unread(f"the service accounts of add-on {addon} cannot be read", names)
        elif picture.account.name in names:
            yield ok(f"add-on {addon} names {picture.account.name}")
        elif names and _is_of(addon, owner, names, picture):
            yield _otherwise(addon, names, picture)


def _is_of(addon: str, owner: str | None, names: tuple[str, ...], picture: Picture) -> bool:
    """Say whether a service account is meant for an add-on that knows it by no such name."""
    if addon == owner:
        return True
    known = {
        one
        for each in picture.addon_accounts.values()
        if not isinstance(each, Unread)
        for one in each
    }
    account = picture.account
    is_near = bool(near_names(account.name, names))
    return is_near and account.name not in known and not picture.pods


def _otherwise(addon: str, names: tuple[str, ...], picture: Picture) -> Finding:
    account = picture.account
    wanted = near_names(account.name, names) or names
    here = [str(each) for each in near_accounts(account, picture)]
    return cause(
        DoctorFault.ADDON_SERVICE_ACCOUNT,
        f"add-on {addon} runs as {', '.join(names)}, not as {account.name}",
        [f"near names that have an association: {', '.join(here)}"] if here else [],
        [
            (
                f"aws eks update-addon --cluster-name {picture.cluster_name} --addon-name {addon} "
                f"--pod-identity-associations serviceAccount={wanted[0]},roleArn=ARN"
            ),
            f"eks-pod-identity catalog {addon} --cluster {picture.cluster_name}",
        ],
    )
