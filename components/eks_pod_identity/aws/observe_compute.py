"""What a cluster's pods run on, as EKS knows it: Fargate profiles, and the roles of nodes.

Roles of nodes are those of Auto Mode, of managed node groups, and of access entries for nodes.
https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity.aws.errors import observation_error
from eks_pod_identity.observed.cluster import ClusterState
from eks_pod_identity.observed.workload import AUTO_MODE, FargateProfile, NodeRole

if TYPE_CHECKING:
    from types_boto3_eks import EKSClient

_NODE_ENTRIES = frozenset({"EC2", "EC2_LINUX", "HYBRID_LINUX"})


def observe_fargate_profiles(eks: "EKSClient", cluster: str) -> tuple[FargateProfile, ...]:
    """Return the Fargate profiles of a cluster.

    Raises:
        ObservationError: AWS could not be read.
    """
    try:
        return tuple(_profiles(eks, cluster))
    except (ClientError, BotoCoreError) as error:
        raise observation_error(error, f'the Fargate profiles of cluster "{cluster}"') from error


def _profiles(eks: "EKSClient", cluster: str) -> Iterator[FargateProfile]:
    for page in eks.get_paginator("list_fargate_profiles").paginate(clusterName=cluster):
        for name in sorted(page["fargateProfileNames"]):
            answer = eks.describe_fargate_profile(clusterName=cluster, fargateProfileName=name)
            selectors = answer["fargateProfile"].get("selectors", ())
            found = tuple((one.get("namespace", "*"), one.get("labels", {})) for one in selectors)
            yield FargateProfile(name, found)


def observe_node_roles(eks: "EKSClient", cluster: ClusterState) -> tuple[NodeRole, ...]:
    """Return the roles of a cluster's nodes, as far as EKS knows them.

    Raises:
        ObservationError: AWS could not be read.
    """
    role, name = cluster.node_role_arn, cluster.name
    of_auto = [NodeRole(role, AUTO_MODE)] if role else []
    try:
        return (*of_auto, *_of_groups(eks, name), *_of_entries(eks, name))
    except (ClientError, BotoCoreError) as error:
        raise observation_error(error, f'the nodes of cluster "{name}"') from error


def _of_groups(eks: "EKSClient", cluster: str) -> Iterator[NodeRole]:
    for page in eks.get_paginator("list_nodegroups").paginate(clusterName=cluster):
        for name in page["nodegroups"]:
            answer = eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)
            yield NodeRole(answer["nodegroup"].get("nodeRole", ""), f"node group {name}", name)


def _of_entries(eks: "EKSClient", cluster: str) -> Iterator[NodeRole]:
    for page in eks.get_paginator("list_access_entries").paginate(clusterName=cluster):
        for arn in page["accessEntries"]:
            answer = eks.describe_access_entry(clusterName=cluster, principalArn=arn)
            if answer["accessEntry"].get("type") in _NODE_ENTRIES:
                yield NodeRole(arn, "an access entry for nodes")
