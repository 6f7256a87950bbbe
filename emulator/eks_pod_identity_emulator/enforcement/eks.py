"""What calls of EKS and EKS Auth need.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from eks_pod_identity_emulator.eks import Caller, EksService
from eks_pod_identity_emulator.eks.arns import association_arn, cluster_arn
from eks_pod_identity_emulator.enforcement.check import Check
from eks_pod_identity_emulator.enforcement.request_tags import request_tag_keys
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.http.api_call import ApiCall
from eks_pod_identity_emulator.http.request import Request

_PODS = "pods.eks.amazonaws.com"
_EKS = "eks.amazonaws.com"
_OF_ADDONS = frozenset({"DeleteAddon", "DescribeAddon", "UpdateAddon"})


class EksChecks:
    """Reads calls of EKS."""

    def __init__(self, eks: EksService) -> None:
        self._eks = eks

    def of(self, call: ApiCall, _request: Request, caller: Caller) -> Iterator[Check]:
        """Yield what a call needs: its own action, and the passing of roles."""
        resource = self._resource(call, caller)
        yield Check(
            action=f"{call.service}:{call.operation}",
            resource=resource,
            keys={"aws:ResourceAccount": caller.account, **request_tag_keys(call.params)},
            tags=partial(self._tags, resource, caller),
        )
        yield from _passed_roles(call, caller)

    def _resource(self, call: ApiCall, caller: Caller) -> str:
        params = call.params
        if "resourceArn" in params:
            return str(params["resourceArn"])
        cluster = params.get("clusterName")
        if cluster is None:
            # Not so where a cluster is created: it has no ARN then.
            named = "name" in params and call.operation != "CreateCluster"
            return cluster_arn(caller, params["name"]) if named else "*"
        if "associationId" in params:
            return association_arn(caller, cluster, params["associationId"])
        if call.operation in _OF_ADDONS:
            return self._addon(cluster, params["addonName"], caller)
        return cluster_arn(caller, cluster)

    def _addon(self, cluster: str, name: str, caller: Caller) -> str:
        """Return an add-on's ARN, which has an id of the installation; without one, a star."""
        found: str = self._ask(
            "DescribeAddon", {"clusterName": cluster, "addonName": name}, caller, _addon_arn
        )
        prefix = cluster_arn(caller, cluster).replace(":cluster/", ":addon/")
        return found or f"{prefix}/{name}/*"

    def _tags(self, resource: str, caller: Caller) -> Mapping[str, str]:
        found: Mapping[str, str] | None
        found = self._ask("ListTagsForResource", {"resourceArn": resource}, caller, _listed_tags)
        return found or {}

    def _ask(
        self,
        operation: str,
        params: Mapping[str, Any],
        caller: Caller,
        read: Callable[[Mapping[str, Any]], Any],
    ) -> Any:  # noqa: ANN401 - what `read` returns
        """Return what EKS answers, None if there is no such resource."""
        try:
            return read(self._eks.call(operation, params, caller))
        except ApiError:
            return None


def _addon_arn(answer: Mapping[str, Any]) -> str:
    return str(answer["addon"]["addonArn"])


def _listed_tags(answer: Mapping[str, Any]) -> Mapping[str, str]:
    tags: Mapping[str, str] = answer["tags"]
    return tags


def _passed_roles(call: ApiCall, caller: Caller) -> Iterator[Check]:
    """Yield the roles that a call hands to EKS, each of which its caller has to be allowed to pass.

    https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
    """
    params = call.params
    if call.operation in ("CreatePodIdentityAssociation", "UpdatePodIdentityAssociation"):
        yield from _pass(params.get("roleArn"), _PODS, call, caller)
    if call.operation in ("CreateAddon", "UpdateAddon"):
        yield from _pass(params.get("serviceAccountRoleArn"), _EKS, call, caller)
        for entry in params.get("podIdentityAssociations") or ():
            yield from _pass(entry.get("roleArn"), _PODS, call, caller)
    if call.operation == "CreateCluster":
        yield from _pass(params.get("roleArn"), _EKS, call, caller)


def _pass(role: str | None, service: str, call: ApiCall, caller: Caller) -> Iterator[Check]:
    if not role:
        return
    cluster = call.params.get("clusterName") or call.params.get("name", "")
    yield Check(
        action="iam:PassRole",
        resource=role,
        keys={
            "iam:PassedToService": service,
            "iam:AssociatedResourceArn": cluster_arn(caller, cluster),
            "aws:ResourceAccount": caller.account,
        },
    )
