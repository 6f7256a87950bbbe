"""What a cluster's pods run on, as a seed file has it: nodes, node groups, Fargate profiles."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from eks_pod_identity_emulator.seed.mapping import SeedMapping

OPERATING_SYSTEMS = ("linux", "windows")
COMPUTE_TYPES = ("ec2", "fargate", "auto", "hybrid")
AMI_TYPES = ("AL2023_x86_64_STANDARD", "BOTTLEROCKET_x86_64", "WINDOWS_CORE_2022_x86_64")


@dataclass(frozen=True, slots=True)
class SeedNode:
    """A node of a cluster.

    Attributes:
        name: Name of the Node object.
        os: linux or windows.
        compute_type: ec2, fargate, auto or hybrid.
        labels: Labels besides those that the kubelet and EKS put on it.
    """

    name: str
    os: str = "linux"
    compute_type: str = "ec2"
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class FargateSelector:
    """What pods a Fargate profile takes: those of a namespace with all of the labels."""

    namespace: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SeedFargateProfile:
    """A Fargate profile; a pod that it takes runs on a node of its own, without an agent."""

    name: str
    pod_execution_role_arn: str
    selectors: tuple[FargateSelector, ...]


@dataclass(frozen=True, slots=True)
class SeedNodegroup:
    """A managed node group; its nodes are seed nodes with the label eks.amazonaws.com/nodegroup."""

    name: str
    ami_type: str
    node_role_arn: str


@dataclass(frozen=True, slots=True)
class SeedCompute:
    """All of it; no nodes stands for the two that every cluster has."""

    nodes: tuple[SeedNode, ...] = ()
    nodegroups: tuple[SeedNodegroup, ...] = ()
    fargate_profiles: tuple[SeedFargateProfile, ...] = ()


def read_compute(mapping: SeedMapping) -> SeedCompute:
    """Return what a cluster of a seed file runs pods on.

    Raises:
        SeedError: A key is missing, unknown or of the wrong type.
    """
    return SeedCompute(
        nodes=mapping.items("nodes", _node),
        nodegroups=mapping.items("nodegroups", _nodegroup),
        fargate_profiles=mapping.items("fargateProfiles", _fargate_profile),
    )


def _node(mapping: SeedMapping) -> SeedNode:
    return SeedNode(
        name=mapping.text("name"),
        os=mapping.choice("os", OPERATING_SYSTEMS, "linux"),
        compute_type=mapping.choice("computeType", COMPUTE_TYPES, "ec2"),
        labels=mapping.texts("labels"),
    )


def _nodegroup(mapping: SeedMapping) -> SeedNodegroup:
    return SeedNodegroup(
        name=mapping.text("name"),
        ami_type=mapping.choice("amiType", AMI_TYPES, AMI_TYPES[0]),
        node_role_arn=mapping.text("nodeRole"),
    )


def _fargate_profile(mapping: SeedMapping) -> SeedFargateProfile:
    return SeedFargateProfile(
        name=mapping.text("name"),
        pod_execution_role_arn=mapping.text("podExecutionRoleArn"),
        selectors=mapping.items("selectors", _selector),
    )


def _selector(mapping: SeedMapping) -> FargateSelector:
    return FargateSelector(mapping.text("namespace"), mapping.texts("labels"))
