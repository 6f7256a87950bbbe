"""The operations on installed add-ons, except what they share with others."""

from collections.abc import Mapping

from eks_pod_identity_emulator.eks.addon import Addon
from eks_pod_identity_emulator.eks.addon_associations import (
    AddonAssociations,
    Target,
    wanted_roles,
)
from eks_pod_identity_emulator.eks.addon_transitions import AddonTransitions
from eks_pod_identity_emulator.eks.arns import addon_arn
from eks_pod_identity_emulator.eks.catalog import AddonVersion, CatalogAddon
from eks_pod_identity_emulator.eks.cluster import Cluster
from eks_pod_identity_emulator.eks.configuration_values import check_configuration_values
from eks_pod_identity_emulator.eks.environment import Answer, Environment, Operation, Params
from eks_pod_identity_emulator.eks.kubernetes_names import is_namespace
from eks_pod_identity_emulator.eks.offers import offered_addon, offered_version
from eks_pod_identity_emulator.eks.paging import list_page
from eks_pod_identity_emulator.eks.refusals import in_use, invalid_parameter, invalid_request
from eks_pod_identity_emulator.eks.region import Region
from eks_pod_identity_emulator.eks.tags import tag_fault


class AddonOperations:
    """Create, describe, list and delete add-ons."""

    def __init__(
        self,
        environment: Environment,
        associations: AddonAssociations,
        transitions: AddonTransitions,
    ) -> None:
        self._environment = environment
        self._associations = associations
        self._transitions = transitions

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The operations by their names in the API."""
        return {
            "CreateAddon": self.create,
            "DescribeAddon": self.describe,
            "ListAddons": self.list,
            "DeleteAddon": self.delete,
        }

    def create(self, region: Region, params: Params) -> Answer:
        """Install an add-on; it is CREATING at first, its associations exist at once.

        That they do is seen by the answer's podIdentityAssociations:
        https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html
        """
        cluster = region.standing_cluster(params["clusterName"])
        failed = self._failed_installation(cluster, params["addonName"])
        offered, version = self._chosen(cluster, params)
        namespace = _namespace(params, offered)
        wanted = wanted_roles(params.get("podIdentityAssociations") or ())
        self._check_request(region, offered, params)
        owned = self._associations.owned_by(cluster, failed) if failed else {}
        target = Target(offered.name, namespace, version, owned)
        self._associations.check(region, cluster, target, wanted)

        if failed:
            self._associations.apply(region, cluster, failed, {})
            region.remove_addon(cluster, failed)
        addon = self._new(region, cluster, params, version, namespace)
        region.add_addon(cluster, addon)
        self._associations.apply(region, cluster, addon, wanted)
        self._transitions.created(region, cluster, addon)
        return {"addon": describe_addon(cluster, addon)}

    def describe(self, region: Region, params: Params) -> Answer:
        """Show an add-on, its associations by their ARNs."""
        cluster = region.cluster(params["clusterName"])
        return {"addon": describe_addon(cluster, region.addon(cluster, params["addonName"]))}

    def list(self, region: Region, params: Params) -> Answer:
        """List the names of installed add-ons."""
        cluster = region.cluster(params["clusterName"])
        return list_page(cluster.addons, params, "addons", lambda addon: addon.name)

    def delete(self, region: Region, params: Params) -> Answer:
        """Remove an add-on and, unless preserved, what it owns.

        https://docs.aws.amazon.com/eks/latest/userguide/add-ons-iam.html
        """
        cluster = region.cluster(params["clusterName"])
        addon = region.addon(cluster, params["addonName"])
        if addon.status == "DELETING":
            raise invalid_request(
                f"Addon {addon.name} cannot be deleted as it is currently in DELETING state",
                clusterName=cluster.name,
                addonName=addon.name,
            )
        preserve = params.get("preserve") or False
        self._transitions.deleted(region, cluster, addon, preserve=preserve)
        return {"addon": describe_addon(cluster, addon)}

    def _failed_installation(self, cluster: Cluster, name: str) -> Addon | None:
        """Refuse an add-on that is there; after CREATE_FAILED eksctl creates it again.

        Text: https://github.com/crossplane-contrib/provider-aws/issues/1310
        """
        installed = cluster.addons.get(name)
        if installed is not None and installed.status != "CREATE_FAILED":
            raise in_use("Addon already exists.", clusterName=cluster.name, addonName=name)
        return installed

    def _chosen(self, cluster: Cluster, params: Params) -> tuple[CatalogAddon, AddonVersion]:
        catalog = self._environment.catalog
        offered = offered_addon(catalog, params["addonName"], cluster)
        given = params.get("addonVersion")
        if given is not None:
            return offered, offered_version(offered, given, cluster)
        default = offered.default_for(cluster.version)
        return offered, default or offered.versions_for(cluster.version)[0]

    def _check_request(self, region: Region, offered: CatalogAddon, params: Params) -> None:
        fault = tag_fault(params.get("tags") or {})
        if fault:
            raise invalid_parameter(fault, addonName=offered.name)
        check_configuration_values(
            params.get("configurationValues") or "", offered.configuration_schema
        )
        role_arn = params.get("serviceAccountRoleArn")
        if role_arn is not None:
            self._environment.roles.require_role(role_arn, region.caller)

    def _new(
        self,
        region: Region,
        cluster: Cluster,
        params: Params,
        version: AddonVersion,
        namespace: str,
    ) -> Addon:
        name = params["addonName"]
        now = self._environment.clock.now()
        return Addon(
            name=name,
            arn=addon_arn(region.caller, cluster.name, name, self._environment.identifiers.uuid()),
            cluster_name=cluster.name,
            version=version.version,
            namespace=namespace,
            status="CREATING",
            created_at=now,
            modified_at=now,
            configuration_values=params.get("configurationValues") or None,
            service_account_role_arn=params.get("serviceAccountRoleArn"),
            tags=dict(params.get("tags") or {}),
        )


def describe_addon(cluster: Cluster, addon: Addon) -> dict[str, object]:
    """Return an add-on as the API shows it."""
    owned = cluster.associations.owned_by(addon.arn)
    return addon.description([association.arn for association in owned])


def _namespace(params: Params, offered: CatalogAddon) -> str:
    """Return the namespace asked for; it can be chosen at creation only."""
    given = (params.get("namespaceConfig") or {}).get("namespace")
    if given is None:
        return offered.namespace
    if not is_namespace(given):
        raise invalid_parameter(f"The namespace provided is not valid: {given}")
    return str(given)
