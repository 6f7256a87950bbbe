"""Whether a cluster has the agent, asked before associations are made that need it."""

from collections.abc import Iterator, Sequence

import pulumi

from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.facts.existing import existing_in
from eks_pod_identity.components.guards.claims import Claims
from eks_pod_identity.config import AGENT_ADDON, ClusterConfig, Places
from eks_pod_identity.errors import Problem
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.planning.preconditions import agent_missing
from eks_pod_identity.planning.report import Reporter


def agent_problems(
    component: pulumi.ComponentResource,
    config: ClusterConfig,
    places: Places,
    accounts: Sequence[ServiceAccountRef],
) -> Iterator[Problem]:
    """Yield that a cluster without Auto Mode has no agent, and neither file nor program brings it.

    Args:
        component: The component of the file.
        config: The file.
        places: Looks up positions in it.
        accounts: The service accounts that need the agent.
    """
    cluster = config.metadata.name
    listed = any(addon.name == AGENT_ADDON for addon in config.addons or ())
    if not accounts or listed or config.has_external_agent:
        return
    if Claims(component).has_addon(cluster, AGENT_ADDON):
        return
    if existing_in(find_aws_context(component)).lacks_addon(cluster, AGENT_ADDON):
        yield agent_missing(accounts, Reporter(places))
