"""What has to be there before a file is carried out: the agent, and the policies of its roles.

The problems are those of `planning`, at the file's lines, so that a preview says what a plan says.
"""

from collections.abc import Iterator

import pulumi

from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.facts.existing import existing_in
from eks_pod_identity.components.guards.claims import Claims
from eks_pod_identity.config import AGENT_ADDON, Places
from eks_pod_identity.errors import Problem
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.cluster import ClusterState
from eks_pod_identity.planning.desired import DesiredCluster
from eks_pod_identity.planning.policy_checks import policy_problems, relevant_policies
from eks_pod_identity.planning.preconditions import agent_missing
from eks_pod_identity.planning.report import Reporter


class Preconditions:
    """Asks AWS about one cluster."""

    def __init__(self, component: pulumi.ComponentResource, places: Places) -> None:
        """Take in where to ask.

        Args:
            component: The component of the file.
            places: Looks up positions in the file.
        """
        self._context = find_aws_context(component)
        self._claims = Claims(component)
        self._existing = existing_in(self._context)
        self._report = Reporter(places)

    def agent_problems(self, desired: DesiredCluster) -> Iterator[Problem]:
        """Yield that a cluster without Auto Mode lacks the agent that its associations need."""
        accounts = tuple(each.service_account for each in desired.all_associations())
        is_listed = AGENT_ADDON in (desired.addons or {})
        if not accounts or is_listed or desired.has_external_agent:
            return
        cluster = desired.cluster.cluster
        if self._claims.has_addon(cluster, AGENT_ADDON):
            return
        if self._existing.lacks_addon(cluster, AGENT_ADDON):
            yield agent_missing(accounts, self._report)

    def policy_problems(
        self, desired: DesiredCluster, *, may_make_policies: bool
    ) -> Iterator[Problem]:
        """Yield the managed policies that do not exist.

        Args:
            desired: What the file asks for.
            may_make_policies: Whether resources that come first may make policies of the account.
        """
        cluster = desired.cluster
        nothing = ClusterState(cluster.cluster, cluster.cluster_arn(cluster.cluster), "")
        wanted = relevant_policies(desired, nothing)
        if may_make_policies:
            wanted = frozenset(arn for arn in wanted if _is_of_aws(arn))
        missing = self._existing.missing_policies(wanted)
        yield from policy_problems(desired.all_associations(), missing, self._report)


def _is_of_aws(arn: str) -> bool:
    parsed = parse_arn(arn)
    return parsed is not None and parsed.account == "aws"
