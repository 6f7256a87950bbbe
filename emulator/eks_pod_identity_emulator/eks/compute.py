"""Node groups and Fargate profiles of a cluster: those of the seed, to be listed and described.

What would create one is not emulated, and the server says so.
https://docs.aws.amazon.com/eks/latest/APIReference/API_FargateProfile.html, API_Nodegroup.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eks_pod_identity_emulator.eks.caller import Caller
from eks_pod_identity_emulator.eks.environment import Answer, Operation, Params
from eks_pod_identity_emulator.eks.identifiers import Identifiers
from eks_pod_identity_emulator.eks.paging import list_page
from eks_pod_identity_emulator.eks.refusals import not_found
from eks_pod_identity_emulator.eks.region import Region
from eks_pod_identity_emulator.eks.table import Table
from eks_pod_identity_emulator.seed import SeedCluster, SeedFargateProfile, SeedNodegroup

_SUBNETS = ("subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718")


@dataclass(frozen=True, slots=True)
class Birth:
    """Where and when what belongs to a cluster was made, and where its ids come from."""

    caller: Caller
    cluster: str
    time: datetime
    identifiers: Identifiers

    def arn(self, kind: str, name: str) -> str:
        """Return the ARN of something new, such as fargateprofile/demo/batch/UUID."""
        where = f"{self.caller.region}:{self.caller.account}"
        path = f"{kind}/{self.cluster}/{name}/{self.identifiers.uuid()}"
        return f"arn:{self.caller.partition}:eks:{where}:{path}"


def seeded_nodegroups(seed: SeedCluster, birth: Birth) -> Table[Mapping[str, Any]]:
    """Return a seed cluster's node groups as DescribeNodegroup shows them."""
    found: Table[Mapping[str, Any]] = Table()
    for one in seed.compute.nodegroups:
        found.add(one.name, _nodegroup(one, birth))
    return found


def seeded_fargate_profiles(seed: SeedCluster, birth: Birth) -> Table[Mapping[str, Any]]:
    """Return a seed cluster's Fargate profiles as DescribeFargateProfile shows them."""
    found: Table[Mapping[str, Any]] = Table()
    for one in seed.compute.fargate_profiles:
        found.add(one.name, _fargate_profile(one, birth))
    return found


class ComputeOperations:
    """Lists and describes them."""

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The operations by their names in the API."""
        return {
            "DescribeFargateProfile": self.describe_fargate_profile,
            "DescribeNodegroup": self.describe_nodegroup,
            "ListFargateProfiles": self.list_fargate_profiles,
            "ListNodegroups": self.list_nodegroups,
        }

    def describe_fargate_profile(self, region: Region, params: Params) -> Answer:
        """Show a Fargate profile."""
        cluster = region.cluster(params["clusterName"])
        name, profiles = params["fargateProfileName"], cluster.fargate_profiles
        return {"fargateProfile": _found(profiles, name, "Fargate Profile", cluster.name)}

    def describe_nodegroup(self, region: Region, params: Params) -> Answer:
        """Show a node group."""
        cluster = region.cluster(params["clusterName"])
        name, groups = params["nodegroupName"], cluster.nodegroups
        return {"nodegroup": _found(groups, name, "node group", cluster.name)}

    def list_fargate_profiles(self, region: Region, params: Params) -> Answer:
        """Name the Fargate profiles."""
        profiles = region.cluster(params["clusterName"]).fargate_profiles
        return list_page(profiles, params, "fargateProfileNames", _name)

    def list_nodegroups(self, region: Region, params: Params) -> Answer:
        """Name the node groups."""
        groups = region.cluster(params["clusterName"]).nodegroups
        return list_page(groups, params, "nodegroups", _name)


def _found(table: Table[Mapping[str, Any]], name: str, kind: str, cluster: str) -> dict[str, Any]:
    found = table.get(name)
    if found is None:
        raise not_found(f"No {kind} found for name: {name}.", clusterName=cluster)
    return dict(found)


def _name(shown: Mapping[str, Any]) -> str:
    return str(shown.get("nodegroupName") or shown["fargateProfileName"])


def _nodegroup(seed: SeedNodegroup, birth: Birth) -> Mapping[str, Any]:
    return {
        "nodegroupName": seed.name,
        "nodegroupArn": birth.arn("nodegroup", seed.name),
        "clusterName": birth.cluster,
        "createdAt": birth.time,
        "modifiedAt": birth.time,
        "status": "ACTIVE",
        "amiType": seed.ami_type,
        "nodeRole": seed.node_role_arn,
        "subnets": list(_SUBNETS),
        "health": {"issues": []},
        "tags": {},
    }


def _fargate_profile(seed: SeedFargateProfile, birth: Birth) -> Mapping[str, Any]:
    return {
        "fargateProfileName": seed.name,
        "fargateProfileArn": birth.arn("fargateprofile", seed.name),
        "clusterName": birth.cluster,
        "createdAt": birth.time,
        "podExecutionRoleArn": seed.pod_execution_role_arn,
        "subnets": list(_SUBNETS),
        "selectors": [
            {"namespace": one.namespace, "labels": dict(one.labels)} for one in seed.selectors
        ],
        "status": "ACTIVE",
        "tags": {},
    }
