"""Where an add-on's permissions come from: one rule, the same on create and on update.

The first that applies (design: "Add-on permissions"):

    an explicit list        its entries
    an explicit `[]`        none; also opts out of what would be recommended
    an IRSA role            the role, by `serviceAccountRoleARN`
    recommended by EKS      one role per service account of the catalogue
    otherwise               none, with a warning if the version needs IAM

`AddonRequest` is what a user wrote, `AddonFacts` what EKS's catalogue says; both are plain values.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eks_pod_identity.errors import Problem
from eks_pod_identity.observed.catalog import (
    AddonOffer,
    AddonVersion,
    RecommendedPermissions,
    settled_version,
)
from eks_pod_identity.planning.addon_fault import AddonFault
from eks_pod_identity.planning.addon_refusals import addon_refusals
from eks_pod_identity.planning.addon_request import AddonFacts, AddonRequest, PermissionSource

__all__ = [
    "AddonFacts",
    "AddonPermissions",
    "AddonRequest",
    "PermissionSource",
    "RecommendedAssociation",
    "decide_permissions",
    "needs_catalog",
    "plan_addon_permissions",
]

VPC_CNI = "vpc-cni"
VPC_CNI_IPV6_POLICY = "vpcCNIIPv6"


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

    @property
    def first_problems(self) -> tuple[Problem, ...]:
        """Those that hold whatever the stack has."""
        return tuple(each for each in self.problems if each not in self.later_warnings)

    @property
    def later_warnings(self) -> tuple[Problem, ...]:
        """The warning that permissions are missing, which an omitted list explains."""
        missing = AddonFault.ADDON_WITHOUT_PERMISSIONS.id
        return tuple(each for each in self.problems if each.id == missing)


def needs_catalog(request: AddonRequest) -> bool:
    """Tell whether the decision depends on EKS's catalogue at all (a look-up saved if not)."""
    is_judged = request.version is not None or request.configuration_values is not None
    return is_judged or not _is_settled(request)


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
        problems=tuple(addon_refusals(request, facts, version, source))
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
