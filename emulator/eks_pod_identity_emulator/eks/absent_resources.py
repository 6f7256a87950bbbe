"""Kinds of resource that clients look for on their way and that no emulated cluster has.

Lists of them are empty and descriptions say not found, as for a real cluster without any. What
would create one is not emulated, and the server says so.
"""

from collections.abc import Mapping

from eks_pod_identity_emulator.eks.environment import Answer, Operation, Params
from eks_pod_identity_emulator.eks.refusals import not_found
from eks_pod_identity_emulator.eks.region import Region

_LISTS: Mapping[str, str] = {
    "ListAccessEntries": "accessEntries",
    "ListCapabilities": "capabilities",
    "ListIdentityProviderConfigs": "identityProviderConfigs",
    "ListInsights": "insights",
}
_DESCRIPTIONS: Mapping[str, tuple[str, str]] = {
    "DescribeAccessEntry": ("principalArn", "access entry"),
    "DescribeCapability": ("capabilityName", "capability"),
}


class AbsentResources:
    """Answers for what is never there."""

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The operations by their names in the API."""
        lists = {name: _list(member) for name, member in _LISTS.items()}
        descriptions = {name: _describe(*named) for name, named in _DESCRIPTIONS.items()}
        return lists | descriptions


def _list(member: str) -> Operation:
    def answer(region: Region, params: Params) -> Answer:
        region.cluster(params["clusterName"])
        return {member: []}

    return answer


def _describe(member: str, kind: str) -> Operation:
    def answer(region: Region, params: Params) -> Answer:
        cluster = region.cluster(params["clusterName"])
        raise not_found(f"No {kind} found for name: {params[member]}.", clusterName=cluster.name)

    return answer
