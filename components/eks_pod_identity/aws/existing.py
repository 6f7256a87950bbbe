"""What an account and its clusters have already under the names that a run is about to give.

In: names. Out: what is there, or None, also where AWS does not say: the caller's
rights may end here, and then AWS itself refuses what it does not take. Reads only.
"""

from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from eks_pod_identity.aws.missing_policies import find_missing_policies
from eks_pod_identity.aws.observe import find_cluster
from eks_pod_identity.aws.observe_addons import observe_addon
from eks_pod_identity.aws.observe_associations import list_associations, observe_association
from eks_pod_identity.aws.observe_roles import list_role_arns, observe_roles
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.errors import ObservationError
from eks_pod_identity.names import ServiceAccountRef, parse_arn
from eks_pod_identity.observed.cluster import (
    AddonState,
    Association,
    ClusterState,
    MissingPolicies,
    Role,
    sorted_associations,
)
from eks_pod_identity.observed.ownership import Ownership, tag_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_eks import EKSClient
    from types_boto3_iam import IAMClient

_T = TypeVar("_T")


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
        self._read: dict[tuple[str, ...], Any] = {}
        self._listing = Lock()  # hooks ask from several threads, and a list is read once

    def association(self, cluster: str, account: ServiceAccountRef) -> Association | None:
        """Return the association of a service account, if it has one."""
        try:
            id_ = self._ids(cluster).get(account)
            found = observe_association(self._eks, cluster, id_) if id_ else None
        except ObservationError:
            return None
        return found if found and self._is_of_account(found.arn) else None

    def owned(self, cluster: str, addon: str) -> tuple[Association, ...]:
        """Return the associations that an add-on owns, in order of service accounts."""
        installed = self.addon(cluster, addon)
        ids = installed.association_ids if installed else ()
        try:
            found = [observe_association(self._eks, cluster, id_) for id_ in ids]
        except ObservationError:
            return ()
        return sorted_associations(each for each in found if each)

    def associations_but(
        self, cluster: str, known: Collection[ServiceAccountRef]
    ) -> Iterator[Association]:
        """Yield the associations of a cluster that are of other service accounts than these."""
        for account in sorted(self._ids(cluster).keys() - set(known)):
            if found := self.association(cluster, account):
                yield found

    def has_role_for(self, association: Association, stack: str) -> bool:
        """Tell whether a stack made the role of an association for its service account.

        Args:
            association: With the role that it has.
            stack: The Pulumi `project/stack`.
        """
        ownership = Ownership(association.arn.split("/")[1], tag_value(stack))
        try:
            found = observe_roles(self._iam, [association.role_arn]).roles
        except ObservationError:
            return False
        role = found.get(association.role_arn)
        return role is not None and ownership.made_for(role, association.service_account)

    def cluster(self, name: str) -> ClusterState | None:
        """Return a cluster alone, if there is one; read once."""
        return self._once(("cluster", name), lambda: self._cluster(name))

    def addon_beforehand(self, cluster: str, name: str) -> AddonState | None:
        """Return an add-on as it was when the run first asked; read once."""
        return self._addon(cluster, name)[0]

    def addon(self, cluster: str, name: str) -> AddonState | None:
        """Return an add-on, if it is installed."""
        try:
            found = observe_addon(self._eks, cluster, name)
        except ObservationError:
            return None
        return found if found and self._is_of_account(found.arn) else None

    def lacks_addon(self, cluster: str, name: str) -> bool:
        """Tell whether AWS says that an add-on is not installed; what it does not say is no."""
        found, is_known = self._addon(cluster, name)
        return is_known and found is None

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

    def _cluster(self, name: str) -> ClusterState | None:
        try:
            found = find_cluster(self._eks, name)
        except ObservationError:
            return None
        return found if found and self._is_of_account(found.arn) else None

    def _addon(self, cluster: str, name: str) -> tuple[AddonState | None, bool]:
        """Return an add-on, and whether AWS says whether there is one; read once."""

        def read() -> tuple[AddonState | None, bool]:
            try:
                found = observe_addon(self._eks, cluster, name)
            except ObservationError:
                return None, False
            return (found if found and self._is_of_account(found.arn) else None), True

        return self._once(("addon", cluster, name), read)

    def _once(self, key: tuple[str, ...], read: Callable[[], _T]) -> _T:
        with self._listing:
            if key not in self._read:
                self._read[key] = read()
            found: _T = self._read[key]
            return found

    def _ids(self, cluster: str) -> "Mapping[ServiceAccountRef, str]":
        with self._listing:
            if cluster not in self._listed:
                try:
                    self._listed[cluster] = list_associations(self._eks, cluster)
                except ObservationError:
                    self._listed[cluster] = {}
            return self._listed[cluster]

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
