"""What EKS would refuse of an add-on as it is declared, and what its user should know.

In: the request, what EKS's catalogue says of it, and the rule that decided. Out: problems.
"""

from collections.abc import Iterable, Iterator, Sequence

from eks_pod_identity.config.nearest import near_names, nearest_of
from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.well_known import policy_of_software
from eks_pod_identity.observed.catalog import AddonVersion
from eks_pod_identity.planning.addon_fault import AddonFault
from eks_pod_identity.planning.addon_request import AddonFacts, AddonRequest, PermissionSource

_LIST_ADDONS = (
    "aws eks describe-addon-versions --kubernetes-version {} --query 'addons[].addonName'"
)
_NO_ADDON = """\
{} is no add-on of EKS: install it by its chart, delete the entry, and add to iam
podIdentityAssociations:
  - namespace: NAMESPACE
    serviceAccountName: NAME
    wellKnownPolicies:
      {}: true"""
_SCHEMA_HELP = (
    "aws eks describe-addon-configuration --addon-name {} --addon-version {}"
    " --query configurationSchema shows what it takes"
)
_USE_DEFAULTS = "useDefaultPodIdentityAssociations"
_IRSA = "serviceAccountRoleARN"


def addon_refusals(
    request: AddonRequest,
    facts: AddonFacts,
    version: AddonVersion | None,
    source: PermissionSource,
) -> Iterator[Problem]:
    """Yield what EKS would refuse, and warnings of what it would take in vain.

    Args:
        request: What the user declared.
        facts: What EKS's catalogue says.
        version: The version that will run; None if EKS lists none that is meant.
        source: The rule that decided.
    """
    if version is None:
        yield _version_problem(request, facts)
        return
    yield from _configuration_problems(request, facts, version)
    if not facts.recommended:
        yield from _unsupported(request, facts, version)
    elif source is PermissionSource.EXPLICIT:
        yield from _unknown_service_accounts(request, facts, version)
    if source is PermissionSource.NONE and version.requires_iam_permissions:
        yield _permissions_missing(request, version)


def _configuration_problems(
    request: AddonRequest, facts: AddonFacts, version: AddonVersion
) -> Iterator[Problem]:
    if request.configuration_values is None:
        return
    # Late: few files have values, and the validator takes as long to load as all of the rest.
    from eks_pod_identity.planning.addon_configuration import (  # noqa: PLC0415 - as said above
        configuration_findings,
    )

    for found in configuration_findings(request.configuration_values, facts.configuration_schema):
        yield _problem(
            request,
            AddonFault.ADDON_CONFIGURATION_REFUSED,
            "configurationValues",
            f'"{request.name}" {version.version} refuses it: {found.message}',
            help=(found.help, _SCHEMA_HELP.format(request.name, version.version)),
        )


def _version_problem(request: AddonRequest, facts: AddonFacts) -> Problem:
    listed = [entry.version for entry in facts.offer.versions]
    if not listed:
        return _unknown_addon(request, facts)
    wanted = f'"{request.version}"' if request.version else "a default version"
    return _problem(
        request,
        AddonFault.ADDON_VERSION_UNKNOWN,
        "version",
        f'EKS does not list {wanted} of "{request.name}" for Kubernetes {facts.kubernetes_version}',
        observed=("EKS lists " + ", ".join(listed),),
        help=("version: latest",),
    )


def _unknown_addon(request: AddonRequest, facts: AddonFacts) -> Problem:
    help_ = tuple(f"name: {name}" for name in near_names(request.name, facts.known_addons))
    if policy := policy_of_software(request.name):
        help_ = (_NO_ADDON.format(policy.title, policy.key),)
    return _problem(
        request,
        AddonFault.ADDON_UNKNOWN,
        "name",
        f'EKS lists no add-on "{request.name}" for Kubernetes {facts.kubernetes_version}',
        help=help_ or (_LIST_ADDONS.format(facts.kubernetes_version),),
    )


def _unsupported(
    request: AddonRequest, facts: AddonFacts, version: AddonVersion
) -> Iterator[Problem]:
    subject = f'"{request.name}" {version.version}'
    if request.service_accounts:
        yield _problem(
            request,
            AddonFault.ADDON_POD_IDENTITY_UNSUPPORTED,
            "podIdentityAssociations",
            f"{subject} takes no pod identity associations",
            help=_instead_of_owned(request, facts, version),
        )
    elif not request.use_recommended or request.service_accounts is not None:
        return
    elif version.requires_iam_permissions:
        yield _problem(
            request,
            AddonFault.ADDON_POD_IDENTITY_UNSUPPORTED,
            _USE_DEFAULTS,
            f"{subject} takes no pod identity associations",
            help=(_versions_of(request), f"give it an IRSA role by {_IRSA}"),
        )
    else:  # as eksctl, which warns and goes on
        yield _problem(
            request,
            AddonFault.ADDON_NEEDS_NO_PERMISSIONS,
            _USE_DEFAULTS,
            f"{subject} needs no IAM permissions, so EKS recommends no association",
            help=(f"delete {_USE_DEFAULTS}",),
        )


def _instead_of_owned(
    request: AddonRequest, facts: AddonFacts, version: AddonVersion
) -> tuple[str, ...]:
    standalone = (
        "if its pods call AWS all the same, move the entry to iam.podIdentityAssociations"
        f" and add\nnamespace: {_namespace(request, facts)}"
    )
    if version.requires_iam_permissions:
        return _versions_of(request), standalone, f"give it an IRSA role by {_IRSA}"
    return "it needs no IAM permissions: delete podIdentityAssociations", standalone


def _versions_of(request: AddonRequest) -> str:
    return f"eks-pod-identity catalog {request.name} shows the versions that take some"


def _namespace(request: AddonRequest, facts: AddonFacts) -> str:
    return request.namespace or facts.offer.default_namespace


def _unknown_service_accounts(
    request: AddonRequest, facts: AddonFacts, version: AddonVersion
) -> Iterator[Problem]:
    known = [entry.service_account for entry in facts.recommended]
    for index, account in enumerate(request.service_accounts or ()):
        if account not in known:
            yield _problem(
                request,
                AddonFault.ADDON_SERVICE_ACCOUNT_UNSUPPORTED,
                f"podIdentityAssociations[{index}].serviceAccountName",
                f'"{request.name}" {version.version} owns no association of "{account}"',
                observed=(*_stays(request, version, facts), "it takes " + ", ".join(known)),
                help=_instead_of_account(account, known, request, facts),
            )


def _instead_of_account(
    account: str, known: Sequence[str], request: AddonRequest, facts: AddonFacts
) -> Iterator[str]:
    # What is listed already cannot be meant by the entry.
    free = [name for name in known if name not in (request.service_accounts or ())]
    meant = nearest_of(account, free)
    yield from (f"serviceAccountName: {name}" for name in ([meant] if meant else free))
    yield (
        f"for the pods of {account}, move the entry to iam.podIdentityAssociations and add"
        f"\nnamespace: {_namespace(request, facts)}"
    )


def _stays(request: AddonRequest, version: AddonVersion, facts: AddonFacts) -> tuple[str, ...]:
    if request.version is None and version.version == facts.installed_version:
        return (f"{version.version} is installed, and stays while no version is asked for",)
    return ()


def _permissions_missing(request: AddonRequest, version: AddonVersion) -> Problem:
    return _problem(
        request,
        AddonFault.ADDON_WITHOUT_PERMISSIONS,
        "",
        f'"{request.name}" {version.version} needs IAM permissions and is given none',
        help=(
            "useDefaultPodIdentityAssociations: true",
            "podIdentityAssociations: []   # if it shall use the node role",
        ),
    )


def _problem(  # noqa: PLR0913 - a problem has this many parts
    request: AddonRequest,
    fault: AddonFault,
    field_name: str,
    message: str,
    *,
    observed: tuple[str, ...] = (),
    help: Iterable[str] = (),  # noqa: A002 - Problem's own word
) -> Problem:
    place = request.field_places.get(field_name, request.place)
    return Problem(
        id=fault.id,
        address=f"{request.address}.{field_name}" if field_name else request.address,
        message=message,
        severity=fault.severity,
        places=(place,) if place else (),
        observed=observed,
        help=tuple(filter(None, help)),
    )
