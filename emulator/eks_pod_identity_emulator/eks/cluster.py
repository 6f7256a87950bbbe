"""A cluster and all that it holds.

https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from eks_pod_identity_emulator.eks.addon import Addon
from eks_pod_identity_emulator.eks.association import AssociationTable
from eks_pod_identity_emulator.eks.table import Table
from eks_pod_identity_emulator.eks.update import Update
from eks_pod_identity_emulator.seed import SeedAddonOutcome


@dataclass(slots=True, kw_only=True)
class Cluster:
    """What EKS keeps of a cluster.

    Attributes:
        name: Cluster name.
        arn: ARN of the cluster.
        version: Kubernetes version.
        platform_version: EKS platform version.
        status: CREATING, ACTIVE, UPDATING, DELETING or FAILED.
        created_at: Time of creation.
        config: Members of the answer that the client chose, by their names in the API.
        reachable: Members that are known once the control plane stands: endpoint, certificate
            authority, OIDC issuer.
        tags: Tags of the cluster.
        updates: Records of its updates.
        addons: Installed add-ons by name.
        associations: Pod identity associations.
        preserved_addons: Names of add-ons that were deleted and left their software behind.
        addon_outcomes: By add-on name, how creating or updating it ends instead of ACTIVE.
        external_agent: Whether a Pod Identity Agent runs that is no add-on.
        node_role_arn: Role of the nodes, None for one that is not declared.
        nodegroups: Node groups by name, as DescribeNodegroup shows them.
        fargate_profiles: Fargate profiles by name, as DescribeFargateProfile shows them.
        update_under_way: The update that keeps the cluster from others, or None.
    """

    name: str
    arn: str
    version: str
    platform_version: str
    status: str
    created_at: datetime
    config: dict[str, Any]
    reachable: Mapping[str, Any]
    tags: dict[str, str] = field(default_factory=dict)
    updates: Table[Update] = field(default_factory=Table)
    addons: Table[Addon] = field(default_factory=Table)
    associations: AssociationTable = field(default_factory=AssociationTable)
    preserved_addons: set[str] = field(default_factory=set)
    addon_outcomes: Mapping[str, SeedAddonOutcome] = field(default_factory=dict)
    external_agent: bool = False
    node_role_arn: str | None = None
    nodegroups: Table[Mapping[str, Any]] = field(default_factory=Table)
    fargate_profiles: Table[Mapping[str, Any]] = field(default_factory=Table)
    update_under_way: Update | None = None

    @property
    def stands(self) -> bool:
        """Whether the control plane answers, so that add-ons can be worked on."""
        return self.status in {"ACTIVE", "UPDATING"}

    def description(self) -> dict[str, Any]:
        """Return the cluster as DescribeCluster shows it."""
        return {
            "name": self.name,
            "arn": self.arn,
            "createdAt": self.created_at,
            "version": self.version,
            "platformVersion": self.platform_version,
            "status": self.status,
            "tags": dict(self.tags),
            "health": {"issues": []},
            **self.config,
            **({"certificateAuthority": {}} if self.status == "CREATING" else self.reachable),
        }
