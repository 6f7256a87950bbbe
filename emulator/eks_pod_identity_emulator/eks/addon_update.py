"""UpdateAddon: what is absent stays, what is given is checked whole before anything changes."""

from collections.abc import Iterator, Mapping

from eks_pod_identity_emulator.eks.addon import Addon
from eks_pod_identity_emulator.eks.addon_associations import (
    AddonAssociations,
    Target,
    update_param,
    wanted_roles,
)
from eks_pod_identity_emulator.eks.addon_transitions import AddonTransitions
from eks_pod_identity_emulator.eks.catalog import AddonVersion
from eks_pod_identity_emulator.eks.cluster import Cluster
from eks_pod_identity_emulator.eks.configuration_values import check_configuration_values
from eks_pod_identity_emulator.eks.environment import Answer, Environment, Operation, Params
from eks_pod_identity_emulator.eks.offers import offered_addon, offered_version
from eks_pod_identity_emulator.eks.refusals import in_use
from eks_pod_identity_emulator.eks.region import Region
from eks_pod_identity_emulator.eks.update import Update

_UPDATABLE = frozenset({"ACTIVE", "DEGRADED", "UPDATE_FAILED"})


class AddonUpdateOperation:
    """Changes version, configuration, roles and associations of an add-on."""

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
        """The operation by its name in the API."""
        return {"UpdateAddon": self.update}

    def update(self, region: Region, params: Params) -> Answer:
        """Start an update.

        podIdentityAssociations: absent leaves them, [] deletes them, a list overwrites them.
        https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateAddon.html
        serviceAccountRoleArn: absent takes the IRSA role away, so Terraform and eksctl send it
        along. https://github.com/hashicorp/terraform-provider-aws/issues/19402
        """
        cluster = region.standing_cluster(params["clusterName"])
        addon = region.addon(cluster, params["addonName"])
        _check_idle(cluster, addon)
        wanted = self._wanted(params)
        version = self._checked_version(region, cluster, addon, params)
        self._check_associations(region, cluster, addon, version, wanted)

        update = self._record(addon, params, wanted)
        changed = _apply_members(addon, params)
        if wanted is not None:
            changed |= self._associations.apply(region, cluster, addon, wanted)
        # Only a change rolls the pods: an update of the agent with nothing new did not,
        # https://github.com/crossplane-contrib/provider-upjet-aws/issues/1744
        addon.restarts += changed
        addon.modified_at = update.created_at
        self._transitions.updated(region, cluster, addon, update)
        return {"update": update.description()}

    def _wanted(self, params: Params) -> dict[str, str] | None:
        entries = params.get("podIdentityAssociations")
        return None if entries is None else wanted_roles(entries)

    def _checked_version(
        self, region: Region, cluster: Cluster, addon: Addon, params: Params
    ) -> AddonVersion:
        """Return the version that the add-on will have, with the rest of the request checked."""
        offered = offered_addon(self._environment.catalog, addon.name, cluster)
        given = params.get("addonVersion")
        version = offered.version(addon.version)
        if version is None or (given is not None and given != addon.version):
            version = offered_version(offered, given or addon.version, cluster)
        check_configuration_values(
            params.get("configurationValues") or "", offered.configuration_schema
        )
        role_arn = params.get("serviceAccountRoleArn")
        if role_arn is not None:
            self._environment.roles.require_role(role_arn, region.caller)
        return version

    def _check_associations(
        self,
        region: Region,
        cluster: Cluster,
        addon: Addon,
        version: AddonVersion,
        wanted: dict[str, str] | None,
    ) -> None:
        """Hold the list to the new version; kept associations too, if the version changes.

        Users met the latter in the console, which sends kept associations along:
        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-NetworkFlowMonitor-troubleshooting.html.
        Whether EKS itself refuses is not known; here it does, being the stricter guess.
        """
        owned = self._associations.owned_by(cluster, addon)
        target = Target(addon.name, addon.namespace, version, owned)
        if wanted is not None:
            self._associations.check(region, cluster, target, wanted)
        elif version.version != addon.version:
            self._associations.check_supported(target, tuple(owned))

    def _record(self, addon: Addon, params: Params, wanted: dict[str, str] | None) -> Update:
        return Update(
            id=self._environment.identifiers.uuid(),
            type="AddonUpdate",
            params=tuple(_recorded(addon, params, wanted)),
            created_at=self._environment.clock.now(),
        )


def _check_idle(cluster: Cluster, addon: Addon) -> None:
    """Refuse an add-on that is busy. Text: https://github.com/eksctl-io/eksctl/issues/8091."""
    if addon.status not in _UPDATABLE:
        raise in_use(
            f"Addon {addon.name} cannot be updated as it is currently in {addon.status} state",
            clusterName=cluster.name,
            addonName=addon.name,
        )


def _apply_members(addon: Addon, params: Params) -> bool:
    """Set what the request asks for; tell whether anything is new."""
    before = (addon.version, addon.configuration_values, addon.service_account_role_arn)
    addon.version = params.get("addonVersion") or addon.version
    values = params.get("configurationValues")
    if values is not None:
        addon.configuration_values = values or None
    addon.service_account_role_arn = params.get("serviceAccountRoleArn")
    after = (addon.version, addon.configuration_values, addon.service_account_role_arn)
    return before != after


def _recorded(
    addon: Addon, params: Params, wanted: dict[str, str] | None
) -> Iterator[tuple[str, str]]:
    """Yield the update's parameters, named as UpdateParam names them."""
    for member, name in (
        ("addonVersion", "AddonVersion"),
        ("serviceAccountRoleArn", "ServiceAccountRoleArn"),
        ("resolveConflicts", "ResolveConflicts"),
        ("configurationValues", "ConfigurationValues"),
    ):
        if params.get(member) is not None:
            yield name, params[member]
    if wanted is not None:
        yield "PodIdentityAssociations", update_param(addon.namespace, wanted)
