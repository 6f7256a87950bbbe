"""What components ask EKS about a cluster and its add-ons before they decide anything."""

from functools import cache

import pulumi

from eks_pod_identity.aws.catalog import AddonCatalog
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.errors import ObservationError
from eks_pod_identity.planning.addon_permissions import AddonFacts, AddonRequest
from eks_pod_identity.planning.catalog import resolve_version
from eks_pod_identity.refusal import RefusedError


def find_addon_facts(
    request: AddonRequest, region: str, kubernetes_version: str, *, ipv6: bool
) -> AddonFacts:
    """Return what EKS's catalogue says of an add-on for a Kubernetes version.

    Raises:
        RefusedError: AWS could not be read.
    """
    try:
        return _read_facts(request, region, kubernetes_version, ipv6=ipv6)
    except ObservationError as error:
        # Pulumi prints a traceback of whatever is no RunError, and this is no bug of ours.
        raise RefusedError(error.problems) from error


def _read_facts(
    request: AddonRequest, region: str, kubernetes_version: str, *, ipv6: bool
) -> AddonFacts:
    catalog = _catalog(AwsSession(region, pulumi.Config("aws").get("profile")))
    offer = catalog.offer(request.name, kubernetes_version)
    version = resolve_version(request.version, offer.versions)
    return AddonFacts(
        kubernetes_version=kubernetes_version,
        offer=offer,
        recommended=catalog.recommended(request.name, version.version) if version else (),
        ipv6=ipv6,
    )


@cache
def _catalog(session: AwsSession) -> AddonCatalog:
    # One catalogue per region and profile, so that each add-on is asked for once in a run.
    return AddonCatalog(session.eks())
