"""What EKS offers: DescribeAddonVersions, DescribeAddonConfiguration, DescribeClusterVersions."""

import json
from collections.abc import Mapping
from typing import Any

from eks_pod_identity_emulator.eks.catalog import (
    AddonVersion,
    Catalog,
    CatalogAddon,
    KubernetesVersion,
)
from eks_pod_identity_emulator.eks.environment import Answer, Operation, Params
from eks_pod_identity_emulator.eks.paging import list_page
from eks_pod_identity_emulator.eks.refusals import invalid_parameter
from eks_pod_identity_emulator.eks.region import AGENT_ADDON, Region
from eks_pod_identity_emulator.eks.table import Table

# The deprecated member `status` has a spelling of its own.
_STATUS = {
    "STANDARD_SUPPORT": "standard-support",
    "EXTENDED_SUPPORT": "extended-support",
    "UNSUPPORTED": "unsupported",
}


class CatalogOperations:
    """Reads the catalog; no cluster plays a part."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The operations by their names in the API."""
        return {
            "DescribeAddonVersions": self.addon_versions,
            "DescribeAddonConfiguration": self.addon_configuration,
            "DescribeClusterVersions": self.cluster_versions,
        }

    def addon_versions(self, region: Region, params: Params) -> Answer:
        """List add-ons with their versions; what does not fit the filters is left out silently.

        An add-on that has no version for the Kubernetes version is no error:
        https://github.com/marcincuber/eks/issues/10
        """
        kubernetes = params.get("kubernetesVersion")
        fitting: Table[CatalogAddon] = Table()
        for addon in self._catalog.addons.values():
            offered = region.offers_pod_identity or addon.name != AGENT_ADDON
            if offered and _fits(addon, params, kubernetes):
                fitting.add(addon.name, addon)
        return list_page(fitting, params, "addons", lambda addon: _addon_info(addon, kubernetes))

    def addon_configuration(self, region: Region, params: Params) -> Answer:
        """Show the configuration schema and the recommended identities of a version.

        https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddonConfiguration.html
        """
        name, wanted = params["addonName"], params["addonVersion"]
        addon = self._catalog.addons.get(name)
        if addon is None:
            raise invalid_parameter("Addon specified is not supported", addonName=name)
        version = addon.version(wanted)
        if version is None:
            raise invalid_parameter("Addon version specified is not supported", addonName=name)
        return {
            "addonName": name,
            "addonVersion": wanted,
            "configurationSchema": json.dumps(addon.configuration_schema),
            "podIdentityConfiguration": [
                {
                    "serviceAccount": identity.service_account,
                    "recommendedManagedPolicies": [
                        f"arn:{region.caller.partition}:iam::aws:policy/{policy}"
                        for policy in identity.managed_policies
                    ],
                }
                for identity in version.identities
            ],
        }

    def cluster_versions(self, _region: Region, params: Params) -> Answer:
        """List Kubernetes versions, the unsupported ones only if asked.

        https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeClusterVersions.html
        """
        fitting: Table[KubernetesVersion] = Table()
        for version in self._catalog.kubernetes:
            if _is_asked_for(version, params):
                fitting.add(version.version, version)
        return list_page(fitting, params, "clusterVersions", _version_info)


def _fits(addon: CatalogAddon, params: Params, kubernetes: str | None) -> bool:
    return (
        params.get("addonName") in {None, addon.name}
        and _among(addon.type, params.get("types"))
        and _among(addon.publisher, params.get("publishers"))
        and _among(addon.owner, params.get("owners"))
        and (kubernetes is None or bool(addon.versions_for(kubernetes)))
    )


def _among(value: str, allowed: list[str] | None) -> bool:
    return not allowed or value in allowed


def _addon_info(addon: CatalogAddon, kubernetes: str | None) -> dict[str, Any]:
    versions = addon.versions if kubernetes is None else addon.versions_for(kubernetes)
    return {
        "addonName": addon.name,
        "type": addon.type,
        "addonVersions": [_version_of_addon(addon, version, kubernetes) for version in versions],
        "publisher": addon.publisher,
        "owner": addon.owner,
        "defaultNamespace": addon.namespace,
    }


def _version_of_addon(
    addon: CatalogAddon, version: AddonVersion, kubernetes: str | None
) -> dict[str, Any]:
    shown = version.kubernetes if kubernetes is None else (kubernetes,)
    return {
        "addonVersion": version.version,
        "architecture": ["amd64", "arm64"],
        "computeTypes": list(addon.compute_types),
        "compatibilities": [
            {
                "clusterVersion": name,
                "platformVersions": ["*"],
                "defaultVersion": name in version.default_for,
            }
            for name in shown
        ],
        "requiresConfiguration": False,
        "requiresIamPermissions": addon.requires_iam_permissions,
    }


def _version_info(version: KubernetesVersion) -> dict[str, Any]:
    return {
        "clusterVersion": version.version,
        "clusterType": "eks",
        "defaultPlatformVersion": version.platform,
        "defaultVersion": version.default,
        "releaseDate": version.released,
        "endOfStandardSupportDate": version.standard_until,
        "endOfExtendedSupportDate": version.extended_until,
        "status": _STATUS[version.support],
        "versionStatus": version.support,
        "kubernetesPatchVersion": version.patch,
    }


def _is_asked_for(version: KubernetesVersion, params: Params) -> bool:
    return (
        params.get("clusterType") in {None, "", "eks"}  # "" is what Terraform's 5.x provider sends
        and _among(version.version, params.get("clusterVersions"))
        and (version.default or not params.get("defaultOnly"))
        and _has_status_asked_for(version, params)
    )


def _has_status_asked_for(version: KubernetesVersion, params: Params) -> bool:
    """Unsupported versions show when they are named, asked for by status, or all are wanted."""
    wanted, spelled = params.get("versionStatus"), params.get("status")
    if wanted is not None or spelled is not None:
        return wanted in {None, version.support} and spelled in {None, _STATUS[version.support]}
    named = params.get("clusterVersions") or params.get("includeAll")
    return version.support != "UNSUPPORTED" or bool(named)
