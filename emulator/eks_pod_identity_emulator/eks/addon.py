"""An installed add-on.

https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from eks_pod_identity_emulator.eks.table import Table
from eks_pod_identity_emulator.eks.update import Update


@dataclass(slots=True, kw_only=True)
class Addon:
    """What EKS keeps of an add-on.

    Attributes:
        name: Name in the catalog.
        arn: ARN; ends in a UUID of this installation.
        cluster_name: Its cluster.
        version: Version, such as v1.21.2-eksbuild.2.
        namespace: Namespace that it was installed into; fixed.
        status: CREATING, ACTIVE, UPDATING, DELETING, DEGRADED, CREATE_FAILED or UPDATE_FAILED.
        created_at: Time of creation.
        modified_at: Time of the last change.
        issues: Health issues, as DescribeAddon shows them.
        configuration_values: JSON or YAML as given, or None.
        service_account_role_arn: Role for IRSA, or None.
        tags: Tags of the add-on.
        restarts: How often its pods were rolled since it was installed.
        updates: Records of its updates.
        transition: Names the change under way; whatever settles an older one does nothing.
    """

    name: str
    arn: str
    cluster_name: str
    version: str
    namespace: str
    status: str
    created_at: datetime
    modified_at: datetime
    issues: list[dict[str, Any]] = field(default_factory=list)
    configuration_values: str | None = None
    service_account_role_arn: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    restarts: int = 0
    updates: Table[Update] = field(default_factory=Table)
    transition: object = None

    def description(self, association_arns: list[str]) -> dict[str, Any]:
        """Return the add-on as DescribeAddon shows it; members without a value are left out."""
        shown: dict[str, Any] = {
            "addonName": self.name,
            "clusterName": self.cluster_name,
            "status": self.status,
            "addonVersion": self.version,
            "health": {"issues": list(self.issues)},
            "addonArn": self.arn,
            "createdAt": self.created_at,
            "modifiedAt": self.modified_at,
            "tags": dict(self.tags),
            "namespaceConfig": {"namespace": self.namespace},
        }
        if self.service_account_role_arn is not None:
            shown["serviceAccountRoleArn"] = self.service_account_role_arn
        if self.configuration_values is not None:
            shown["configurationValues"] = self.configuration_values
        if association_arns:
            shown["podIdentityAssociations"] = association_arns
        return shown
