"""Where an add-on's permissions come from: one rule, the same on create and on update.

The first that applies (design: "Add-on permissions"):

    an explicit list        its entries
    an explicit `[]`        none; also opts out of what would be recommended
    an IRSA role            the role, by `serviceAccountRoleARN`
    recommended by EKS      one role per service account of the catalogue
    otherwise               none, with a warning if the version needs IAM

`AddonRequest` is what a user wrote, `AddonFacts` what EKS's catalogue says; both are plain values.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from eks_pod_identity.errors import Place, Problem, Severity
from eks_pod_identity.observed.catalog import (
    AddonOffer,
    AddonVersion,
    RecommendedPermissions,
    settled_version,
)

_LIST_ADDONS = (
    "aws eks describe-addon-versions --kubernetes-version {} --query 'addons[].addonName'"
)
VPC_CNI = "vpc-cni"
VPC_CNI_IPV6_POLICY = "vpcCNIIPv6"


class PermissionSource(Enum):
    """The rule that decided."""

    EXPLICIT = "explicit"
    CLEARED = "cleared"
    IRSA = "irsa"
    RECOMMENDED = "recommended"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class AddonRequest:
    """What a user declared about one add-on.

    Attributes:
        name: EKS's name of the add-on.
        address: Where it was declared, in the user's spelling, for example `addons[2]`.
        place: The file position of the declaration, if it has one.
        version: As written: None, `latest`, a full or a partial version.
        namespace: As written; None for where EKS installs it.
        service_accounts: Names of the declared associations; None when the list is omitted.
        irsa: Whether an IRSA role is given (`serviceAccountRoleARN`).
        use_recommended: `useDefaultPodIdentityAssociations` of this add-on.
        auto_apply: `addonsConfig.autoApplyPodIdentityAssociations`.
    """

    name: str
    address: str
    place: Place | None = None
    version: str | None = None
    namespace: str | None = None
    service_accounts: tuple[str, ...] | None = None
    irsa: bool = False
    use_recommended: bool = False
    auto_apply: bool = False


@dataclass(frozen=True, slots=True)
class AddonFacts:
    """What EKS's catalogue says of the add-on for the cluster's Kubernetes version.

    Attributes:
        kubernetes_version: For example `1.33`.
        offer: The versions that EKS lists for it.
        recommended: For the resolved version; empty if that one does not support pod identity.
        ipv6: Whether the cluster's pods have IPv6 addresses.
        installed_version: The version that runs, which stays if none is asked for, even where EKS
            no longer lists it; None if the add-on is not installed or not looked at.
    """

    kubernetes_version: str
    offer: AddonOffer
    recommended: tuple[RecommendedPermissions, ...] = ()
    ipv6: bool = False
    installed_version: str | None = None


@dataclass(frozen=True, slots=True)
class RecommendedAssociation:
    """An association to be made because EKS recommends it, with the permissions of its role."""

    service_account: str
    managed_policy_arns: tuple[str, ...] = ()
    well_known_policies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddonPermissions:
    """The decision.

    Attributes:
        source: The rule that decided.
        version: The version it was made for; None if no look at the catalogue was needed.
        namespace: Where the add-on runs.
        recommended: The associations to make, if EKS's recommendation decided.
        problems: What EKS would refuse, and a warning if permissions are missing.
    """

    source: PermissionSource
    version: AddonVersion | None
    namespace: str
    recommended: tuple[RecommendedAssociation, ...] = ()
    problems: tuple[Problem, ...] = ()


def needs_catalog(request: AddonRequest) -> bool:
    """Tell whether the decision depends on EKS's catalogue at all (a look-up saved if not)."""
    return request.version is not None or not _is_settled(request)


def _is_settled(request: AddonRequest) -> bool:
    return request.service_accounts == () or (request.service_accounts is None and request.irsa)


def plan_addon_permissions(request: AddonRequest, facts: AddonFacts | None) -> AddonPermissions:
    """Decide where the add-on's permissions come from, and find what EKS would refuse.

    Args:
        request: What the user declared.
        facts: What EKS's catalogue says; may be None if `needs_catalog` says no.
    """
    facts = facts or AddonFacts("", AddonOffer(()))
    version = settled_version(request.version, facts.offer, facts.installed_version)
    source = _source(request, facts)
    return AddonPermissions(
        source=source,
        version=version,
        namespace=request.namespace or facts.offer.default_namespace,
        recommended=_recommended(request, facts) if source is PermissionSource.RECOMMENDED else (),
        problems=tuple(_problems(request, facts, version, source))
        if needs_catalog(request)
        else (),
    )


def decide_permissions(
    requests: Iterable[AddonRequest], facts: Mapping[str, AddonFacts]
) -> Mapping[str, AddonPermissions]:
    """Decide for several add-ons, by name.

    Args:
        requests: What the user declared.
        facts: What EKS's catalogue says, by name, of those for which `needs_catalog` says yes.
    """
    return {each.name: plan_addon_permissions(each, facts.get(each.name)) for each in requests}


def _source(request: AddonRequest, facts: AddonFacts) -> PermissionSource:
    if request.service_accounts:
        return PermissionSource.EXPLICIT
    if request.service_accounts is not None:
        return PermissionSource.CLEARED
    if request.irsa:
        return PermissionSource.IRSA
    if (request.use_recommended or request.auto_apply) and facts.recommended:
        return PermissionSource.RECOMMENDED
    return PermissionSource.NONE


def _recommended(request: AddonRequest, facts: AddonFacts) -> tuple[RecommendedAssociation, ...]:
    return tuple(_association(request, facts, entry) for entry in facts.recommended)


def _association(
    request: AddonRequest, facts: AddonFacts, entry: RecommendedPermissions
) -> RecommendedAssociation:
    # EKS recommends AmazonEKS_CNI_Policy, which assigns IPv4 addresses only; on IPv6 the nodes
    # would never become ready (VPC CNI user guide, "create the IPv6 policy"; eksctl#8388).
    if request.name == VPC_CNI and facts.ipv6:
        return RecommendedAssociation(
            entry.service_account, well_known_policies=(VPC_CNI_IPV6_POLICY,)
        )
    return RecommendedAssociation(entry.service_account, entry.managed_policy_arns)


def _problems(
    request: AddonRequest,
    facts: AddonFacts,
    version: AddonVersion | None,
    source: PermissionSource,
) -> Iterator[Problem]:
    if version is None:
        yield _version_problem(request, facts)
        return
    if not facts.recommended:
        yield from _unsupported(request, version)
    elif source is PermissionSource.EXPLICIT:
        yield from _unknown_service_accounts(request, facts, version)
    if source is PermissionSource.NONE and version.requires_iam_permissions:
        yield _permissions_missing(request, version)


def _version_problem(request: AddonRequest, facts: AddonFacts) -> Problem:
    listed = [entry.version for entry in facts.offer.versions]
    if not listed:
        return _problem(
            request,
            "addon-unknown",
            "name",
            f'EKS lists no add-on "{request.name}" for Kubernetes {facts.kubernetes_version}',
            help=(_LIST_ADDONS.format(facts.kubernetes_version),),
        )
    wanted = f'"{request.version}"' if request.version else "a default version"
    return _problem(
        request,
        "addon-version-unknown",
        "version",
        f'EKS does not list {wanted} of "{request.name}" for Kubernetes {facts.kubernetes_version}',
        observed=("EKS lists " + ", ".join(listed),),
        help=("version: latest",),
    )


def _unsupported(request: AddonRequest, version: AddonVersion) -> Iterator[Problem]:
    fault = f'"{request.name}" {version.version} does not support pod identity associations'
    if request.service_accounts:
        yield _problem(
            request,
            "addon-pod-identity-unsupported",
            "podIdentityAssociations",
            fault,
            help=("take a later version, or give it an IRSA role by serviceAccountRoleARN",),
        )
    elif request.use_recommended and request.service_accounts is None:
        yield _problem(
            request,
            "addon-pod-identity-unsupported",
            "useDefaultPodIdentityAssociations",
            fault,
            help=("take a later version, or remove useDefaultPodIdentityAssociations",),
        )


def _unknown_service_accounts(
    request: AddonRequest, facts: AddonFacts, version: AddonVersion
) -> Iterator[Problem]:
    known = [entry.service_account for entry in facts.recommended]
    for index, account in enumerate(request.service_accounts or ()):
        if account not in known:
            yield _problem(
                request,
                "addon-service-account-unsupported",
                f"podIdentityAssociations[{index}].serviceAccountName",
                f'"{request.name}" {version.version} has no service account "{account}"',
                observed=(*_stays(request, version, facts), "it has " + ", ".join(known)),
                help=tuple(f"serviceAccountName: {name}" for name in known),
            )


def _stays(request: AddonRequest, version: AddonVersion, facts: AddonFacts) -> tuple[str, ...]:
    if request.version is None and version.version == facts.installed_version:
        return (f"{version.version} is installed, and stays while no version is asked for",)
    return ()


def _permissions_missing(request: AddonRequest, version: AddonVersion) -> Problem:
    return _problem(
        request,
        "addon-without-permissions",
        "",
        f'"{request.name}" {version.version} needs IAM permissions and is given none',
        severity=Severity.WARNING,
        help=(
            "useDefaultPodIdentityAssociations: true",
            "podIdentityAssociations: []   # if it shall use the node role",
        ),
    )


def _problem(  # noqa: PLR0913 - a problem has this many parts
    request: AddonRequest,
    id: str,  # noqa: A002 - Problem's own word
    field_name: str,
    message: str,
    *,
    severity: Severity = Severity.ERROR,
    observed: tuple[str, ...] = (),
    help: tuple[str, ...] = (),  # noqa: A002 - Problem's own word
) -> Problem:
    return Problem(
        id=id,
        address=f"{request.address}.{field_name}" if field_name else request.address,
        message=message,
        severity=severity,
        places=(request.place,) if request.place else (),
        observed=observed,
        help=help,
    )
