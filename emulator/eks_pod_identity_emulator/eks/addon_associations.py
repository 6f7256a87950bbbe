"""The associations that an add-on owns: what a request's list asks for, checked and carried out.

https://docs.aws.amazon.com/eks/latest/userguide/add-ons-iam.html: an add-on cannot take over an
association that exists, one that `preserve` left behind included; a list overwrites the former one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eks_pod_identity_emulator.eks.addon import Addon
from eks_pod_identity_emulator.eks.association import Association
from eks_pod_identity_emulator.eks.association_store import AssociationStore, NewAssociation
from eks_pod_identity_emulator.eks.catalog import AddonVersion
from eks_pod_identity_emulator.eks.cluster import Cluster
from eks_pod_identity_emulator.eks.environment import Environment
from eks_pod_identity_emulator.eks.refusals import invalid_parameter, invalid_request
from eks_pod_identity_emulator.eks.region import Region


@dataclass(frozen=True, slots=True)
class Target:
    """The add-on, installed or about to be, that a list is for.

    Attributes:
        name: Name of the add-on.
        namespace: Namespace of its service accounts.
        version: Version that it has or will have.
        owned: What it owns, by service account.
    """

    name: str
    namespace: str
    version: AddonVersion
    owned: Mapping[str, Association]


class AddonAssociations:
    """Checks a list first, so that a refused request changes nothing, then applies it."""

    def __init__(self, environment: Environment, store: AssociationStore) -> None:
        self._environment = environment
        self._store = store

    def owned_by(self, cluster: Cluster, addon: Addon) -> dict[str, Association]:
        """Return what an add-on owns by service account; nothing that was deleted directly."""
        return {found.service_account: found for found in cluster.associations.owned_by(addon.arn)}

    def check(
        self, region: Region, cluster: Cluster, target: Target, wanted: Mapping[str, str]
    ) -> None:
        """Refuse a list that cannot be carried out.

        Raises:
            ApiError: Support, names, roles, service accounts taken, or the limit.
        """
        self.check_supported(target, tuple(wanted))
        for role_arn in dict.fromkeys(wanted.values()):
            self._environment.roles.require_pod_identity_role(role_arn, region.caller)
        new = [account for account in wanted if account not in target.owned]
        for account in new:
            self._store.refuse_taken(cluster, target.namespace, account)
        dropped = len(target.owned) + len(new) - len(wanted)
        total = len(cluster.associations) + len(new) - dropped
        limit = self._environment.settings.association_limit
        if total > limit:
            # The add-on operations have no ResourceLimitExceededException.
            message = f"The cluster has reached the limit of {limit} pod identity associations."
            raise invalid_request(message, clusterName=cluster.name)

    def check_supported(self, target: Target, accounts: Sequence[str]) -> None:
        """Refuse service accounts that the version does not name.

        Raises:
            ApiError: Texts: https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3520
        """
        if accounts and not target.version.identities:
            raise invalid_parameter(
                "Pod Identity feature is not supported for addon version: "
                f"{target.version.version}",
                addonName=target.name,
            )
        known = {identity.service_account for identity in target.version.identities}
        for account in accounts:
            if account not in known:
                raise invalid_parameter(
                    f"Service account {account} in pod identity configuration is not supported "
                    f"for addon {target.name}",
                    addonName=target.name,
                )

    def apply(
        self, region: Region, cluster: Cluster, addon: Addon, wanted: Mapping[str, str]
    ) -> bool:
        """Make an add-on own exactly what is wanted; tell whether anything changed.

        An association whose service account stays keeps its id.
        """
        owned = self.owned_by(cluster, addon)
        if {account: found.role_arn for account, found in owned.items()} == dict(wanted):
            return False
        for account, association in owned.items():
            if account not in wanted:
                region.remove_association(cluster, association)
        for account, role_arn in wanted.items():
            if account in owned:
                self._change_role(owned[account], role_arn)
            else:
                new = NewAssociation(
                    namespace=addon.namespace,
                    service_account=account,
                    role_arn=role_arn,
                    owner_arn=addon.arn,
                )
                self._store.create(region, cluster, new)
        return True

    def _change_role(self, association: Association, role_arn: str) -> None:
        if association.role_arn != role_arn:
            association.role_arn = role_arn
            association.modified_at = self._environment.clock.now()


def wanted_roles(entries: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return a request's list as role ARN by service account.

    Raises:
        ApiError: A service account is listed twice.
    """
    wanted: dict[str, str] = {}
    for entry in entries:
        account = entry["serviceAccount"]
        if account in wanted:
            raise invalid_parameter(f"Service account {account} is provided more than once.")
        wanted[account] = entry["roleArn"]
    return wanted


def update_param(namespace: str, wanted: Mapping[str, str]) -> str:
    """Return the list as an update record shows it.

    https://github.com/hashicorp/terraform-provider-aws/issues/30645 shows such a record.
    """
    entries = [
        {"serviceAccount": account, "roleArn": role_arn, "namespace": namespace}
        for account, role_arn in wanted.items()
    ]
    return json.dumps(entries, separators=(",", ":"))
