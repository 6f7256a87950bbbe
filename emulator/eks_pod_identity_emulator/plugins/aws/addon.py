"""`aws:eks/addon:Addon`, after terraform-provider-aws internal/service/eks/addon.go.

The list of pod identity associations is a set for which "not given" and "empty" are the same: both
leave the list out of CreateAddon, and both send an empty list to UpdateAddon, which deletes the
associations that the add-on owns. Only CreateAddon is tried again while a role spreads.
"""

from collections.abc import Callable, Mapping
from typing import Any

from eks_pod_identity_emulator.plugins.aws.eks import (
    GONE,
    REFUSED,
    TaggedEksKind,
    health_issues,
    request_token,
    wait_for_update,
)
from eks_pod_identity_emulator.plugins.aws.failure import AwsCallError
from eks_pod_identity_emulator.plugins.aws.iam import split_tags
from eks_pod_identity_emulator.plugins.aws.kind import Change, Scope, doing, settling
from eks_pod_identity_emulator.plugins.aws.traits import Traits, arn, at_most, one_of
from eks_pod_identity_emulator.plugins.provider import PluginError
from eks_pod_identity_emulator.plugins.values import PropertyMap, Value
from eks_pod_identity_emulator.plugins.waiting import Status

CREATE_TIMEOUT = 20 * 60
UPDATE_TIMEOUT = 20 * 60
DELETE_TIMEOUT = 40 * 60
_VERSION = r"v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?"
_WRITTEN = (
    "addonVersion",
    "configurationValues",
    "podIdentityAssociations",
    "serviceAccountRoleArn",
)


class Addon(TaggedEksKind):
    """An add-on of a cluster, with the pod identity associations that it owns."""

    pulumi_type = "aws:eks/addon:Addon"
    sdk = ("pulumi_aws.eks", "Addon")
    traits = Traits(
        force_new=frozenset({"addonName", "clusterName", "namespaceConfig", "region"}),
        sets=frozenset({"podIdentityAssociations"}),
        rules={
            "addonVersion": at_most(1024, _VERSION, "must follow semantic version format"),
            "podIdentityAssociations.roleArn": arn,
            "resolveConflictsOnCreate": one_of("NONE", "OVERWRITE"),
            "resolveConflictsOnUpdate": one_of("NONE", "OVERWRITE", "PRESERVE"),
            "serviceAccountRoleArn": arn,
        },
    )

    def create(self, scope: Scope, inputs: PropertyMap) -> tuple[str, PropertyMap]:
        """Make the add-on and wait until it is active."""
        cluster, name = inputs["clusterName"], inputs["addonName"]
        resource_id = f"{cluster}:{name}"
        request = {
            **_named(cluster, name),
            "addonVersion": inputs.get("addonVersion"),
            "clientRequestToken": request_token(),
            "configurationValues": inputs.get("configurationValues") or None,
            "namespaceConfig": inputs.get("namespaceConfig"),
            "podIdentityAssociations": inputs.get("podIdentityAssociations") or None,
            "resolveConflicts": inputs.get("resolveConflictsOnCreate"),
            "serviceAccountRoleArn": inputs.get("serviceAccountRoleArn") or None,
            "tags": inputs.get("tagsAll") or None,
        }
        with doing(f"creating EKS Add-On ({resource_id})"):
            scope.retry(lambda: scope.call("eks", "CreateAddon", **request), _is_not_ready)
        with settling(f"waiting for EKS Add-On ({resource_id}) create", resource_id):
            timeout = scope.timeout or CREATE_TIMEOUT
            look = _look(scope, cluster, name)
            scope.waiting.until(look, {"CREATING", "DEGRADED"}, "ACTIVE", timeout)
        return resource_id, self.read(scope, resource_id, inputs) or {}

    def read(self, scope: Scope, resource_id: str, known: PropertyMap) -> PropertyMap | None:
        """Observe the add-on and the associations that it owns."""
        cluster, name = _parse(resource_id)
        found = _find(scope, cluster, name)
        if found is None:
            return None
        return {
            "addonName": found["addonName"],
            "addonVersion": found["addonVersion"],
            "arn": found["addonArn"],
            "clusterName": found["clusterName"],
            "configurationValues": found.get("configurationValues", ""),
            "createdAt": found["createdAt"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "modifiedAt": found["modifiedAt"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "namespaceConfig": found.get("namespaceConfig") or None,
            "podIdentityAssociations": _owned(scope, cluster, found, known) or None,
            "serviceAccountRoleArn": found.get("serviceAccountRoleArn"),
            **split_tags(scope, dict(found.get("tags", {})), known),
        }

    def update(self, scope: Scope, resource_id: str, change: Change) -> None:
        """Call UpdateAddon if something differs that it can write, and wait until it is done."""
        if not change.has(*_WRITTEN):
            return
        cluster, name = _parse(resource_id)
        with doing(f"updating EKS Add-On ({resource_id})"):
            request = _update_request(change)
            answer = scope.call("eks", "UpdateAddon", **_named(cluster, name), **request)
        update_id = answer["update"]["id"]
        what = f"waiting for EKS Add-On ({resource_id}) update ({update_id})"
        try:
            wait_for_update(scope, cluster, update_id, UPDATE_TIMEOUT, name)
        except PluginError as failure:
            raise PluginError(f"{what}: {failure}{_advice(request)}") from failure

    def delete(self, scope: Scope, resource_id: str, state: PropertyMap) -> None:
        """Delete the add-on and wait until it is gone; `preserve` keeps its software running."""
        cluster, name = _parse(resource_id)
        preserve = True if state.get("preserve") else None
        with doing(f"deleting EKS Add-On ({resource_id})"):
            request = {**_named(cluster, name), "preserve": preserve}
            if scope.find("eks", "DeleteAddon", GONE, **request) is None:
                return
        with doing(f"waiting for EKS Add-On ({resource_id}) delete"):
            timeout = scope.timeout or DELETE_TIMEOUT
            look = _look(scope, cluster, name)
            scope.waiting.until(look, {"ACTIVE", "DELETING"}, None, timeout)


def _named(cluster: str, name: str) -> PropertyMap:
    return {"clusterName": cluster, "addonName": name}


def _parse(resource_id: str) -> tuple[str, str]:
    cluster, _, name = resource_id.partition(":")
    if not cluster or not name:
        expected = "expected cluster-name:addon-name"
        raise PluginError(f"unexpected format for ID ({resource_id}), {expected}")
    return cluster, name


def _find(scope: Scope, cluster: str, name: str) -> Mapping[str, Any] | None:
    answer = scope.find("eks", "DescribeAddon", GONE, **_named(cluster, name))
    return answer["addon"] if answer else None


def _look(scope: Scope, cluster: str, name: str) -> Callable[[], Status | None]:
    def look() -> Status | None:
        found = _find(scope, cluster, name)
        return Status(found["status"], health_issues(found)) if found else None

    return look


def _update_request(change: Change) -> PropertyMap:
    planned, role = change.planned, change.planned.get("serviceAccountRoleArn", "")
    request: PropertyMap = {"clientRequestToken": request_token()}
    for name in ("addonVersion", "configurationValues"):
        if change.has(name):
            request[name] = planned.get(name, "")
    if change.has("podIdentityAssociations"):
        request["podIdentityAssociations"] = planned.get("podIdentityAssociations") or []
    if change.has("serviceAccountRoleArn") or role:
        request["serviceAccountRoleArn"] = role
    request["resolveConflicts"] = planned.get("resolveConflictsOnUpdate")
    return request


def _advice(request: PropertyMap) -> str:
    if request["resolveConflicts"] == "OVERWRITE":
        return ""
    return '. Consider setting resolve_conflicts_on_update to "OVERWRITE"'


def _is_not_ready(failure: AwsCallError) -> bool:
    return failure.says(REFUSED, "CREATE_FAILED") or failure.says(REFUSED, "does not exist")


def _owned(scope: Scope, cluster: str, found: Mapping[str, Any], known: PropertyMap) -> list[Value]:
    """Describe the owned associations, in the order that is known, new ones last."""
    order = [one.get("serviceAccount") for one in known.get("podIdentityAssociations") or ()]
    owned = [_association(scope, cluster, one) for one in found.get("podIdentityAssociations", ())]
    return sorted(owned, key=lambda one: _place(order, one["serviceAccount"]))


def _place(order: list[Value], account: str) -> tuple[int, str]:
    return (order.index(account) if account in order else len(order)), account


def _association(scope: Scope, cluster: str, association_arn: str) -> PropertyMap:
    answer = scope.call(
        "eks",
        "DescribePodIdentityAssociation",
        clusterName=cluster,
        associationId=association_arn.rsplit("/", 1)[-1],
    )
    association = answer["association"]
    return {"roleArn": association["roleArn"], "serviceAccount": association["serviceAccount"]}
