"""Resources as rules see them: plain values, without the SDK."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from eks_pod_identity_policies.values import Plain

ROLE = "aws:iam/role:Role"
NATIVE_ROLE = "aws-native:iam:Role"
ROLES = frozenset({ROLE, NATIVE_ROLE})
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
NATIVE_ASSOCIATION = "aws-native:eks:PodIdentityAssociation"
ASSOCIATIONS = frozenset({ASSOCIATION, NATIVE_ASSOCIATION})
ADDON = "aws:eks/addon:Addon"
NATIVE_ADDON = "aws-native:eks:Addon"
ADDONS = frozenset({ADDON, NATIVE_ADDON})
CLUSTERS = frozenset({"aws:eks/cluster:Cluster", "aws-native:eks:Cluster"})
SERVICE_ACCOUNT = "kubernetes:core/v1:ServiceAccount"
SERVICE_ACCOUNTS = frozenset({SERVICE_ACCOUNT, f"{SERVICE_ACCOUNT}Patch", f"{SERVICE_ACCOUNT}List"})
USERS = frozenset({"aws:iam/user:User", "aws-native:iam:User"})


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource.

    Attributes:
        type: The type token.
        name: The Pulumi name.
        urn: The URN.
        props: Inputs in a resource rule, outputs in a stack rule.
        ignore_changes: The property paths that the engine does not compare.
        provider: The properties of the provider.
        dependencies: For each property the URNs it was made from; in stack rules only.
    """

    type: str
    name: str
    urn: str
    props: Mapping[str, Plain]
    ignore_changes: tuple[str, ...] = ()
    provider: Mapping[str, Plain] = field(default_factory=dict)
    dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def get(self, name: str) -> Plain:
        """Return a property, None if it is not there."""
        return self.props.get(name)
