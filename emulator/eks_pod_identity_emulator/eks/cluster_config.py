"""The members of a cluster that its creator chooses, with EKS's defaults for the rest.

https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from eks_pod_identity_emulator.eks.caller import Caller
from eks_pod_identity_emulator.eks.identifiers import Identifiers
from eks_pod_identity_emulator.eks.refusals import invalid_parameter

_LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
_IPV6_SERVICES = "fd30:1c53:5f8a::/108"
_IPV4_SERVICES = "10.100.0.0/16"

# Taken over as given; absent if not given.
_AS_GIVEN = (
    "encryptionConfig",
    "outpostConfig",
    "zonalShiftConfig",
    "remoteNetworkConfig",
    "computeConfig",
    "storageConfig",
    "controlPlaneScalingConfig",
    "kubeApiServerConfig",
    "kubeSchedulerConfig",
    "kubeControllerManagerConfig",
)


def new_config(params: Mapping[str, Any], identifiers: Identifiers) -> dict[str, Any]:
    """Return the chosen members of a new cluster.

    Raises:
        ApiError: Auto Mode is half on, or nothing can reach the endpoint.
    """
    check_auto_mode(params)
    config = {
        "roleArn": params["roleArn"],
        "resourcesVpcConfig": _vpc_config(params["resourcesVpcConfig"], identifiers),
        "kubernetesNetworkConfig": _network_config(params.get("kubernetesNetworkConfig") or {}),
        "logging": {"clusterLogging": merged_logging((), params.get("logging") or {})},
        "accessConfig": {
            "authenticationMode": "CONFIG_MAP",
            "bootstrapClusterCreatorAdminPermissions": True,
            **(params.get("accessConfig") or {}),
        },
        "upgradePolicy": {"supportType": "EXTENDED", **(params.get("upgradePolicy") or {})},
        "deletionProtection": params.get("deletionProtection") or False,
    }
    return config | {name: params[name] for name in _AS_GIVEN if params.get(name)}


def check_auto_mode(params: Mapping[str, Any]) -> None:
    """Hold the three switches of Auto Mode together.

    https://docs.aws.amazon.com/eks/latest/userguide/automode-get-started-cli.html

    Raises:
        ApiError: Some are on and some are off.
    """
    switches = {
        bool((params.get("computeConfig") or {}).get("enabled")),
        bool(_nested(params, "kubernetesNetworkConfig", "elasticLoadBalancing")),
        bool(_nested(params, "storageConfig", "blockStorage")),
    }
    if len(switches) > 1:
        raise invalid_parameter(
            "For EKS Auto Mode, please ensure that all required configs, including computeConfig, "
            "kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully "
            "disabled."
        )


def merged_logging(
    present: tuple[Mapping[str, Any], ...] | list[Mapping[str, Any]], given: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the log types by whether they are on, after a change."""
    enabled = {type_ for entry in present if entry["enabled"] for type_ in entry["types"]}
    for entry in given.get("clusterLogging") or ():
        types = set(entry.get("types") or ())
        enabled = enabled | types if entry.get("enabled") else enabled - types
    on = [type_ for type_ in _LOG_TYPES if type_ in enabled]
    off = [type_ for type_ in _LOG_TYPES if type_ not in enabled]
    return [
        {"types": types, "enabled": state} for types, state in ((on, True), (off, False)) if types
    ]


def reachable_members(
    caller: Caller, name: str, endpoint: str, issuer: str | None, identifiers: Identifiers
) -> dict[str, Any]:
    """Return endpoint, certificate authority and OIDC issuer.

    Args:
        caller: Whose cluster it is.
        name: Cluster name.
        endpoint: Address with {account}, {region} and {cluster}; empty for one of AWS's form.
        issuer: URL of the issuer, or None for one of AWS's form.
        identifiers: Source of the part of both that is the cluster's own.
    """
    id_ = identifiers.hex32()
    suffix = "amazonaws.com.cn" if caller.partition == "aws-cn" else "amazonaws.com"
    own = f"https://{id_}.gr7.{caller.region}.eks.{suffix}"
    address = endpoint.format(account=caller.account, region=caller.region, cluster=name)
    return {
        "endpoint": address or own,
        "certificateAuthority": {"data": _certificate_authority()},
        "identity": {
            "oidc": {"issuer": issuer or f"https://oidc.eks.{caller.region}.{suffix}/id/{id_}"}
        },
    }


def param_text(value: object) -> str:
    """Return a changed value as the text that an update record holds."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


@cache
def _certificate_authority() -> str:
    """A real certificate, since clients parse it; its key was thrown away."""
    pem = files("eks_pod_identity_emulator") / "data" / "certificate-authority.pem"
    return b64encode(pem.read_bytes()).decode()


def _vpc_config(given: Mapping[str, Any], identifiers: Identifiers) -> dict[str, Any]:
    """VPC and security group are made up: networks are outside of what is emulated."""
    public = given.get("endpointPublicAccess", True)
    private = given.get("endpointPrivateAccess", False)
    if not public and not private:
        raise invalid_parameter("Private and public endpoint access cannot both be false.")
    suffix = identifiers.hex32().lower()
    return {
        "subnetIds": list(given.get("subnetIds") or ()),
        "securityGroupIds": list(given.get("securityGroupIds") or ()),
        "clusterSecurityGroupId": f"sg-{suffix[:17]}",
        "vpcId": f"vpc-{suffix[:17]}",
        "endpointPublicAccess": public,
        "endpointPrivateAccess": private,
        "publicAccessCidrs": list(given.get("publicAccessCidrs") or ["0.0.0.0/0"]),
    }


def _network_config(given: Mapping[str, Any]) -> dict[str, Any]:
    family = given.get("ipFamily") or "ipv4"
    services = (
        {"serviceIpv6Cidr": _IPV6_SERVICES}
        if family == "ipv6"
        else {"serviceIpv4Cidr": given.get("serviceIpv4Cidr") or _IPV4_SERVICES}
    )
    balancing = {"enabled": bool((given.get("elasticLoadBalancing") or {}).get("enabled"))}
    return {"ipFamily": family, **services, "elasticLoadBalancing": balancing}


def _nested(params: Mapping[str, Any], outer: str, inner: str) -> bool | None:
    return ((params.get(outer) or {}).get(inner) or {}).get("enabled")
