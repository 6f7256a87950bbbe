"""UpdateClusterConfig and UpdateClusterVersion.

One kind of change at a time, one update at a time; what is changed shows when it has succeeded.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from eks_pod_identity_emulator.eks.cluster import Cluster
from eks_pod_identity_emulator.eks.cluster_config import (
    check_auto_mode,
    merged_logging,
    param_text,
)
from eks_pod_identity_emulator.eks.environment import Answer, Environment, Operation, Params
from eks_pod_identity_emulator.eks.refusals import in_use, invalid_parameter
from eks_pod_identity_emulator.eks.region import Region
from eks_pod_identity_emulator.eks.update import Update

# Update types: https://docs.aws.amazon.com/eks/latest/APIReference/API_Update.html
_TYPES: Mapping[str, str] = {
    "logging": "LoggingUpdate",
    "accessConfig": "AccessConfigUpdate",
    "upgradePolicy": "UpgradePolicyUpdate",
    "zonalShiftConfig": "ZonalShiftConfigUpdate",
    "computeConfig": "AutoModeUpdate",
    "kubernetesNetworkConfig": "AutoModeUpdate",
    "storageConfig": "AutoModeUpdate",
    "remoteNetworkConfig": "RemoteNetworkConfigUpdate",
    "deletionProtection": "DeletionProtectionUpdate",
    "controlPlaneScalingConfig": "ControlPlaneScalingConfigUpdate",
    "kubeApiServerConfig": "ControlPlaneComponentConfigUpdate",
    "kubeSchedulerConfig": "ControlPlaneComponentConfigUpdate",
    "kubeControllerManagerConfig": "ControlPlaneComponentConfigUpdate",
}
_VPC_TYPES: Mapping[str, str] = {
    "endpointPublicAccess": "EndpointAccessUpdate",
    "endpointPrivateAccess": "EndpointAccessUpdate",
    "publicAccessCidrs": "EndpointAccessUpdate",
    "subnetIds": "VpcConfigUpdate",
    "securityGroupIds": "VpcConfigUpdate",
    "controlPlaneEgressMode": "ControlPlaneEgressUpdate",
}
_PARAM_NAMES: Mapping[str, str] = {
    "logging": "ClusterLogging",
    "subnetIds": "Subnets",
    "securityGroupIds": "SecurityGroups",
}


@dataclass(frozen=True, slots=True)
class _Change:
    """A request understood: its type, its parameters for the record, and the new members."""

    type: str
    params: tuple[tuple[str, str], ...]
    config: Mapping[str, Any]


class ClusterUpdateOperations:
    """Starts updates of clusters."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The operations by their names in the API."""
        return {
            "UpdateClusterConfig": self.update_config,
            "UpdateClusterVersion": self.update_version,
        }

    def update_config(self, region: Region, params: Params) -> Answer:
        """Change one part of the configuration.

        https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html
        """
        cluster = region.standing_cluster(params["name"])
        change = _change(cluster, params)

        def apply() -> None:
            cluster.config |= change.config

        return self._start(region, cluster, change.type, change.params, apply)

    def update_version(self, region: Region, params: Params) -> Answer:
        """Move the control plane to the next minor version.

        https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterVersion.html
        """
        cluster = region.standing_cluster(params["name"])
        wanted = self._environment.catalog.kubernetes_version(params["version"])
        if wanted is None:
            raise invalid_parameter("unsupported Kubernetes version", clusterName=cluster.name)
        if _minor(wanted.version) != _minor(cluster.version) + 1:
            raise invalid_parameter(
                f"Unsupported Kubernetes minor version update from {cluster.version} "
                f"to {wanted.version}",
                clusterName=cluster.name,
            )

        def apply() -> None:
            cluster.version = wanted.version
            cluster.platform_version = wanted.platform

        recorded = (("Version", wanted.version), ("PlatformVersion", wanted.platform))
        return self._start(region, cluster, "VersionUpdate", recorded, apply)

    def _start(
        self,
        region: Region,
        cluster: Cluster,
        type_: str,
        params: tuple[tuple[str, str], ...],
        apply: Callable[[], None],
    ) -> Answer:
        """Record an update and plan its end.

        Raises:
            ApiError: Another one is under way. Text:
                https://github.com/aws-controllers-k8s/community/issues/1192
        """
        if cluster.update_under_way is not None:
            raise in_use(
                f"Cannot {type_} because cluster {cluster.name} currently has update "
                f"{cluster.update_under_way.id} in progress",
                clusterName=cluster.name,
            )
        environment = self._environment
        update = Update(
            id=environment.identifiers.uuid(),
            type=type_,
            params=params,
            created_at=environment.clock.now(),
        )
        cluster.updates.add(update.id, update)
        cluster.update_under_way = update
        cluster.status = "UPDATING"

        def settle() -> None:
            apply()
            update.status = "Successful"
            cluster.update_under_way = None
            if cluster.status == "UPDATING":
                cluster.status = "ACTIVE"

        due = environment.clock.monotonic() + environment.settings.cluster_transition_seconds
        region.timeline.plan(due, settle)
        return {"update": update.description()}


def _change(cluster: Cluster, params: Params) -> _Change:
    """Understand a request for another configuration.

    Raises:
        ApiError: Nothing, too much, or nothing new is asked for.
    """
    given = {name: params[name] for name in _TYPES if params.get(name) is not None}
    vpc = dict(params.get("resourcesVpcConfig") or {})
    types = {_TYPES[name] for name in given} | {_VPC_TYPES[name] for name in vpc}
    if len(types) != 1:
        # Text: https://github.com/aws/aws-cdk/issues/33452
        raise invalid_parameter(
            "Only one type of update can be allowed." if types else "No changes requested.",
            clusterName=cluster.name,
        )
    (type_,) = types
    if type_ == "AutoModeUpdate":
        check_auto_mode(params)
    config = _merged(cluster.config, given, vpc)
    if all(cluster.config.get(name) == value for name, value in config.items()):
        part = next(iter(given), "resourcesVpcConfig")
        raise invalid_parameter(
            f"No changes needed for the {part} config provided", clusterName=cluster.name
        )
    members = {**given, **given.get("accessConfig", {}), **vpc}
    members.pop("accessConfig", None)
    recorded = ((_param_name(name), param_text(value)) for name, value in members.items())
    return _Change(type_, tuple(recorded), config)


def _merged(
    config: Mapping[str, Any], given: Mapping[str, Any], vpc: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the members that change, whole, with what they had and was not given."""
    merged: dict[str, Any] = {}
    for name, value in given.items():
        if name == "logging":
            present = config["logging"]["clusterLogging"]
            merged[name] = {"clusterLogging": merged_logging(present, value)}
        elif isinstance(value, Mapping):
            merged[name] = {**config.get(name, {}), **value}
        else:
            merged[name] = value
    if vpc:
        merged["resourcesVpcConfig"] = {**config["resourcesVpcConfig"], **vpc}
    return merged


def _param_name(member: str) -> str:
    return _PARAM_NAMES.get(member, member[0].upper() + member[1:])


def _minor(version: str) -> int:
    return int(version.partition(".")[2])
