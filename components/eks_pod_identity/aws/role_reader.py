"""Roles one by one, each with its policies: what one role may not be read for spoils no other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from eks_pod_identity.aws.caller import observe_caller
from eks_pod_identity.aws.observe_policies import observe_policies
from eks_pod_identity.aws.observe_roles import observe_roles
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.errors import ObservationError
from eks_pod_identity.observed.account import AccountState, account_of
from eks_pod_identity.observed.picture import Unread

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient


class RoleReader:
    """Reads roles of one account, and of others where there is a session for them."""

    def __init__(self, session: AwsSession, account: str, others: Sequence[AwsSession]) -> None:
        """Connect lazily.

        Args:
            session: Of the cluster's account.
            account: That account; empty if it is not known.
            others: Sessions of other accounts.
        """
        self._session = session
        self._account = account
        self._others = others

    def read(self, arns: Iterable[str]) -> tuple[AccountState, Mapping[str, Unread]]:
        """Return roles with their policies, and those that could not be read."""
        state, unread = AccountState(), {}
        for arn in dict.fromkeys(arns):
            try:
                iam = self._client(account_of(arn))
                if iam is None:
                    unread[arn] = _foreign(arn)
                else:
                    state = _with_role(state, iam, arn)
            except ObservationError as error:
                name = arn.rpartition("/")[2]
                shown = f"aws iam get-role --role-name {name}"
                message = error.problems[0].message
                unread[arn] = Unread(message.partition(": ")[2] or message, shown)
        return state, unread

    def _client(self, account: str) -> "IAMClient | None":
        if account == self._account:
            return self._iam
        for each in self._others:
            if observe_caller(each.sts()).account == account:
                return each.iam()
        return None

    @cached_property
    def _iam(self) -> "IAMClient":
        return self._session.iam()


def _foreign(arn: str) -> Unread:
    why = f"role {arn.rpartition('/')[2]} is of account {account_of(arn)}"
    return Unread(why, "--target-profile NAME, a profile of that account")


def _with_role(state: AccountState, iam: "IAMClient", arn: str) -> AccountState:
    found = observe_roles(iam, [arn])
    bounds = {role.permissions_boundary_arn for role in found.roles.values()}
    attached = {each for role in found.roles.values() for each in role.attached_policy_arns}
    wanted = {each for each in attached | bounds if each} - state.policies.keys()
    return replace(
        state,
        roles={**state.roles, **found.roles},
        missing_roles=state.missing_roles | found.missing,
        policies={**state.policies, **observe_policies(iam, wanted)},
    )
