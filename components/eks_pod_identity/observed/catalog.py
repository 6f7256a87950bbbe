"""What EKS's catalogue says of an add-on, as values.

`aws.catalog` fills them from DescribeAddonVersions and DescribeAddonConfiguration; the planner
reads them. Choosing a version is done here, because it needs no AWS.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LATEST = "latest"


@dataclass(frozen=True, slots=True)
class AddonVersion:
    """One version of an add-on that EKS lists for a Kubernetes version.

    Attributes:
        version: As EKS spells it, for example `v1.20.4-eksbuild.2`.
        default: Whether EKS installs it when no version is given.
        requires_iam_permissions: EKS's `requiresIamPermissions`.
    """

    version: str
    default: bool
    requires_iam_permissions: bool


@dataclass(frozen=True, slots=True)
class AddonOffer:
    """What EKS offers of one add-on for one Kubernetes version.

    Attributes:
        versions: Those that EKS lists; empty if it does not know the add-on.
        default_namespace: Where EKS installs it unless `namespaceConfig` says otherwise.
    """

    versions: tuple[AddonVersion, ...]
    default_namespace: str = "kube-system"


@dataclass(frozen=True, slots=True)
class RecommendedPermissions:
    """What EKS recommends for one service account (`podIdentityConfiguration`).

    Attributes:
        service_account: Name, without namespace.
        managed_policy_arns: ARNs of AWS managed policies.
    """

    service_account: str
    managed_policy_arns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddonConfiguration:
    """What DescribeAddonConfiguration says of one version of an add-on.

    Attributes:
        recommended: Per service account; empty if the version does not support pod identity.
        schema: The JSON Schema of `configurationValues`, as text; empty if EKS has none.
    """

    recommended: tuple[RecommendedPermissions, ...] = ()
    schema: str = ""


def resolve_version(wanted: str | None, listed: Sequence[AddonVersion]) -> AddonVersion | None:
    """Return the listed version that the wanted text means, or None.

    None means the default; `latest` the highest; an exact spelling wins over a partial one, with
    or without the leading `v`; of several partial matches the highest is taken (eksctl
    `addons[].version` reads the same way).
    """
    if wanted is None:
        return next((version for version in listed if version.default), None)
    if wanted == LATEST:
        return highest_version(listed)
    exact = (version for version in listed if _bare(version.version) == _bare(wanted))
    return next(exact, None) or highest_version([v for v in listed if _begins(v.version, wanted)])


def settled_version(
    wanted: str | None, offer: AddonOffer, installed: str | None
) -> AddonVersion | None:
    """Return the version that will run: the wanted one, else the installed one, else the default.

    An installed version stays even if EKS no longer lists it; what is not known of it is taken
    from the default version.
    """
    if wanted is not None or installed is None:
        return resolve_version(wanted, offer.versions)
    listed = (version for version in offer.versions if version.version == installed)
    default = resolve_version(None, offer.versions)
    return next(listed, None) or AddonVersion(
        installed,
        default=False,
        requires_iam_permissions=default is not None and default.requires_iam_permissions,
    )


def highest_version(listed: Sequence[AddonVersion]) -> AddonVersion | None:
    """Return the highest version by its numbers, or None of an empty list."""
    return max(listed, key=lambda version: version_key(version.version), default=None)


def version_key(version: str) -> tuple[int, ...]:
    """Return the numbers of a version in order: `v1.20.4-eksbuild.2` gives (1, 20, 4, 2)."""
    return tuple(int(number) for number in re.findall(r"\d+", version))


def _bare(version: str) -> str:
    return version.removeprefix("v")


def _begins(version: str, wanted: str) -> bool:
    # "1.2" means 1.2 and 1.2.3, not 1.20: the next character must end the number.
    return re.match(rf"{re.escape(_bare(wanted))}(?!\d)", _bare(version)) is not None
