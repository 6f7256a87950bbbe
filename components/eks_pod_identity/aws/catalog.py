"""EKS's add-on catalogue, asked once per add-on and version in a run.

DescribeAddonVersions tells which versions there are and which need IAM; DescribeAddonConfiguration
which service accounts a version has and what EKS recommends for them
(https://docs.aws.amazon.com/eks/latest/userguide/retreive-iam-info.html).
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity.aws.errors import observation_error
from eks_pod_identity.aws.parallel import Progress, no_progress, read_each
from eks_pod_identity.observed.catalog import (
    AddonConfiguration,
    AddonOffer,
    AddonVersion,
    RecommendedPermissions,
)

if TYPE_CHECKING:
    from types_boto3_eks import EKSClient
    from types_boto3_eks.type_defs import AddonInfoTypeDef, AddonVersionInfoTypeDef


class AddonCatalog:
    """What EKS offers, remembered for the life of this object."""

    def __init__(self, client: "EKSClient") -> None:
        self._client = client
        self._offers: dict[tuple[str, str], AddonOffer] = {}
        self._configurations: dict[tuple[str, str], AddonConfiguration] = {}

    def offer(self, addon: str, kubernetes_version: str) -> AddonOffer:
        """Return what EKS offers of an add-on for a Kubernetes version.

        Raises:
            ObservationError: AWS could not be read.
        """
        key = (addon, kubernetes_version)
        if key not in self._offers:
            self._offers[key] = self._read_offer(*key)
        return self._offers[key]

    def recommended(self, addon: str, version: str) -> tuple[RecommendedPermissions, ...]:
        """Return what EKS recommends per service account; none means no pod identity support.

        Raises:
            ObservationError: AWS could not be read.
        """
        return self.configuration(addon, version).recommended

    def configuration(self, addon: str, version: str) -> AddonConfiguration:
        """Return what a version of an add-on takes: permissions and configuration values.

        Raises:
            ObservationError: AWS could not be read.
        """
        key = (addon, version)
        if key not in self._configurations:
            self._configurations[key] = self._read_configuration(*key)
        return self._configurations[key]

    def recommended_by_version(
        self, addon: str, versions: Sequence[str], progress: Progress = no_progress
    ) -> dict[str, tuple[RecommendedPermissions, ...]]:
        """Return what EKS recommends for several versions, asked for at once.

        Raises:
            ObservationError: AWS could not be read.
        """
        found = read_each(
            versions, lambda each: self.recommended(addon, each), "versions", progress
        )
        return dict(zip(versions, found, strict=True))

    def addon_names(self, kubernetes_version: str) -> tuple[str, ...]:
        """Return the names of all add-ons that EKS offers for a Kubernetes version.

        Raises:
            ObservationError: AWS could not be read.
        """
        pages = self._client.get_paginator("describe_addon_versions").paginate(
            kubernetesVersion=kubernetes_version
        )
        try:
            return tuple(sorted(info["addonName"] for page in pages for info in page["addons"]))
        except (ClientError, BotoCoreError) as error:
            raise observation_error(error, "the list of add-ons") from error

    def default_kubernetes_version(self) -> str:
        """Return the version that EKS gives to new clusters.

        Raises:
            ObservationError: AWS could not be read.
        """
        try:
            answer = self._client.describe_cluster_versions(defaultOnly=True)
        except (ClientError, BotoCoreError) as error:
            raise observation_error(error, "EKS's default Kubernetes version") from error
        return answer["clusterVersions"][0]["clusterVersion"]

    def _read_offer(self, addon: str, kubernetes_version: str) -> AddonOffer:
        try:
            infos = list(self._read_infos(addon, kubernetes_version))
        except (ClientError, BotoCoreError) as error:
            # EKS may answer an unknown name with a fault instead of an empty list.
            if _means_unknown_addon(error):
                return AddonOffer(())
            raise observation_error(error, f'the versions of add-on "{addon}"') from error
        return AddonOffer(
            tuple(
                _version(version, kubernetes_version)
                for info in infos
                for version in info.get("addonVersions", ())
            ),
            *(info["defaultNamespace"] for info in infos[:1] if info.get("defaultNamespace")),
        )

    def _read_infos(self, addon: str, kubernetes_version: str) -> "Iterator[AddonInfoTypeDef]":
        for page in self._client.get_paginator("describe_addon_versions").paginate(
            addonName=addon, kubernetesVersion=kubernetes_version
        ):
            yield from page["addons"]

    def _read_configuration(self, addon: str, version: str) -> AddonConfiguration:
        try:
            answer = self._client.describe_addon_configuration(
                addonName=addon, addonVersion=version
            )
        except (ClientError, BotoCoreError) as error:
            raise observation_error(
                error, f'the configuration of add-on "{addon}" {version}'
            ) from error
        recommended = (
            RecommendedPermissions(
                entry["serviceAccount"], tuple(entry.get("recommendedManagedPolicies", ()))
            )
            for entry in answer.get("podIdentityConfiguration", ())
        )
        return AddonConfiguration(tuple(recommended), answer.get("configurationSchema", ""))


def _version(info: "AddonVersionInfoTypeDef", kubernetes_version: str) -> AddonVersion:
    return AddonVersion(
        version=info["addonVersion"],
        default=any(
            entry.get("defaultVersion", False)
            for entry in info.get("compatibilities", ())
            if entry.get("clusterVersion") == kubernetes_version
        ),
        requires_iam_permissions=info.get("requiresIamPermissions", False),
    )


def _means_unknown_addon(error: ClientError | BotoCoreError) -> bool:
    return isinstance(error, ClientError) and error.response["Error"]["Code"] in {
        "ResourceNotFoundException",
        "InvalidParameterException",
    }
