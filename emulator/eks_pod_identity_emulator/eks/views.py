"""What the Kubernetes side sees of EKS, as values that stay as they were read."""

from dataclasses import dataclass
from datetime import datetime

from eks_pod_identity_emulator.eks.addon import Addon
from eks_pod_identity_emulator.eks.association import Association
from eks_pod_identity_emulator.eks.caller import Caller
from eks_pod_identity_emulator.eks.catalog import AddonVersion, Catalog
from eks_pod_identity_emulator.eks.cluster import Cluster

_AGENT = "eks-pod-identity-agent"


@dataclass(frozen=True, slots=True)
class AssociationView:
    """An association that has spread: pods of its service account get credentials.

    Attributes:
        id: Association id.
        arn: ARN of the association.
        namespace: Kubernetes namespace.
        service_account: Kubernetes service account.
        role_arn: Role of the association.
        external_id: What EKS Auth sends with a target role.
        owner_arn: ARN of the add-on that owns it, or None.
        target_role_arn: Target role, or None.
        disable_session_tags: Whether sessions go without tags.
        policy: Session policy, or None.
    """

    id: str
    arn: str
    namespace: str
    service_account: str
    role_arn: str
    external_id: str
    owner_arn: str | None
    target_role_arn: str | None
    disable_session_tags: bool
    policy: str | None


@dataclass(frozen=True, slots=True)
class AddonView:
    """An installed add-on: where its pods run, as whom, and how often they were rolled.

    `service_account_role_arn` is its IRSA role, None if it has none; `irsa_accounts` are those of
    its service accounts that are annotated with it.
    """

    name: str
    version: str
    status: str
    namespace: str
    service_accounts: tuple[str, ...]
    irsa_accounts: tuple[str, ...]
    restarts: int
    service_account_role_arn: str | None


@dataclass(frozen=True, slots=True)
class ClusterView:
    """A cluster as its Kubernetes API and its nodes need it.

    Attributes:
        caller: Account and region of the cluster.
        name: Cluster name.
        arn: ARN of the cluster.
        created_at: Time of creation.
        status: Status of the cluster.
        agent_runs: Whether the Pod Identity Agent runs on its nodes.
        node_role_arn: Role of its nodes, None if none was declared.
    """

    caller: Caller
    name: str
    arn: str
    created_at: datetime
    status: str
    agent_runs: bool
    node_role_arn: str | None


def view_association(association: Association) -> AssociationView:
    """Return an association as the Kubernetes side sees it."""
    return AssociationView(
        id=association.id,
        arn=association.arn,
        namespace=association.namespace,
        service_account=association.service_account,
        role_arn=association.role_arn,
        external_id=association.external_id,
        owner_arn=association.owner_arn,
        target_role_arn=association.target_role_arn,
        disable_session_tags=association.disable_session_tags,
        policy=association.policy,
    )


def view_addon(addon: Addon, catalog: Catalog) -> AddonView:
    """Return an add-on with the service accounts of its version."""
    version = catalog.addons[addon.name].version(addon.version)
    return AddonView(
        name=addon.name,
        version=addon.version,
        status=addon.status,
        namespace=addon.namespace,
        service_accounts=version.service_accounts if version else (),
        irsa_accounts=_irsa_accounts(version) if version else (),
        restarts=addon.restarts,
        service_account_role_arn=addon.service_account_role_arn,
    )


def _irsa_accounts(version: AddonVersion) -> tuple[str, ...]:
    """Return the accounts that need permissions: those of recommended identities, if it has any."""
    named = tuple(identity.service_account for identity in version.identities)
    return named or version.service_accounts[:1]


def view_cluster(caller: Caller, cluster: Cluster) -> ClusterView:
    """Return a cluster as its Kubernetes API and its nodes need it."""
    return ClusterView(
        caller=caller,
        name=cluster.name,
        arn=cluster.arn,
        created_at=cluster.created_at,
        status=cluster.status,
        agent_runs=_agent_runs(cluster),
        node_role_arn=cluster.node_role_arn,
    )


def _agent_runs(cluster: Cluster) -> bool:
    """Say whether pods find an agent: the add-on, Auto Mode's own, or one from elsewhere.

    https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html
    """
    addon = cluster.addons.get(_AGENT)
    return (
        cluster.external_agent
        or bool((cluster.config.get("computeConfig") or {}).get("enabled"))
        or _AGENT in cluster.preserved_addons
        or (addon is not None and addon.status == "ACTIVE")
    )
