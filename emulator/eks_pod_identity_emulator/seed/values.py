"""The contents of a seed file as frozen values; the keys of the file in snake case."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any

from eks_pod_identity_emulator.seed.account_parts import (
    SeedEvent,
    SeedLastUse,
    SeedOidcProvider,
    SeedStack,
)
from eks_pod_identity_emulator.seed.belongings import SeedBucket, SeedSecret
from eks_pod_identity_emulator.seed.compute import SeedCompute
from eks_pod_identity_emulator.seed.offers import SeedOffers
from eks_pod_identity_emulator.seed.pods import SeedPod
from eks_pod_identity_emulator.settings import Settings


def _empty() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SeedRole:
    """An IAM role to create in advance.

    Attributes:
        name: Role name, without path.
        trust: Trust policy document.
        path: IAM path.
        managed_policies: ARNs of policies to attach.
        inline_policies: Documents by policy name.
        permissions_boundary: ARN of the boundary policy, or None.
        tags: Tags of the role.
        last_use: When it was used last, None for never.
    """

    name: str
    trust: Mapping[str, Any]
    path: str = "/"
    managed_policies: tuple[str, ...] = ()
    inline_policies: Mapping[str, Mapping[str, Any]] = field(default_factory=_empty)
    permissions_boundary: str | None = None
    tags: Mapping[str, str] = field(default_factory=_empty)
    last_use: SeedLastUse | None = None


@dataclass(frozen=True, slots=True)
class SeedPolicy:
    """A customer managed IAM policy to create in advance."""

    name: str
    document: Mapping[str, Any]
    path: str = "/"
    tags: Mapping[str, str] = field(default_factory=_empty)


@dataclass(frozen=True, slots=True)
class SeedServiceAccount:
    """A Kubernetes service account; its namespace is created with it."""

    namespace: str
    name: str
    labels: Mapping[str, str] = field(default_factory=_empty)
    annotations: Mapping[str, str] = field(default_factory=_empty)


@dataclass(frozen=True, slots=True)
class SeedAssociation:
    """A standalone pod identity association, as if somebody else had made it."""

    namespace: str
    service_account: str
    role_arn: str
    target_role_arn: str | None = None
    disable_session_tags: bool = False
    policy: str | None = None
    tags: Mapping[str, str] = field(default_factory=_empty)


@dataclass(frozen=True, slots=True)
class SeedAddonAssociation:
    """A pod identity association that an add-on owns."""

    service_account: str
    role_arn: str


@dataclass(frozen=True, slots=True)
class SeedAddon:
    """An installed add-on; no version means the default one for the cluster."""

    name: str
    version: str | None = None
    namespace: str | None = None
    configuration_values: str | None = None
    service_account_role_arn: str | None = None
    associations: tuple[SeedAddonAssociation, ...] = ()
    tags: Mapping[str, str] = field(default_factory=_empty)


@dataclass(frozen=True, slots=True)
class SeedAddonOutcome:
    """How an add-on ends up once it is created or updated, in place of ACTIVE.

    Attributes:
        status: CREATE_FAILED, UPDATE_FAILED or DEGRADED.
        code: Code of the health issue, such as InsufficientNumberOfReplicas.
        message: Text of the health issue.
    """

    status: str
    code: str = "InsufficientNumberOfReplicas"
    message: str = "The add-on is unhealthy because it doesn't have the desired number of replicas."


class KubernetesAccess(Enum):
    """What a cluster's Kubernetes API lets callers do: all, nothing (403), not even ask (401)."""

    ADMIN = "admin"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SeedCluster:
    """An EKS cluster and what it holds.

    Attributes:
        name: Cluster name.
        version: Kubernetes version; None for EKS's default.
        status: ACTIVE, CREATING, UPDATING, DELETING or FAILED; it stays so.
        role_arn: Cluster role; None for one named after the cluster, which need not exist.
        ip_family: ipv4 or ipv6.
        auto_mode: Whether EKS Auto Mode is on, which has the Pod Identity Agent built in.
        external_agent: Whether a Pod Identity Agent runs that is no add-on.
        node_role_arn: Role of the nodes; None for one that may all that nodes have to.
        authentication_mode: API, API_AND_CONFIG_MAP or CONFIG_MAP.
        oidc_issuer: URL of the OIDC issuer; None for one of AWS's form.
        deletion_protection: Whether DeleteCluster is refused.
        kubernetes_access: What the Kubernetes API lets callers do.
        tags: Tags of the cluster.
        namespaces: Kubernetes namespaces besides the built-in ones.
        service_accounts: Kubernetes service accounts.
        pods: Pods, which have what the associations give them.
        associations: Standalone associations.
        addons: Installed add-ons.
        addon_outcomes: By add-on name, how creating or updating it ends.
        compute: Nodes, node groups and Fargate profiles.
        objects: Kubernetes manifests, created in their order after the service accounts.
        patches: Merge patches of objects that are there by then, as manifests with kind and name.
    """

    name: str
    version: str | None = None
    status: str = "ACTIVE"
    role_arn: str | None = None
    ip_family: str = "ipv4"
    auto_mode: bool = False
    external_agent: bool = False
    node_role_arn: str | None = None
    authentication_mode: str = "API_AND_CONFIG_MAP"
    oidc_issuer: str | None = None
    deletion_protection: bool = False
    kubernetes_access: KubernetesAccess = KubernetesAccess.ADMIN
    tags: Mapping[str, str] = field(default_factory=_empty)
    namespaces: tuple[str, ...] = ()
    service_accounts: tuple[SeedServiceAccount, ...] = ()
    pods: tuple[SeedPod, ...] = ()
    associations: tuple[SeedAssociation, ...] = ()
    addons: tuple[SeedAddon, ...] = ()
    addon_outcomes: Mapping[str, SeedAddonOutcome] = field(default_factory=_empty)
    compute: SeedCompute = field(default_factory=SeedCompute)
    objects: tuple[Mapping[str, Any], ...] = ()
    patches: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class SeedRegion:
    """What one region of an account holds.

    Attributes:
        name: Name of the region.
        pod_identity: Whether EKS offers Pod Identity there.
        clusters: EKS clusters.
        stacks: CloudFormation stacks, created in their order.
        events: What happened before the first call.
        secrets: Secrets of Secrets Manager.
        buckets: Buckets of S3.
    """

    name: str
    pod_identity: bool = True
    clusters: tuple[SeedCluster, ...] = ()
    stacks: tuple[SeedStack, ...] = ()
    events: tuple[SeedEvent, ...] = ()
    secrets: tuple[SeedSecret, ...] = ()
    buckets: tuple[SeedBucket, ...] = ()


@dataclass(frozen=True, slots=True)
class SeedAccount:
    """One AWS account: IAM, which is global, and its regions; the organization it is in, if any.

    `trust_policy_size` is its quota of characters in a trust policy, None for that of the settings.
    """

    id: str
    organization: str | None = None
    roles: tuple[SeedRole, ...] = ()
    policies: tuple[SeedPolicy, ...] = ()
    oidc_providers: tuple[SeedOidcProvider, ...] = ()
    trust_policy_size: int | None = None
    regions: tuple[SeedRegion, ...] = ()


@dataclass(frozen=True, slots=True)
class Seed:
    """A whole seed file; `offers` are its versions of Kubernetes and add-ons."""

    settings: Settings = field(default_factory=Settings)
    offers: SeedOffers = field(default_factory=SeedOffers)
    accounts: tuple[SeedAccount, ...] = ()


EMPTY_SEED = Seed()
