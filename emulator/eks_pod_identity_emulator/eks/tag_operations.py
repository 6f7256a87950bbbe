"""TagResource, UntagResource and ListTagsForResource.

Their exceptions are NotFoundException and BadRequestException, other than everywhere else:
https://docs.aws.amazon.com/eks/latest/APIReference/API_TagResource.html
"""

from collections.abc import Mapping

from eks_pod_identity_emulator.eks.environment import Answer, Operation, Params
from eks_pod_identity_emulator.eks.region import Region, Tagged
from eks_pod_identity_emulator.eks.tags import tag_fault
from eks_pod_identity_emulator.errors import ApiError


class TagOperations:
    """Tags of clusters, add-ons and associations, by ARN."""

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The operations by their names in the API."""
        return {
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTagsForResource": self.list,
        }

    def tag(self, region: Region, params: Params) -> Answer:
        """Add tags, or give those that are there another value."""
        resource = _resource(region, params)
        tags = resource.tags | dict(params["tags"])
        fault = tag_fault(tags)
        if fault:
            raise ApiError("BadRequestException", fault)
        resource.tags.update(tags)
        return {}

    def untag(self, region: Region, params: Params) -> Answer:
        """Take tags away; one that is not there does not matter."""
        resource = _resource(region, params)
        for key in params["tagKeys"]:
            resource.tags.pop(key, None)
        return {}

    def list(self, region: Region, params: Params) -> Answer:
        """List all tags of a resource."""
        return {"tags": dict(_resource(region, params).tags)}


def _resource(region: Region, params: Params) -> Tagged:
    arn = params["resourceArn"]
    found = region.tagged.get(arn)
    if found is None:
        raise ApiError("NotFoundException", f"No resource found for ARN: {arn}")
    return found
