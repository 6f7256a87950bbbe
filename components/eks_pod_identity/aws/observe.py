"""A cluster as it is: what EKS and IAM say, as values of `planning.state`.

    observer = ClusterObserver(AwsSession("eu-west-1"), "prod")
    state = observer.observe(role_arns=...)

Reads only. Each part can be asked for by itself, so that a caller pays for what it shows.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity.aws.errors import is_not_found, observation_error
from eks_pod_identity.aws.observe_addons import observe_addons
from eks_pod_identity.aws.observe_associations import STANDALONE, Filters, observe_associations
from eks_pod_identity.aws.observe_roles import FoundRoles, observe_roles
from eks_pod_identity.aws.parallel import Progress, no_progress
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.errors import ObservationError, Problem
from eks_pod_identity.observed.cluster import AddonState, Association, ClusterState, IpFamily
from eks_pod_identity.planning.addon_fault import AddonFault

if TYPE_CHECKING:
    from types_boto3_eks import EKSClient
    from types_boto3_eks.type_defs import ClusterTypeDef

__all__ = ["STANDALONE", "ClusterObserver"]

_FIRST_ATTEMPTS = 3
_MAX_CLUSTERS_SHOWN = 10


class ClusterObserver:
    """Reads one cluster."""

    def __init__(self, session: AwsSession, cluster: str, progress: Progress = no_progress) -> None:
        """Connect lazily: nothing is asked before something is observed.

        Args:
            session: Where to ask and as whom.
            cluster: The cluster's name.
            progress: Who is told how far long reads have come.
        """
        self._session = session
        self._cluster = cluster
        self._progress = progress

    def observe_cluster(self) -> ClusterState:
        """Return the cluster alone, without add-ons, associations and roles.

        Raises:
            ObservationError: There is no such cluster, or AWS could not be read.
        """
        # The first question is asked with little patience: whoever has no network or a wrong
        # endpoint shall not wait a minute to learn it.
        eks = self._session.eks(attempts=_FIRST_ATTEMPTS)
        try:
            return _cluster(eks.describe_cluster(name=self._cluster)["cluster"])
        except (ClientError, BotoCoreError) as error:
            if is_not_found(error):
                raise _cluster_not_found(eks, self._cluster) from error
            raise observation_error(error, f'cluster "{self._cluster}"') from error

    def observe_addons(self) -> dict[str, AddonState]:
        """Return the add-ons by name.

        Raises:
            ObservationError: AWS could not be read.
        """
        return observe_addons(self._eks, self._cluster, self._progress)

    def observe_associations(
        self,
        *,
        namespace: str | None = None,
        service_account: str | None = None,
        owner: str | None = None,
    ) -> tuple[Association, ...]:
        """Return the associations of the cluster, or those that pass the filters.

        Args:
            namespace: Only those of this namespace.
            service_account: Only those of this service account.
            owner: Only those of the add-on of this name, or `STANDALONE` for nobody's.

        Raises:
            ObservationError: AWS could not be read.
        """
        return observe_associations(
            self._eks,
            self._cluster,
            Filters(namespace, service_account, owner),
            progress=self._progress,
        )

    def observe_roles(self, arns: Iterable[str]) -> FoundRoles:
        """Return roles of the cluster's account.

        Raises:
            ObservationError: AWS could not be read.
        """
        return observe_roles(self._session.iam(), arns, self._progress)

    def observe(self, cluster: ClusterState | None = None) -> ClusterState:
        """Return the cluster with add-ons and associations; roles are asked for by ARN.

        Args:
            cluster: The cluster alone, if it has been observed already.

        Raises:
            ObservationError: AWS could not be read.
        """
        return replace(
            cluster or self.observe_cluster(),
            addons=self.observe_addons(),
            associations=self.observe_associations(),
        )

    @cached_property
    def _eks(self) -> "EKSClient":
        return self._session.eks()


def find_cluster(eks: "EKSClient", name: str) -> ClusterState | None:
    """Return a cluster alone, or None if there is none of that name.

    Raises:
        ObservationError: AWS could not be read.
    """
    try:
        return _cluster(eks.describe_cluster(name=name)["cluster"])
    except (ClientError, BotoCoreError) as error:
        if is_not_found(error):
            return None
        raise observation_error(error, f'cluster "{name}"') from error


def _cluster(answer: "ClusterTypeDef") -> ClusterState:
    compute = answer.get("computeConfig", {})
    issuer = answer.get("identity", {}).get("oidc", {}).get("issuer", "")
    family = answer.get("kubernetesNetworkConfig", {}).get("ipFamily", IpFamily.IPV4.value)
    return ClusterState(
        name=answer["name"],
        arn=answer["arn"],
        version=answer["version"],
        status=answer["status"],
        ip_family=IpFamily(family),
        auto_mode=compute.get("enabled", False),
        endpoint=answer.get("endpoint", ""),
        certificate_authority=answer.get("certificateAuthority", {}).get("data", ""),
        issuer=issuer.removeprefix("https://"),
        node_role_arn=compute.get("nodeRoleArn", ""),
    )


def _cluster_not_found(eks: "EKSClient", cluster: str) -> ObservationError:
    region = eks.meta.region_name
    return ObservationError(
        [
            Problem(
                AddonFault.CLUSTER_NOT_FOUND.id,
                "aws",
                f'this account has no cluster "{cluster}" in {region}',
                observed=(f"{region} has {_cluster_names(eks)}",),
                help=("look at name, --region and --profile",),
            )
        ]
    )


def _cluster_names(eks: "EKSClient") -> str:
    try:
        names = sorted(
            name
            for page in eks.get_paginator("list_clusters").paginate()
            for name in page["clusters"]
        )
    except (ClientError, BotoCoreError):  # an addition to an error must not hide the error
        return "clusters that the caller may not list"
    if not names:
        return "no clusters"
    more = f" and {len(names) - _MAX_CLUSTERS_SHOWN} more" if names[_MAX_CLUSTERS_SHOWN:] else ""
    return ", ".join(names[:_MAX_CLUSTERS_SHOWN]) + more
