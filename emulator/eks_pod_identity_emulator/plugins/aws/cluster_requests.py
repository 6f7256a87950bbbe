"""Arguments of `aws:eks/cluster:Cluster` in EKS's form, and EKS's answer in Pulumi's form. Pure.

EKS has the arguments under their own names with these exceptions: `vpcConfig` is EKS's
resourcesVpcConfig, `enabledClusterLogTypes` is a list of what EKS keeps in `logging`, and
Terraform's blocks of at most one member are lists in EKS (encryptionConfig, remote networks).
"""

from collections.abc import Mapping
from typing import Any

from eks_pod_identity_emulator.plugins.aws.kind import Change
from eks_pod_identity_emulator.plugins.values import PropertyMap, Value

_LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
_SAME_NAMES = (
    "accessConfig",
    "bootstrapSelfManagedAddons",
    "computeConfig",
    "controlPlaneScalingConfig",
    "deletionProtection",
    "kubeApiServerConfig",
    "kubeControllerManagerConfig",
    "kubeSchedulerConfig",
    "kubernetesNetworkConfig",
    "outpostConfig",
    "roleArn",
    "storageConfig",
    "upgradePolicy",
    "version",
    "zonalShiftConfig",
)
# EKS takes one kind of change at a time.
_UPDATED_ALONE = (
    "controlPlaneScalingConfig",
    "deletionProtection",
    "kubeApiServerConfig",
    "kubeControllerManagerConfig",
    "kubeSchedulerConfig",
    "upgradePolicy",
    "zonalShiftConfig",
)
_AUTO_MODE = ("computeConfig", "kubernetesNetworkConfig", "storageConfig")
_ENDPOINT = ("endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs")
_VPC_GIVEN = (*_ENDPOINT, "controlPlaneEgressMode", "securityGroupIds", "subnetIds")
_NETWORK_GIVEN = ("elasticLoadBalancing", "ipFamily", "serviceIpv4Cidr")


def creation(inputs: PropertyMap) -> PropertyMap:
    """Return the parameters of CreateCluster."""
    request = {name: inputs.get(name) for name in _SAME_NAMES}
    request["kubernetesNetworkConfig"] = _part(
        inputs.get("kubernetesNetworkConfig"), _NETWORK_GIVEN
    )
    return {
        **request,
        "name": inputs["name"],
        "resourcesVpcConfig": _part(inputs["vpcConfig"], _VPC_GIVEN),
        "encryptionConfig": _as_list(inputs.get("encryptionConfig")),
        "remoteNetworkConfig": _remote_networks(inputs.get("remoteNetworkConfig")),
        "logging": _logging(inputs.get("enabledClusterLogTypes")),
        "tags": inputs.get("tagsAll") or None,
    }


def config_updates(change: Change) -> list[PropertyMap]:
    """Return the parameters of every UpdateClusterConfig that a change needs, in order."""
    planned = change.planned
    updates: list[PropertyMap] = []
    if change.has("accessConfig"):
        mode = (planned.get("accessConfig") or {}).get("authenticationMode")
        updates.append({"accessConfig": {"authenticationMode": mode}})
    if change.has(*_AUTO_MODE):
        updates.append(_auto_mode(planned))
    if change.has("enabledClusterLogTypes"):
        updates.append({"logging": _logging(planned.get("enabledClusterLogTypes"), clear=True)})
    updates.extend({name: planned.get(name)} for name in _UPDATED_ALONE if change.has(name))
    if change.has("remoteNetworkConfig"):
        wanted = _remote_networks(planned.get("remoteNetworkConfig"))
        updates.append({"remoteNetworkConfig": wanted or {"remoteNodeNetworks": []}})
    updates.extend(_vpc_updates(change))
    return updates


def encryption_added(change: Change) -> list[Value] | None:
    """Return the encryption to associate, if the cluster had none."""
    if change.has("encryptionConfig") and not change.prior.get("encryptionConfig"):
        return _as_list(change.planned.get("encryptionConfig"))
    return None


def described(cluster: Mapping[str, Any], known: PropertyMap) -> PropertyMap:
    """Return EKS's answer as the state keeps it, tags aside."""
    access = dict(cluster.get("accessConfig", {}))
    wanted = (known.get("accessConfig") or {}).get("bootstrapClusterCreatorAdminPermissions", True)
    # EKS does not tell it: https://github.com/aws/containers-roadmap/issues/185
    access["bootstrapClusterCreatorAdminPermissions"] = wanted
    told = {name: cluster.get(name) for name in _SAME_NAMES if name in cluster}
    return {
        **told,
        "accessConfig": access,
        "arn": cluster["arn"],
        "certificateAuthority": dict(cluster.get("certificateAuthority", {})),
        "clusterId": cluster.get("id"),
        "createdAt": cluster["createdAt"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "enabledClusterLogTypes": _enabled_logs(cluster) or None,
        "encryptionConfig": _only(cluster.get("encryptionConfig")),
        "endpoint": cluster.get("endpoint"),
        "identities": [_identity(cluster)],
        "name": cluster["name"],
        "platformVersion": cluster.get("platformVersion"),
        "remoteNetworkConfig": _told_networks(cluster.get("remoteNetworkConfig")),
        "status": cluster.get("status"),
        "vpcConfig": dict(cluster.get("resourcesVpcConfig", {})),
    }


def _part(given: Mapping[str, Any] | None, names: tuple[str, ...]) -> PropertyMap | None:
    return {name: given[name] for name in names if name in given} if given else None


def _as_list(value: Value) -> list[Value] | None:
    return [value] if value else None


def _only(values: list[Value] | None) -> Value:
    return values[0] if values else None


def _remote_networks(given: Mapping[str, Any] | None) -> PropertyMap | None:
    return {name: [network] for name, network in given.items()} if given else None


def _told_networks(told: Mapping[str, Any] | None) -> PropertyMap | None:
    return {name: _only(networks) for name, networks in told.items()} if told else None


def _logging(enabled: list[str] | None, *, clear: bool = False) -> PropertyMap | None:
    if not enabled and not clear:
        return None
    on = list(enabled or ())
    off = [kind for kind in _LOG_TYPES if kind not in on]
    groups = [{"types": kinds, "enabled": state} for kinds, state in ((on, True), (off, False))]
    return {"clusterLogging": [group for group in groups if group["types"]]}


def _enabled_logs(cluster: Mapping[str, Any]) -> list[str]:
    groups = cluster.get("logging", {}).get("clusterLogging", ())
    return [kind for group in groups if group.get("enabled") for kind in group.get("types", ())]


def _identity(cluster: Mapping[str, Any]) -> PropertyMap:
    issuer = cluster.get("identity", {}).get("oidc", {}).get("issuer")
    return {"oidcs": [{"issuer": issuer}] if issuer else []}


def _auto_mode(planned: PropertyMap) -> PropertyMap:
    """The three settings of Auto Mode are switched together; addresses are fixed at creation."""
    update = {name: planned.get(name) for name in _AUTO_MODE}
    network = planned.get("kubernetesNetworkConfig")
    update["kubernetesNetworkConfig"] = _part(network, ("elasticLoadBalancing",))
    return update


def _vpc_updates(change: Change) -> list[PropertyMap]:
    prior, planned = change.prior.get("vpcConfig") or {}, change.planned.get("vpcConfig") or {}
    groups = (_ENDPOINT, ("subnetIds",), ("securityGroupIds",), ("controlPlaneEgressMode",))
    return [
        {"resourcesVpcConfig": _part(planned, names)}
        for names in groups
        if any((prior.get(name) or None) != (planned.get(name) or None) for name in names)
    ]
