"""The inventory of a migration: the clusters that IAM's providers speak of, in all their regions.

The hosts of OIDC providers say in which regions clusters may be whose service accounts have roles,
so no other region is asked. Reads only.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from eks_pod_identity.aws.caller import observe_caller
from eks_pod_identity.aws.irsa_accounts import observe_irsa_roles, observe_providers
from eks_pod_identity.aws.irsa_clusters import FoundCluster, RegionReader
from eks_pod_identity.aws.kubernetes import KubernetesAccess
from eks_pod_identity.aws.parallel import Progress, no_progress
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.errors import ObservationError
from eks_pod_identity.migration.inventory import Cluster, Inventory, Provider, RoleFacts
from eks_pod_identity.migration.place import Place
from eks_pod_identity.migration.wiring import wirings

# Also the newer name, https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
_ISSUER = re.compile(r"oidc[.-]eks\.([a-z0-9-]+)\..*/id/.*")


@dataclass(frozen=True, slots=True)
class Survey:
    """What was read, and the ways by which it can be read again and written.

    Attributes:
        inventory: For the decision.
        clusters: Each as EKS shows it, with the session of its region.
        sessions: The session of each account.
    """

    inventory: Inventory
    clusters: Mapping[Place, FoundCluster] = field(hash=False)
    sessions: Mapping[str, AwsSession] = field(hash=False)


def survey(  # noqa: PLR0913 - what a survey may be given
    session: AwsSession,
    *,
    others: Sequence[AwsSession] = (),
    ways: Mapping[str, KubernetesAccess] | None = None,
    programs: Mapping[str, tuple[str, str]] | None = None,
    quota: int | None = None,
    progress: Progress = no_progress,
) -> Survey:
    """Return all that a migration has to know.

    Args:
        session: The region and account of the clusters that are asked for.
        others: Sessions of other accounts, whose roles may trust these clusters.
        ways: Ways to the Kubernetes APIs of clusters of the session's region, where it is not
            EKS's own.
        programs: By role, the Pulumi stack that has it and its name there.
        quota: Characters of a trust policy, if the accounts' quota was raised.
        progress: Who is told.

    Raises:
        ObservationError: AWS could not be read.
    """
    home = observe_caller(session.sts()).account
    sessions = {home: session, **{observe_caller(each.sts()).account: each for each in others}}
    providers = [one for each in sessions.values() for one in observe_providers(each.iam())]
    found, unread = _clusters(session, _regions(session, providers), ways or {}, progress)
    clusters = [each.cluster for each in found]
    roles = _roles(sessions, clusters, progress)
    inventory = Inventory(
        home,
        tuple(sorted(clusters, key=lambda each: each.place)),
        _of_programs(roles, programs or {}),
        tuple(providers),
        frozenset(sessions),
        dict.fromkeys(sessions, quota) if quota else {},
        unread,
    )
    return Survey(inventory, {each.cluster.place: each for each in found}, sessions)


def _regions(session: AwsSession, providers: Iterable[Provider]) -> list[str]:
    """Return the session's own region first, then those of the providers' issuers."""
    own = session.eks().meta.region_name
    told = {found[1] for each in providers if (found := _ISSUER.fullmatch(each.host))}
    return [own, *sorted(told - {own})]


def _clusters(
    session: AwsSession,
    regions: Sequence[str],
    ways: Mapping[str, KubernetesAccess],
    progress: Progress,
) -> tuple[list[FoundCluster], tuple[str, ...]]:
    """Return the clusters of regions, and what could not be read of any but the first."""
    found, unread = [], []
    for number, region in enumerate(regions):
        here = replace(session, region=region)
        try:
            found += RegionReader(here, {} if number else ways, progress).read()
        except ObservationError as error:
            if not number:
                raise
            unread.append(f"region {region}: {error.problems[0].message}")
    return found, tuple(unread)


def _roles(
    sessions: Mapping[str, AwsSession], clusters: Iterable[Cluster], progress: Progress
) -> dict[str, RoleFacts]:
    named = {each.role_arn for cluster in clusters for each in wirings(cluster)}
    named |= {each.role_arn for one in clusters for each in one.associations}
    found: dict[str, RoleFacts] = {}
    for session in sessions.values():
        found |= observe_irsa_roles(session, named, progress)
    return found


def _of_programs(
    roles: Mapping[str, RoleFacts], programs: Mapping[str, tuple[str, str]]
) -> dict[str, RoleFacts]:
    return {arn: replace(role, program=programs.get(arn)) for arn, role in roles.items()}


def unread_of(inventory: Inventory) -> Iterator[str]:
    """Yield what could not be read, a sentence each."""
    yield from inventory.unread
    for cluster in inventory.clusters:
        for each in cluster.unread:
            yield f"cluster {cluster.place.label(inventory.home)}: {each}"
