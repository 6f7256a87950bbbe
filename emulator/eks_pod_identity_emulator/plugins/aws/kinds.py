"""All kinds of AWS resources that this stand-in has, by their Pulumi types."""

from collections.abc import Mapping
from types import MappingProxyType

from eks_pod_identity_emulator.plugins.aws.addon import Addon
from eks_pod_identity_emulator.plugins.aws.bucket import Bucket
from eks_pod_identity_emulator.plugins.aws.bucket_object import BucketObject, BucketObjectv2
from eks_pod_identity_emulator.plugins.aws.bucket_policy import BucketPolicy
from eks_pod_identity_emulator.plugins.aws.cluster import Cluster
from eks_pod_identity_emulator.plugins.aws.kind import Kind
from eks_pod_identity_emulator.plugins.aws.managed_policy import ManagedPolicy
from eks_pod_identity_emulator.plugins.aws.openid_connect_provider import OpenIdConnectProvider
from eks_pod_identity_emulator.plugins.aws.pod_identity_association import PodIdentityAssociation
from eks_pod_identity_emulator.plugins.aws.role import Role
from eks_pod_identity_emulator.plugins.aws.role_policy import RolePolicy
from eks_pod_identity_emulator.plugins.aws.role_policy_attachment import RolePolicyAttachment
from eks_pod_identity_emulator.plugins.aws.secret import Secret
from eks_pod_identity_emulator.plugins.aws.secret_version import SecretVersion
from eks_pod_identity_emulator.plugins.provider import find_kind

_ALL: tuple[type[Kind], ...] = (
    Addon,
    Bucket,
    BucketObject,
    BucketObjectv2,
    BucketPolicy,
    Cluster,
    ManagedPolicy,
    OpenIdConnectProvider,
    PodIdentityAssociation,
    Role,
    RolePolicy,
    RolePolicyAttachment,
    Secret,
    SecretVersion,
)
KINDS: Mapping[str, Kind] = MappingProxyType({kind.pulumi_type: kind() for kind in _ALL})


def kind_of(token: str) -> Kind:
    """Return the kind of a Pulumi type; raise PluginError if this stand-in has none."""
    return find_kind(KINDS, token, "aws")
