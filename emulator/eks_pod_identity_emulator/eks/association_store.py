"""Makes associations, standalone or owned by an add-on, under the same rules."""

from dataclasses import dataclass

from eks_pod_identity_emulator.eks.arns import association_arn
from eks_pod_identity_emulator.eks.association import Association
from eks_pod_identity_emulator.eks.caller import Caller
from eks_pod_identity_emulator.eks.cluster import Cluster
from eks_pod_identity_emulator.eks.environment import Environment
from eks_pod_identity_emulator.eks.refusals import in_use
from eks_pod_identity_emulator.eks.region import Region


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssociation:
    """What is asked for; checked before it comes here."""

    namespace: str
    service_account: str
    role_arn: str
    owner_arn: str | None = None
    target_role_arn: str | None = None
    disable_session_tags: bool = False
    policy: str | None = None
    tags: tuple[tuple[str, str], ...] = ()


class AssociationStore:
    """Writes associations into a region."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def refuse_taken(self, cluster: Cluster, namespace: str, service_account: str) -> None:
        """Refuse a service account that has an association, whoever owns it.

        Raises:
            ApiError: Text: https://github.com/crossplane-contrib/provider-upjet-aws/issues/1437
        """
        found = cluster.associations.of(namespace, service_account)
        if found is not None:
            raise in_use(f"Association already exists: {found.id}", clusterName=cluster.name)

    def create(self, region: Region, cluster: Cluster, new: NewAssociation) -> Association:
        """Make an association; pods get credentials from it once it has spread.

        https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html tells of the delay.
        """
        environment = self._environment
        now = environment.clock.now()
        id_ = environment.identifiers.association_id()
        association = Association(
            id=id_,
            arn=association_arn(region.caller, cluster.name, id_),
            cluster_name=cluster.name,
            namespace=new.namespace,
            service_account=new.service_account,
            role_arn=new.role_arn,
            external_id=_external_id(region.caller, cluster.name, new),
            created_at=now,
            modified_at=now,
            visible_at=environment.clock.monotonic()
            + environment.settings.association_spread_seconds,
            owner_arn=new.owner_arn,
            disable_session_tags=new.disable_session_tags,
            target_role_arn=new.target_role_arn,
            policy=new.policy,
            tags=dict(new.tags),
        )
        region.add_association(cluster, association)
        return association


def _external_id(caller: Caller, cluster: str, new: NewAssociation) -> str:
    """Spell the external id as pod-id-assign-target-role.html of the user guide does."""
    parts = (caller.region, caller.account, cluster, new.namespace, new.service_account)
    return "/".join(parts)
