"""Clusters of a region with all that decides about their pods' permissions.

    observer = AccountObserver(AwsSession("eu-west-1"))
    state = observer.observe(["prod"])

Reads only, and each thing once: what clusters, associations or roles share is not asked for again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity.aws.caller import observe_caller
from eks_pod_identity.aws.errors import observation_error
from eks_pod_identity.aws.observe import ClusterObserver
from eks_pod_identity.aws.observe_policies import observe_policies
from eks_pod_identity.aws.observe_roles import (
    list_role_arns,
    observe_pod_role_arns,
    observe_roles,
)
from eks_pod_identity.aws.parallel import Progress, no_progress
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.account import (
    EVERYTHING,
    AccountState,
    Selection,
    account_of,
    is_of_account,
    roles_used,
)

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient

    from eks_pod_identity.observed.cluster import ClusterState

_FIRST_ATTEMPTS = 3  # whoever has no network shall not wait a minute to learn it


class AccountObserver:
    """Reads one account and region."""

    def __init__(
        self,
        session: AwsSession,
        progress: Progress = no_progress,
        others: Sequence[AwsSession] = (),
    ) -> None:
        """Connect lazily: nothing is asked before something is observed.

        Args:
            session: Where to ask and as whom.
            progress: Who is told how far long reads have come.
            others: Sessions of other accounts, which may read target roles there.
        """
        self._session = session
        self._progress = progress
        self._others = others

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
        clusters = tuple(self._clusters(tuple(dict.fromkeys(names))))
        used = [(arn, cluster) for arn, cluster, _ in roles_used(clusters, selection)]
        own = {arn for arn, cluster in used if is_of_account(arn, cluster)}
        foreign = {arn for arn, _ in used} - own
        iam = self._session.iam()
        if unused_roles:
            own |= observe_pod_role_arns(iam) - {each for each, *_ in roles_used(clusters)}
        state = self._with_roles(AccountState(clusters), iam, own)
        for account, reader in self._readers(foreign):
            theirs = {arn for arn in foreign if account_of(arn) == account}
            state = self._with_roles(state, reader, theirs)
        return state

    def with_role(self, state: AccountState, role: str) -> AccountState:
        """Return a state with one more role of the account, if it exists.

        Args:
            state: What was read before.
            role: Its name or ARN.

        Raises:
            ObservationError: AWS could not be read.
        """
        iam = self._session.iam()
        arn = role if parse_arn(role) else list_role_arns(iam).get(role)
        return self._with_roles(state, iam, {arn}) if arn else state

    def with_boundaries(self, state: AccountState) -> AccountState:
        """Return a state with the policies that bound its roles.

        Raises:
            ObservationError: AWS could not be read.
        """
        found = {role.permissions_boundary_arn for role in state.roles.values()}
        return self._with_policies(state, {arn for arn in found if arn})

    def completed(self, state: AccountState) -> AccountState:
        """Return a state that a file gave, with what it names and AWS has: roles and policies.

        Raises:
            ObservationError: AWS could not be read.
        """
        used = {arn for arn, each, _ in roles_used(state.clusters) if is_of_account(arn, each)}
        state = self._with_roles(state, self._session.iam(), used - state.roles.keys())
        attached = {arn for role in state.roles.values() for arn in role.attached_policy_arns}
        return self.with_boundaries(self._with_policies(state, attached))

    def _with_policies(self, state: AccountState, arns: set[str]) -> AccountState:
        unread = {arn for arn in arns if arn not in state.policies}
        found = observe_policies(self._session.iam(), unread, self._progress)
        return replace(state, policies={**state.policies, **found})

    def _clusters(self, names: Sequence[str]) -> "Iterator[ClusterState]":
        """Yield clusters one after the other; within each, reads go side by side."""
        for number, name in enumerate(names, start=1):
            yield ClusterObserver(self._session, name, self._progress).observe()
            if names[1:]:
                self._progress("clusters", number, len(names))

    def _readers(self, foreign: set[str]) -> "Iterator[tuple[str, IAMClient]]":
        """Yield the other accounts with who reads there, if there is anything to read."""
        for session in self._others if foreign else ():
            yield observe_caller(session.sts()).account, session.iam()

    def _with_roles(self, state: AccountState, iam: "IAMClient", arns: set[str]) -> AccountState:
        """Return a state with roles of one account, and with their policies, added."""
        found = observe_roles(iam, arns, self._progress)
        attached = {arn for role in found.roles.values() for arn in role.attached_policy_arns}
        unread = attached - state.policies.keys()
        return replace(
            state,
            roles={**state.roles, **found.roles},
            missing_roles=state.missing_roles | found.missing,
            policies={**state.policies, **observe_policies(iam, unread, self._progress)},
        )
