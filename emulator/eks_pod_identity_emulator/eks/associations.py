"""The operations on pod identity associations.

Checks come in the order: cluster, form of the request, the service account's association, role.
"""

from collections.abc import Mapping

from eks_pod_identity_emulator.eks.association import Association
from eks_pod_identity_emulator.eks.association_store import AssociationStore, NewAssociation
from eks_pod_identity_emulator.eks.cluster import Cluster
from eks_pod_identity_emulator.eks.environment import Answer, Environment, Operation, Params
from eks_pod_identity_emulator.eks.kubernetes_names import is_namespace, is_service_account
from eks_pod_identity_emulator.eks.paging import list_page
from eks_pod_identity_emulator.eks.refusals import invalid_parameter, not_found
from eks_pod_identity_emulator.eks.region import Region
from eks_pod_identity_emulator.eks.session_policy import check_session
from eks_pod_identity_emulator.eks.tags import tag_fault
from eks_pod_identity_emulator.errors import ApiError

_ID_LENGTH = 19
_CHANGEABLE = ("roleArn", "targetRoleArn", "disableSessionTags", "policy")


class AssociationOperations:
    """Create, describe, list, update and delete associations."""

    def __init__(self, environment: Environment, store: AssociationStore) -> None:
        self._environment = environment
        self._store = store

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The operations by their names in the API."""
        return {
            "CreatePodIdentityAssociation": self.create,
            "DescribePodIdentityAssociation": self.describe,
            "ListPodIdentityAssociations": self.list,
            "UpdatePodIdentityAssociation": self.update,
            "DeletePodIdentityAssociation": self.delete,
        }

    def create(self, region: Region, params: Params) -> Answer:
        """Associate a role with a service account, which need not exist."""
        cluster = region.standing_cluster(params["clusterName"])
        new = _requested(params)
        self._check(region, cluster, new)
        return {"association": self._store.create(region, cluster, new).description()}

    def describe(self, region: Region, params: Params) -> Answer:
        """Show one association."""
        _, association = _found(region, params)
        return {"association": association.description()}

    def list(self, region: Region, params: Params) -> Answer:
        """List associations, of a namespace or a service account if asked."""
        cluster = region.cluster(params["clusterName"])
        table = cluster.associations.filtered(params.get("namespace"), params.get("serviceAccount"))
        return list_page(table, params, "associations", Association.summary)

    def update(self, region: Region, params: Params) -> Answer:
        """Change role, target role, session tags or session policy, of owned ones too.

        What is absent stays. An empty target role takes it away, see
        https://github.com/aws-controllers-k8s/eks-controller/pull/164; an empty policy likewise.
        At least one member must be given:
        https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdatePodIdentityAssociation.html
        """
        _, association = _found(region, params)
        if all(params.get(name) is None for name in _CHANGEABLE):
            raise invalid_parameter(f"At least one of {', '.join(_CHANGEABLE)} must be provided.")
        target = _changed(params.get("targetRoleArn"), association.target_role_arn)
        policy = _changed(params.get("policy"), association.policy)
        disable = params.get("disableSessionTags")
        disable = association.disable_session_tags if disable is None else disable
        check_session(target_role_arn=target, disable_session_tags=disable, policy=policy)
        role_arn = params.get("roleArn")
        if role_arn is not None:
            self._environment.roles.require_pod_identity_role(role_arn, region.caller)
            association.role_arn = role_arn
        association.target_role_arn = target
        association.disable_session_tags = disable
        association.policy = policy
        association.modified_at = self._environment.clock.now()
        return {"association": association.description()}

    def delete(self, region: Region, params: Params) -> Answer:
        """Delete an association; one that an add-on owns may be deleted directly.

        https://docs.aws.amazon.com/eks/latest/userguide/add-ons-iam.html. The add-on then no
        longer shows it; what EKS does there is not documented.
        """
        cluster, association = _found(region, params)
        region.remove_association(cluster, association)
        return {"association": association.description()}

    def _check(self, region: Region, cluster: Cluster, new: NewAssociation) -> None:
        _check_names(new)
        fault = tag_fault(dict(new.tags))
        if fault:
            raise invalid_parameter(fault, clusterName=cluster.name)
        check_session(
            target_role_arn=new.target_role_arn,
            disable_session_tags=new.disable_session_tags,
            policy=new.policy,
        )
        self._store.refuse_taken(cluster, new.namespace, new.service_account)
        limit = self._environment.settings.association_limit
        if len(cluster.associations) >= limit:
            # The quota is public, the text is not:
            # https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
            message = f"The cluster has reached the limit of {limit} pod identity associations."
            raise ApiError(
                "ResourceLimitExceededException", message, fields={"clusterName": cluster.name}
            )
        self._environment.roles.require_pod_identity_role(new.role_arn, region.caller)


def _found(region: Region, params: Params) -> tuple[Cluster, Association]:
    """Return cluster and association that a request names.

    Raises:
        ApiError: Text for the length: https://github.com/aws-samples/eks-workshop-v2/issues/882
    """
    cluster = region.cluster(params["clusterName"])
    id_ = params["associationId"]
    if len(id_) != _ID_LENGTH:
        raise invalid_parameter(
            f"The parameter associationId should be {_ID_LENGTH} characters long."
        )
    found = cluster.associations.all.get(id_)
    if found is None:
        raise not_found(
            f"No pod identity association found for ID: {id_}", clusterName=cluster.name
        )
    return cluster, found


def _requested(params: Params) -> NewAssociation:
    """An empty target role or policy is none, as eksctl and the SDKs may send it."""
    return NewAssociation(
        namespace=params["namespace"],
        service_account=params["serviceAccount"],
        role_arn=params["roleArn"],
        target_role_arn=params.get("targetRoleArn") or None,
        disable_session_tags=params.get("disableSessionTags") or False,
        policy=params.get("policy") or None,
        tags=tuple((params.get("tags") or {}).items()),
    )


def _changed(given: str | None, kept: str | None) -> str | None:
    return kept if given is None else given or None


def _check_names(new: NewAssociation) -> None:
    """Refuse names that Kubernetes would refuse, wildcards among them."""
    if not is_namespace(new.namespace):
        raise invalid_parameter(f"The namespace provided is not valid: {new.namespace}")
    if not is_service_account(new.service_account):
        raise invalid_parameter(f"The service account provided is not valid: {new.service_account}")
