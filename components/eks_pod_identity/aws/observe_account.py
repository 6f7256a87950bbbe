"""Clusters of a region with all that decides about their pods' permissions.

    observer = AccountObserver(AwsSession("eu-west-1"))
    state = observer.observe(["prod"])

Reads only, and each thing once: what clusters, associations or roles share is not asked for again.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity.aws.errors import observation_error
from eks_pod_identity.aws.observe import ClusterObserver
from eks_pod_identity.aws.observe_policies import observe_policies
from eks_pod_identity.aws.observe_roles import observe_pod_role_arns, observe_roles
from eks_pod_identity.aws.parallel import Progress, no_progress
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.planning.account import (
    EVERYTHING,
    AccountState,
    Selection,
    is_of_account,
    roles_used,
)

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient

_FIRST_ATTEMPTS = 3  # whoever has no network shall not wait a minute to learn it


class AccountObserver:
    """Reads one account and region."""

    def __init__(self, session: AwsSession, progress: Progress = no_progress) -> None:
        """Connect lazily: nothing is asked before something is observed.

        Args:
            session: Where to ask and as whom.
            progress: Who is told how far long reads have come.
        """
        self._session = session
        self._progress = progress

    def cluster_names(self) -> tuple[str, ...]:
        """Return the names of all clusters of the region.

        Raises:
            ObservationError: AWS could not be read.
        """
        pages = self._session.eks(attempts=_FIRST_ATTEMPTS).get_paginator("list_clusters")
        try:
            return tuple(sorted(name for page in pages.paginate() for name in page["clusters"]))
        except (ClientError, BotoCoreError) as error:
            raise observation_error(error, "the list of clusters") from error

    def observe(
        self,
        names: Sequence[str],
        selection: Selection = EVERYTHING,
        *,
        unused_roles: bool = False,
    ) -> AccountState:
        """Return clusters with all their associations, and the roles of those asked for.

        All associations are read, whatever is asked for: who shares a role shows in all of them.

        Args:
            names: The clusters.
            selection: The associations whose roles are wanted.
            unused_roles: Whether roles that trust EKS Pod Identity are wanted without one.

        Raises:
            ObservationError: A cluster does not exist, or AWS could not be read.
        """
        clusters = tuple(
            ClusterObserver(self._session, name, self._progress).observe() for name in names
        )
        arns = {
            arn
            for arn, cluster, _ in roles_used(clusters, selection)
            if is_of_account(arn, cluster)
        }
        if unused_roles:
            arns |= observe_pod_role_arns(self._iam)
        found = observe_roles(self._iam, arns, self._progress)
        attached = (arn for role in found.roles.values() for arn in role.attached_policy_arns)
        policies = observe_policies(self._iam, attached, self._progress)
        return AccountState(clusters, found.roles, found.missing, policies)

    @cached_property
    def _iam(self) -> "IAMClient":
        return self._session.iam()
