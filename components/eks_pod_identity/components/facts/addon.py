"""What components ask EKS about a cluster and its add-ons before they decide anything."""

from functools import cache

import pulumi

from eks_pod_identity.aws.addon_facts import read_addon_facts
from eks_pod_identity.aws.catalog import AddonCatalog
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.components.facts.existing import existing_in
from eks_pod_identity.components.refusal import RefusedError
from eks_pod_identity.errors import ObservationError
from eks_pod_identity.names import AwsContext
from eks_pod_identity.planning.addon_permissions import AddonFacts, AddonRequest


def find_addon_facts(
    request: AddonRequest,
    here: AwsContext,
    cluster: pulumi.Input[str],
    kubernetes_version: str,
    *,
    ipv6: bool,
) -> AddonFacts:
    """Return what EKS's catalogue says of an add-on, and which version of it runs.

    Args:
        request: What was declared.
        here: Where the cluster is.
        cluster: Its name.
        kubernetes_version: Its Kubernetes version.
        ipv6: Whether its pods have IPv6 addresses.

    Raises:
        RefusedError: AWS could not be read.
    """
    try:
        return read_addon_facts(
            _catalog(AwsSession(here.region, pulumi.Config("aws").get("profile"))),
            request,
            kubernetes_version,
            ipv6=ipv6,
            installed=_installed_version(request, here, cluster),
        )
    except ObservationError as error:
        # Pulumi prints a traceback of whatever is no RunError, and this is no bug of ours.
        raise RefusedError(error.problems) from error


def _installed_version(
    request: AddonRequest, here: AwsContext, cluster: pulumi.Input[str]
) -> str | None:
    """Return the version that stays, if the declaration names none and there is one.

    It may have other service accounts than the one that EKS would install today.
    """
    if request.version is not None or not isinstance(cluster, str):
        return None
    installed = existing_in(here).addon_beforehand(cluster, request.name)
    return installed.version if installed else None


@cache
def _catalog(session: AwsSession) -> AddonCatalog:
    # One catalogue per region and profile, so that each add-on is asked for once in a run.
    return AddonCatalog(session.eks())
