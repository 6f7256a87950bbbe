"""Roles and policies that a program names, looked up once in a run.

In: ARNs. Out: what there is of them, and a note on what could not be read. Reads only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from eks_pod_identity.aws.caller import observe_caller
from eks_pod_identity.aws.observe_existence import (
    observe_roles_named,
    observe_trusts,
)
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.errors import ObservationError
from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.observed.cluster import ClusterState, Role
from eks_pod_identity.planning.former_names import kept_names


class NamedThings:
    """Looks at the IAM of one account."""

    def __init__(self, session: AwsSession, account: str) -> None:
        """Take in where to look; nothing is asked yet.

        Args:
            session: Where to ask and as whom.
            account: The account of the cluster. The credentials may be those of another one, which
                does not have what is named here.
        """
        self._session = session
        self._account = account
        self._roles: dict[str, Role | None] = {}
        self._by_name: dict[str, Role | None] = {}

    def look_up(
        self, observed: ClusterState, roles: Iterable[str]
    ) -> tuple[ClusterState, tuple[str, ...]]:
        """Return a cluster with these roles looked up, and notes on what could not be read."""
        wanted = frozenset(roles)
        try:
            self._read_roles(wanted)
        except ObservationError as error:
            return observed, tuple(str(each).partition("\n")[0] for each in error.problems)
        found = {arn: role for arn in wanted if (role := self._roles[arn])}
        gone = wanted - found.keys()
        if gone and self._is_elsewhere():
            return observed, (f"roles of {self._account} cannot be read",)
        return replace(observed, roles=found, missing_roles=gone), ()

    def kept_names(
        self, former: Mapping[str, str], cluster: PolicyContext, stack: str
    ) -> dict[str, str]:
        """Return the names that roles keep, by those that they would get.

        Where IAM does not say, a role keeps the former one: a stack that has it would replace it.

        Args:
            former: By the names that roles would get, those of earlier versions.
            cluster: The cluster.
            stack: The Pulumi `project/stack` as a tag's value.
        """
        new = frozenset(former.values()) - self._by_name.keys()
        try:
            found = observe_roles_named(self._session.iam(), new) if new else {}
        except ObservationError:
            return dict(former)
        self._by_name |= {name: found.get(name) for name in new}
        there = {name: role for name, role in self._by_name.items() if role}
        return kept_names(former, there, cluster, stack)

    def _read_roles(self, arns: frozenset[str]) -> None:
        if new := arns - self._roles.keys():
            found = observe_trusts(self._session.iam(), new)
            self._roles |= {arn: found.roles.get(arn) for arn in new}

    def _is_elsewhere(self) -> bool:
        try:
            return observe_caller(self._session.sts()).account != self._account
        except ObservationError:
            return True
