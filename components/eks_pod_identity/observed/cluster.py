"""What there is, as frozen values: a cluster with its add-ons, associations, roles and accounts.

`aws.observe` and `kubernetes.observe` fill them, the planner compares them with what is desired,
the command line shows them. Nothing here reads, and nothing here judges.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from operator import attrgetter
from typing import Any

from eks_pod_identity.names import ServiceAccountRef, parse_arn

# https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
IRSA_ANNOTATION = "eks.amazonaws.com/role-arn"


class IpFamily(Enum):
    """Which addresses the pods and services of a cluster have."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"


DEFAULT_SESSION_DURATION = 3_600  # of a role, in seconds: IAM API reference, CreateRole


@dataclass(frozen=True, slots=True)
class Association:
    """A pod identity association.

    Attributes:
        id: EKS's id, `a-` and 17 characters.
        arn: Its ARN, which holds cluster and id.
        service_account: Whose pods get the role.
        role_arn: The role, of the cluster's account.
        owner_arn: The add-on that owns it; None for a standalone association.
        target_role_arn: The role, of any account, that EKS assumes from the first one.
        disable_session_tags: Whether EKS leaves its session tags out.
        policy: The session policy, JSON text.
        external_id: What EKS sends along when it assumes the target role.
        tags: Tags of the association itself.
        created: When EKS made it.
        modified: When it was last changed.
    """

    id: str
    arn: str
    service_account: ServiceAccountRef
    role_arn: str
    owner_arn: str | None = None
    target_role_arn: str | None = None
    disable_session_tags: bool = False
    policy: str | None = None
    external_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    created: datetime | None = None
    modified: datetime | None = None

    @property
    def owner_addon(self) -> str | None:
        """The name of the owning add-on, or None for a standalone association."""
        return addon_of(self.owner_arn) if self.owner_arn else None


def addon_of(owner_arn: str) -> str:
    """Return the add-on's name in its ARN (`…:addon/CLUSTER/NAME/ID`), or an unusual ARN itself."""
    arn = parse_arn(owner_arn)
    kind, _, rest = arn.resource.partition("/") if arn else ("", "", "")
    return rest.split("/")[1] if kind == "addon" and "/" in rest else owner_arn


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role with all that decides about its pods' permissions.

    Attributes:
        arn: Its ARN, with the path if it has one.
        name: Its name, without path.
        trust_policy: Who may take it on.
        attached_policy_arns: Managed policies, sorted.
        inline_policies: Documents by policy name.
        permissions_boundary_arn: The managed policy that bounds it.
        tags: Its tags.
        description: Its description; empty if it has none.
        max_session_duration: Its longest session, in seconds.
    """

    arn: str
    name: str
    trust_policy: Mapping[str, Any] = field(hash=False)
    attached_policy_arns: tuple[str, ...] = ()
    inline_policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)
    permissions_boundary_arn: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    description: str = ""
    max_session_duration: int = DEFAULT_SESSION_DURATION


@dataclass(frozen=True, slots=True)
class HealthIssue:
    """What EKS finds wrong with an add-on."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class AddonState:
    """An add-on as it is installed.

    Attributes:
        name: EKS's name of it.
        version: The version that runs.
        status: EKS's word: `ACTIVE`, `UPDATING`, `DEGRADED` and so on.
        arn: Its ARN; the associations it owns name it as their owner.
        association_ids: Ids of the associations it owns, sorted.
        service_account_role_arn: Its IRSA role.
        configuration_values: JSON or YAML text as given to EKS.
        namespace: Where it is installed.
        health_issues: What is wrong with it.
        tags: Its tags.
    """

    name: str
    version: str
    status: str
    arn: str
    association_ids: tuple[str, ...] = ()
    service_account_role_arn: str | None = None
    configuration_values: str | None = None
    namespace: str | None = None
    health_issues: tuple[HealthIssue, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ServiceAccountState:
    """A service account in Kubernetes.

    Attributes:
        ref: Its namespace and name.
        labels: Its labels.
        annotations: Its annotations.
    """

    ref: ServiceAccountRef
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    annotations: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def tags(self) -> Mapping[str, str]:
        """Where it says whose it is: Kubernetes' word for tags is annotations."""
        return self.annotations

    @property
    def irsa_role_arn(self) -> str | None:
        """The role that pods get by IRSA; None if it is not annotated with one."""
        return self.annotations.get(IRSA_ANNOTATION)


@dataclass(frozen=True, slots=True)
class KubernetesState:
    """What the Kubernetes API of a cluster told.

    Attributes:
        namespaces: The names of all namespaces.
        service_accounts: All service accounts.
    """

    namespaces: frozenset[str] = frozenset()
    service_accounts: Mapping[ServiceAccountRef, ServiceAccountState] = field(
        default_factory=dict, hash=False
    )


@dataclass(frozen=True, slots=True)
class MissingPolicies:
    """Managed policies that were looked up and do not exist.

    Attributes:
        arns: Their ARNs.
        known: The ARNs of all policies that there are, if any is missing and they may be listed.
    """

    arns: frozenset[str] = frozenset()
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClusterState:
    """A cluster with all that was asked for of it.

    Attributes:
        name: Its name.
        arn: Its ARN, which holds partition, region and account.
        version: Its Kubernetes version.
        status: EKS's word: `ACTIVE` and so on.
        ip_family: The addresses of its pods.
        auto_mode: Whether EKS Auto Mode is on, which has the agent built in.
        addons: By name.
        associations: In order of service accounts.
        roles: Those that were looked up and exist, by ARN.
        missing_roles: ARNs that were looked up and do not exist.
        missing_policies: Managed policies that were looked up and do not exist.
        kubernetes: Its namespaces and service accounts; None if its API was not read.
        endpoint: The address of its Kubernetes API.
        certificate_authority: The certificate of that API's authority, base64 of PEM.
        issuer: Host and path of its OIDC issuer, without `https://`; empty if it has none.
        node_role_arn: The role of the nodes of Auto Mode; empty without it.
    """

    name: str
    arn: str
    version: str
    status: str = "ACTIVE"
    ip_family: IpFamily = IpFamily.IPV4
    auto_mode: bool = False
    addons: Mapping[str, AddonState] = field(default_factory=dict, hash=False)
    associations: tuple[Association, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict, hash=False)
    missing_roles: frozenset[str] = frozenset()
    missing_policies: MissingPolicies = MissingPolicies()
    kubernetes: KubernetesState | None = None
    endpoint: str = ""
    certificate_authority: str = field(default="", repr=False)
    issuer: str = ""
    node_role_arn: str = ""


def sorted_associations(associations: Iterable[Association]) -> tuple[Association, ...]:
    """Return associations in order of service accounts; the id settles what EKS does not allow."""
    key = attrgetter("service_account.namespace", "service_account.name", "id")
    return tuple(sorted(associations, key=key))
