"""What an account and its clusters have already under the names that a run is about to give.

In: names. Out: what is there, or None, also where AWS does not say: the caller's
rights may end here, and then AWS itself refuses what it does not take. Reads only.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from eks_pod_identity.aws.missing_policies import find_missing_policies
from eks_pod_identity.aws.observe_addons import observe_addon
from eks_pod_identity.aws.observe_associations import list_associations, observe_association
from eks_pod_identity.aws.observe_roles import list_role_arns, observe_roles
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.errors import ObservationError
from eks_pod_identity.names import ServiceAccountRef, parse_arn
from eks_pod_identity.observed.cluster import AddonState, Association, MissingPolicies, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_eks import EKSClient
    from types_boto3_iam import IAMClient


class Existing:
    """Looks at one account; lists each kind but once, whatever number of names it gets."""

    def __init__(self, session: AwsSession, account: str) -> None:
        """Take in where to look; nothing is asked yet.

        Args:
            session: Where to ask and as whom.
            account: The account of the resources. The credentials may be those of another one,
                which may have a cluster of the same name.
        """
        self._session = session
        self._account = account
        self._listed: dict[str, Mapping[ServiceAccountRef, str]] = {}

    def association(self, cluster: str, account: ServiceAccountRef) -> Association | None:
        """Return the association of a service account, if it has one."""
        try:
            if cluster not in self._listed:
                self._listed[cluster] = list_associations(self._eks, cluster)
            id_ = self._listed[cluster].get(account)
            found = observe_association(self._eks, cluster, id_) if id_ else None
        except ObservationError:
            self._listed.setdefault(cluster, {})
            return None
        return found if found and self._is_of_account(found.arn) else None

    def addon(self, cluster: str, name: str) -> AddonState | None:
        """Return an add-on, if it is installed."""
        try:
            found = observe_addon(self._eks, cluster, name)
        except ObservationError:
            return None
        return found if found and self._is_of_account(found.arn) else None

    def lacks_addon(self, cluster: str, name: str) -> bool:
        """Tell whether AWS says that an add-on is not installed; what it does not say is no."""
        try:
            return observe_addon(self._eks, cluster, name) is None
        except ObservationError:
            return False

    def role(self, name: str) -> Role | None:
        """Return the role of a name, if there is one."""
        arn = self._role_arns.get(name)
        if not (arn and self._is_of_account(arn)):
            return None
        try:
            return observe_roles(self._iam, [arn]).roles.get(arn)
        except ObservationError:
            return None

    def missing_policies(self, arns: frozenset[str]) -> MissingPolicies:
        """Return those of these managed policies that do not exist."""
        return find_missing_policies(self._iam, arns) if arns else MissingPolicies()

    @cached_property
    def _role_arns(self) -> "Mapping[str, str]":
        try:
            return list_role_arns(self._iam)
        except ObservationError:
            return {}

    @cached_property
    def _iam(self) -> "IAMClient":
        return self._session.iam()

    @cached_property
    def _eks(self) -> "EKSClient":
        return self._session.eks()

    def _is_of_account(self, text: str) -> bool:
        arn = parse_arn(text)
        return arn is not None and arn.account == self._account
