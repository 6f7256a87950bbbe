"""What a resource of Pulumi is called in AWS or Kubernetes, before its provider has given an id.

In: a resource's type and inputs. Out: an identity to look it up by, and the ids it has in the state
and in `pulumi import`, which are those of pulumi-aws and pulumi-kubernetes. Only kinds that our
components make have an identity.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import AddonState, Association, Role
from eks_pod_identity.observed.stack import UNKNOWN, StackResource


@dataclass(frozen=True, slots=True)
class PresentObject:
    """A Kubernetes object that exists.

    Attributes:
        stack: `project/stack` that made it, or is taken to; None if nothing tells.
    """

    stack: str | None


Found: TypeAlias = Role | Association | AddonState | PresentObject
"""What a look-up may find; for a part of a role, the role."""


@dataclass(frozen=True, slots=True)
class RoleIdentity:
    """An IAM role."""

    name: str

    def import_id(self, found: Found) -> str | None:
        """Return the id that `pulumi import` takes, or None if this is not what was found."""
        return self.name if isinstance(found, Role) else None

    def __str__(self) -> str:
        return f"role {self.name}"


@dataclass(frozen=True, slots=True)
class InlinePolicyIdentity:
    """An inline policy of a role."""

    role: str
    name: str

    def import_id(self, found: Found) -> str | None:
        """Return the id that `pulumi import` takes, or None if the role has no such policy."""
        there = isinstance(found, Role) and self.name in found.inline_policies
        return f"{self.role}:{self.name}" if there else None

    def __str__(self) -> str:
        return f"inline policy {self.name} of role {self.role}"


@dataclass(frozen=True, slots=True)
class AttachmentIdentity:
    """A managed policy attached to a role."""

    role: str
    policy_arn: str

    def import_id(self, found: Found) -> str | None:
        """Return the id that `pulumi import` takes, or None if the role has no such policy."""
        there = isinstance(found, Role) and self.policy_arn in found.attached_policy_arns
        return f"{self.role}/{self.policy_arn}" if there else None

    def __str__(self) -> str:
        return f"policy {self.policy_arn} on role {self.role}"


@dataclass(frozen=True, slots=True)
class AssociationIdentity:
    """A pod identity association: EKS keeps one for a service account."""

    cluster: str
    service_account: ServiceAccountRef

    def import_id(self, found: Found) -> str | None:
        """Return the id that `pulumi import` takes, or None if this is not what was found."""
        return f"{self.cluster},{found.id}" if isinstance(found, Association) else None

    def __str__(self) -> str:
        return f"association {self.service_account} of cluster {self.cluster}"


@dataclass(frozen=True, slots=True)
class AddonIdentity:
    """An add-on of a cluster."""

    cluster: str
    name: str

    def import_id(self, found: Found) -> str | None:
        """Return the id that `pulumi import` takes, or None if this is not what was found."""
        return f"{self.cluster}:{self.name}" if isinstance(found, AddonState) else None

    def __str__(self) -> str:
        return f"add-on {self.name} of cluster {self.cluster}"


@dataclass(frozen=True, slots=True)
class ObjectIdentity:
    """A Kubernetes object; a namespace has no namespace."""

    kind: str
    name: str
    namespace: str = ""

    @property
    def id(self) -> str:
        """What pulumi-kubernetes calls it, in the state and in an import."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    def import_id(self, found: Found) -> str | None:
        """Return the id that `pulumi import` takes, or None if this is not what was found."""
        return self.id if isinstance(found, PresentObject) else None

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


Identity: TypeAlias = (
    RoleIdentity
    | InlinePolicyIdentity
    | AttachmentIdentity
    | AssociationIdentity
    | AddonIdentity
    | ObjectIdentity
)


def role_of(identity: Identity) -> str | None:
    """Return the name of the role that an identity is, or is part of; None for anything else."""
    match identity:
        case RoleIdentity(name):
            return name
        case InlinePolicyIdentity(role) | AttachmentIdentity(role):
            return role
        case _:
            return None


def identify(resource: StackResource) -> Identity | None:
    """Return the identity of a resource, or None if its kind is not ours or its name not known."""
    build = _BUILDERS.get(resource.type)
    return build(resource.inputs) if build and _names_are_known(resource) else None


def _names_are_known(resource: StackResource) -> bool:
    """Tell whether names are given, and are neither known later nor secret."""
    inputs = {**resource.inputs, **(resource.inputs.get("metadata") or {})}
    names = [inputs.get(name) for name in _NAMES[resource.type]]
    return all(isinstance(name, str) and name and UNKNOWN not in name for name in names)


def _association(inputs: Mapping[str, Any]) -> AssociationIdentity:
    ref = ServiceAccountRef(inputs["namespace"], inputs["serviceAccount"])
    return AssociationIdentity(inputs["clusterName"], ref)


def _service_account(inputs: Mapping[str, Any]) -> ObjectIdentity:
    metadata = inputs["metadata"]
    return ObjectIdentity("service account", metadata["name"], metadata["namespace"])


_ROLE = "aws:iam/role:Role"
_INLINE_POLICY = "aws:iam/rolePolicy:RolePolicy"
_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
_ADDON = "aws:eks/addon:Addon"
_SERVICE_ACCOUNT = "kubernetes:core/v1:ServiceAccount"
_NAMESPACE = "kubernetes:core/v1:Namespace"

_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        _ROLE: ("name",),
        _INLINE_POLICY: ("role", "name"),
        _ATTACHMENT: ("role", "policyArn"),
        _ASSOCIATION: ("clusterName", "namespace", "serviceAccount"),
        _ADDON: ("clusterName", "addonName"),
        _SERVICE_ACCOUNT: ("namespace", "name"),
        _NAMESPACE: ("name",),
    }
)
_BUILDERS: Mapping[str, Callable[[Mapping[str, Any]], Identity]] = MappingProxyType(
    {
        _ROLE: lambda inputs: RoleIdentity(inputs["name"]),
        _INLINE_POLICY: lambda inputs: InlinePolicyIdentity(inputs["role"], inputs["name"]),
        _ATTACHMENT: lambda inputs: AttachmentIdentity(inputs["role"], inputs["policyArn"]),
        _ASSOCIATION: _association,
        _ADDON: lambda inputs: AddonIdentity(inputs["clusterName"], inputs["addonName"]),
        _SERVICE_ACCOUNT: _service_account,
        _NAMESPACE: lambda inputs: ObjectIdentity("namespace", inputs["metadata"]["name"]),
    }
)
