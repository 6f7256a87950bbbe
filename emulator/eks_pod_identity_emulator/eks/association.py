"""A pod identity association, and the associations of one cluster with their indexes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from eks_pod_identity_emulator.eks.table import Table


@dataclass(slots=True, kw_only=True)
class Association:
    """What EKS keeps of an association.

    Attributes:
        id: 19 characters.
        arn: ARN of the association.
        cluster_name: Its cluster; fixed, as are namespace and service account.
        namespace: Kubernetes namespace.
        service_account: Kubernetes service account.
        role_arn: The role that pods get.
        external_id: What a target role's trust policy can ask for.
        created_at: Time of creation.
        modified_at: Time of the last change.
        visible_at: Monotonic time from which new pods get credentials.
        owner_arn: ARN of the add-on that owns it; None for a standalone one.
        disable_session_tags: Whether the six session tags are left out.
        target_role_arn: Role to go on to, or None.
        policy: Session policy in JSON, or None.
        tags: Tags of the association.
    """

    id: str
    arn: str
    cluster_name: str
    namespace: str
    service_account: str
    role_arn: str
    external_id: str
    created_at: datetime
    modified_at: datetime
    visible_at: float
    owner_arn: str | None = None
    disable_session_tags: bool = False
    target_role_arn: str | None = None
    policy: str | None = None
    tags: dict[str, str] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """Return what a list shows, which leaves the role out.

        https://docs.aws.amazon.com/eks/latest/APIReference/API_PodIdentityAssociationSummary.html
        """
        shown = {
            "clusterName": self.cluster_name,
            "namespace": self.namespace,
            "serviceAccount": self.service_account,
            "associationArn": self.arn,
            "associationId": self.id,
        }
        if self.owner_arn is not None:
            shown["ownerArn"] = self.owner_arn
        return shown

    def description(self) -> dict[str, Any]:
        """Return what every other operation shows; the external id comes with a target role.

        https://docs.aws.amazon.com/eks/latest/APIReference/API_PodIdentityAssociation.html
        """
        shown: dict[str, Any] = {
            **self.summary(),
            "roleArn": self.role_arn,
            "tags": dict(self.tags),
            "createdAt": self.created_at,
            "modifiedAt": self.modified_at,
            "disableSessionTags": self.disable_session_tags,
        }
        if self.target_role_arn is not None:
            shown["targetRoleArn"] = self.target_role_arn
            shown["externalId"] = self.external_id
        if self.policy is not None:
            shown["policy"] = self.policy
        return shown


class AssociationTable:
    """The associations of a cluster: by id, service account, namespace and owner.

    A service account has at most one association; whoever adds one has checked that.
    """

    def __init__(self) -> None:
        self.all: Table[Association] = Table()
        self._by_namespace: dict[str, Table[Association]] = {}
        self._by_account_name: dict[str, Table[Association]] = {}
        self._by_account: dict[tuple[str, str], Association] = {}
        self._by_owner: dict[str, dict[str, Association]] = {}

    def __len__(self) -> int:
        return len(self.all)

    def __iter__(self) -> Iterator[Association]:
        return iter(self.all)

    def of(self, namespace: str, service_account: str) -> Association | None:
        """Return the association of a service account, or None."""
        return self._by_account.get((namespace, service_account))

    def owned_by(self, owner_arn: str) -> tuple[Association, ...]:
        """Return what an add-on owns, oldest first."""
        return tuple(self._by_owner.get(owner_arn, {}).values())

    def filtered(self, namespace: str | None, service_account: str | None) -> Table[Association]:
        """Return the associations that a list's filters leave, in order of creation."""
        if namespace is None and service_account is None:
            return self.all
        if service_account is None:
            return self._by_namespace.get(namespace or "", Table())
        if namespace is None:
            return self._by_account_name.get(service_account, Table())
        one: Table[Association] = Table()
        found = self.of(namespace, service_account)
        if found is not None:
            one.add(found.id, found)
        return one

    def add(self, association: Association) -> None:
        """Put a new association into every index."""
        key = association.id
        self.all.add(key, association)
        self._by_namespace.setdefault(association.namespace, Table()).add(key, association)
        self._by_account_name.setdefault(association.service_account, Table()).add(key, association)
        self._by_account[association.namespace, association.service_account] = association
        if association.owner_arn is not None:
            self._by_owner.setdefault(association.owner_arn, {})[key] = association

    def remove(self, association: Association) -> None:
        """Take an association out of every index; an index left empty goes too."""
        key = association.id
        self.all.remove(key)
        _remove(self._by_namespace, association.namespace, key)
        _remove(self._by_account_name, association.service_account, key)
        del self._by_account[association.namespace, association.service_account]
        owned = self._by_owner.get(association.owner_arn or "")
        if owned is not None:
            owned.pop(key, None)
            if not owned:
                del self._by_owner[association.owner_arn or ""]


def _remove(index: dict[str, Table[Association]], name: str, key: str) -> None:
    index[name].remove(key)
    if not index[name]:
        del index[name]
