"""The root of the file: `ClusterConfig` and the sections of it that say something to us.

Keys that are passed over are those of eksctl's JSON schema
(eksctl-io/eksctl, pkg/apis/eksctl.io/v1alpha5/assets/schema.json at 99984adb, August 2026).
"""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from eks_pod_identity.config.addon import Addon, AddonsConfig, OptionalAssociations
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.fields import (
    Flag,
    OptionalText,
    Text,
    TextMap,
    read_mapping,
    read_optional_list,
    read_optional_text,
)
from eks_pod_identity.config.pattern import AssociationPattern, Expansion
from eks_pod_identity.config.presence import Presence, presence_of
from eks_pod_identity.config.section import Section
from eks_pod_identity.config.words import quoted
from eks_pod_identity.names import ServiceAccountRef

API_VERSION = "eksctl.io/v1alpha5"
KIND = "ClusterConfig"


class IpFamily(Enum):
    """The IP family of pods and services."""

    IPV4 = "IPv4"
    IPV6 = "IPv6"


def _read_ip_family(value: object) -> IpFamily | None:
    text = read_optional_text(value)
    if text is None:
        return None
    try:
        return IpFamily(text)
    except ValueError:
        context = {"value": quoted(text)}
        raise PydanticCustomError(
            Fault.IP_FAMILY_UNKNOWN.id, "{value} is neither IPv4 nor IPv6", context
        ) from None


OptionalIpFamily: TypeAlias = Annotated[
    IpFamily | None, BeforeValidator(_read_ip_family, json_schema_input_type=str | None)
]
OptionalAddons: TypeAlias = Annotated[tuple[Addon, ...] | None, BeforeValidator(read_optional_list)]


def _read_irsa_accounts(value: object) -> tuple[ServiceAccountRef | None, ...]:
    """Return the service accounts of eksctl's list, None for what is none; eksctl judges those."""
    entries = value if isinstance(value, list | tuple) else ()
    return tuple(map(_irsa_account, entries))


def _irsa_account(entry: object) -> ServiceAccountRef | None:
    metadata = entry.get("metadata") if isinstance(entry, Mapping) else None
    if not isinstance(metadata, Mapping) or not isinstance(metadata.get("name"), str):
        return None
    namespace = metadata.get("namespace")
    # eksctl, pkg/apis/eksctl.io/v1alpha5/defaults.go: the namespace is "default" by default.
    return ServiceAccountRef(str(namespace) if namespace else "default", metadata["name"])


IrsaAccounts: TypeAlias = Annotated[
    tuple[ServiceAccountRef | None, ...],
    BeforeValidator(_read_irsa_accounts, json_schema_input_type=Any),
]


class Metadata(Section):
    """Which cluster the file is about.

    Attributes:
        name: Name of the EKS cluster.
        region: AWS region of the cluster.
        version: Kubernetes version, in quotes, for example "1.33".
        tags: Tags of everything that is made for the cluster.
    """

    passed_over: ClassVar[frozenset[str]] = frozenset(
        {"annotations", "forceUpdateVersion", "rollbackConfig"}
    )

    omitted_if_null: ClassVar[frozenset[str]] = frozenset({"tags"})

    name: Text = ""
    region: Text = ""
    version: OptionalText = None
    tags: TextMap = Field(default_factory=dict)


class Iam(Section):
    """The `iam` section.

    Attributes:
        pod_identity_associations: Standalone associations; `[]` removes all that were made from
            this file, leaving the key out is no removal.
        with_oidc: Whether eksctl keeps an IAM OIDC provider for the cluster (needed by IRSA).
        service_accounts: Of eksctl: accounts with IRSA roles; read to report those that have an
            association too.
    """

    passed_over: ClassVar[frozenset[str]] = frozenset(
        {
            "fargatePodExecutionRoleARN",
            "fargatePodExecutionRolePermissionsBoundary",
            "serviceRoleARN",
            "serviceRolePermissionsBoundary",
            "vpcResourceControllerPolicy",
        }
    )

    pod_identity_associations: OptionalAssociations = None
    with_oidc: Flag = False
    service_accounts: IrsaAccounts = ()


class AutoModeConfig(Section):
    """EKS Auto Mode, which has the agent built in.

    Attributes:
        enabled: Whether the cluster runs in Auto Mode.
    """

    passed_over: ClassVar[frozenset[str]] = frozenset(
        {"nodePools", "nodeRoleARN", "permissionsBoundaryARN"}
    )

    enabled: Flag = False


class KubernetesNetworkConfig(Section):
    """The cluster's network; IPv6 changes what vpc-cni needs.

    Attributes:
        ip_family: IPv4 (the default) or IPv6.
    """

    passed_over: ClassVar[frozenset[str]] = frozenset({"serviceIPv4CIDR", "serviceIPv6CIDR"})

    ip_family: OptionalIpFamily = None


class ClusterConfig(Section):
    """What one file declares about one cluster.

    Attributes:
        api_version: eksctl's; may be left out.
        kind: ClusterConfig; may be left out.
        metadata: Which cluster.
        iam: Standalone associations.
        addons: Add-ons of EKS, with the associations that they own.
        addons_config: What holds for all add-ons.
        auto_mode_config: EKS Auto Mode.
        kubernetes_network_config: The cluster's network.
        x_eks_pod_identity: What eksctl has no keys for.
    """

    passed_over: ClassVar[frozenset[str]] = frozenset(
        {
            "accessConfig",
            "availabilityZones",
            "capabilities",
            "cloudWatch",
            "controlPlaneScalingConfig",
            "fargateProfiles",
            "gitops",
            "iamIdentityMappings",
            "identityProviders",
            "karpenter",
            "kubeAPIServerConfig",
            "kubeControllerManagerConfig",
            "kubeSchedulerConfig",
            "localZones",
            "managedNodeGroups",
            "nodeGroups",
            "outpost",
            "privateCluster",
            "remoteNetworkConfig",
            "secretsEncryption",
            "upgradePolicy",
            "vpc",
            "zonalShiftConfig",
        }
    )

    api_version: OptionalText = None
    kind: OptionalText = None
    metadata: Annotated[Metadata, BeforeValidator(read_mapping)] = Metadata()
    iam: Iam | None = None
    addons: OptionalAddons = None
    addons_config: AddonsConfig | None = None
    auto_mode_config: AutoModeConfig | None = None
    kubernetes_network_config: KubernetesNetworkConfig | None = None
    x_eks_pod_identity: Expansion | None = None

    @property
    def patterns(self) -> tuple[AssociationPattern, ...]:
        """The entries of `x-eks-pod-identity`."""
        return (self.x_eks_pod_identity and self.x_eks_pod_identity.associations) or ()

    @property
    def expansion_presence(self) -> Presence:
        """Whether `x-eks-pod-identity.associations` is omitted, null or given."""
        return presence_of(self.x_eks_pod_identity, "associations")

    @property
    def associations_presence(self) -> Presence:
        """Whether `iam.podIdentityAssociations` is omitted, null or given."""
        return presence_of(self.iam, "pod_identity_associations")

    @property
    def addons_presence(self) -> Presence:
        """Whether `addons` is omitted, null or given."""
        return presence_of(self, "addons")

    @property
    def auto_mode(self) -> bool:
        """Whether the cluster runs in Auto Mode."""
        return bool(self.auto_mode_config and self.auto_mode_config.enabled)

    @property
    def has_external_agent(self) -> bool:
        """Whether the cluster's agent is no add-on of EKS."""
        return bool(self.x_eks_pod_identity and self.x_eks_pod_identity.agent)

    @property
    def auto_apply_associations(self) -> bool:
        """Whether add-ons get what EKS recommends without asking for it each."""
        return bool(self.addons_config and self.addons_config.auto_apply_pod_identity_associations)

    @property
    def ip_family(self) -> IpFamily:
        """The IP family; IPv4 unless the file says otherwise, as in EKS."""
        network = self.kubernetes_network_config
        return (network.ip_family if network else None) or IpFamily.IPV4
