"""The rule of eksctl's `iam.serviceAccounts`: an account with an IRSA role and an association.

Both may be there while a workload moves; EKS's webhook gives pods that start the association
(AWS Containers blog, "Amazon EKS Pod Identity", how to migrate from IRSA). Afterwards the entry is
in the way: eksctl keeps its role, and its annotation on the service account.
"""

from collections.abc import Iterator

from eks_pod_identity.config.cluster import ClusterConfig
from eks_pod_identity.config.expansion import sharers_of
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.pattern import AssociationPattern
from eks_pod_identity.config.places import Path
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.config.validate.uniqueness import MAX_ASSOCIATIONS, entries_of
from eks_pod_identity.errors import Problem
from eks_pod_identity.names import ServiceAccountRef

_HELP = "after the restart of its pods, eksctl delete iamserviceaccount and delete the entry"
_USUAL_NAMESPACE = "kube-system"  # of nearly all of EKS's add-ons; EKS is not asked here


def validate_irsa_accounts(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    """Report each association of an account that eksctl gives an IRSA role."""
    irsa = config.iam.service_accounts if config.iam else ()
    places: dict[ServiceAccountRef, Path] = {
        account: ("iam", "serviceAccounts", index) for index, account in enumerate(irsa) if account
    }
    if not places:
        return
    for path, account in _accounts(config):
        if account in places:
            yield scope.at(*path).problem(
                Fault.ASSOCIATION_OF_IRSA_ACCOUNT,
                f"{account} has an IRSA role by iam.serviceAccounts too,"
                " which pods do not use once they are restarted",
                others=[places[account]],
                help=[_HELP],
            )


def _accounts(config: ClusterConfig) -> Iterator[tuple[Path, ServiceAccountRef]]:
    for path, entry in entries_of(config):
        if not isinstance(entry, AssociationPattern):
            namespace = entry.namespace or _namespace_of_addon(path, config)
            yield path, ServiceAccountRef(namespace, entry.service_account_name)
        elif entry.size <= MAX_ASSOCIATIONS:
            yield from ((path, account) for account in sharers_of(entry))


def _namespace_of_addon(path: Path, config: ClusterConfig) -> str:
    if path[0] != "addons" or config.addons is None:
        return ""
    return config.addons[int(path[1])].namespace or _USUAL_NAMESPACE
