"""`aws:iam/role:Role`, after terraform-provider-aws internal/service/iam/role.go."""

from collections.abc import Callable, Mapping
from typing import Any

from eks_pod_identity_emulator.plugins.aws.documents import normal_json
from eks_pod_identity_emulator.plugins.aws.failure import AwsCallError
from eks_pod_identity_emulator.plugins.aws.iam import (
    GONE,
    TaggedIamKind,
    attach,
    attached_policies,
    detach,
    inline_policy_names,
    is_gone,
    is_principal_unknown,
    name_of,
    observed_document,
    observed_tags,
)
from eks_pod_identity_emulator.plugins.aws.kind import Change, Scope, doing
from eks_pod_identity_emulator.plugins.aws.tags import to_list
from eks_pod_identity_emulator.plugins.aws.traits import (
    Traits,
    arn,
    at_most,
    between,
    iam_name,
    policy,
)
from eks_pod_identity_emulator.plugins.naming import NameRule
from eks_pod_identity_emulator.plugins.values import PropertyMap, Value

LONGEST_NAME = 64
# Terraform's names from a prefix end in 26 characters.
LONGEST_PREFIX = LONGEST_NAME - 26


class Role(TaggedIamKind):
    """An IAM role, with the policies that its own arguments name."""

    pulumi_type = "aws:iam/role:Role"
    sdk = ("pulumi_aws.iam", "Role")
    noun, key, key_property = "Role", "RoleName", "name"
    traits = Traits(
        force_new=frozenset({"name", "namePrefix", "path"}),
        defaults={"forceDetachPolicies": False, "maxSessionDuration": 3600, "path": "/"},
        sets=frozenset({"inlinePolicies", "managedPolicyArns"}),
        documents=frozenset({"assumeRolePolicy"}),
        policies=frozenset({"assumeRolePolicy", "inlinePolicies.policy"}),
        conflicts=(("name", "namePrefix"),),
        rules={
            "assumeRolePolicy": policy,
            "description": at_most(1000),
            "inlinePolicies.name": iam_name(128),
            "inlinePolicies.policy": policy,
            "managedPolicyArns": arn,
            "maxSessionDuration": between(3600, 43200),
            "name": iam_name(LONGEST_NAME),
            "namePrefix": iam_name(LONGEST_PREFIX),
            "path": at_most(512),
            "permissionsBoundary": arn,
        },
        named=("name", NameRule(LONGEST_NAME)),
        members_named={"inlinePolicies": NameRule(128)},
    )

    def create(self, scope: Scope, inputs: PropertyMap) -> tuple[str, PropertyMap]:
        """Make the role, then one write per policy."""
        name = name_of(inputs)
        with doing(f"creating IAM Role ({name})"):
            request = _new_role(name, inputs)
            scope.retry(lambda: scope.call("iam", "CreateRole", **request), is_principal_unknown)
        with doing(f"creating IAM Role ({name}) policies"):
            for inline in _complete(inputs.get("inlinePolicies")):
                _put_policy(scope, name, inline)
            for policy_arn in inputs.get("managedPolicyArns") or ():
                attach(scope, name, policy_arn)
        with doing(f"reading IAM Role ({name})"):
            made = scope.retry(lambda: scope.call("iam", "GetRole", RoleName=name), is_gone)
        # A new role has no other policies than those just written.
        given = {"inlinePolicies": [], "managedPolicyArns": [], **inputs}
        return name, {
            **_described(scope, made["Role"], inputs),
            "inlinePolicies": given["inlinePolicies"],
            "managedPolicyArns": given["managedPolicyArns"],
        }

    def read(self, scope: Scope, resource_id: str, known: PropertyMap) -> PropertyMap | None:
        """Observe the role and its policies."""
        found = scope.find("iam", "GetRole", GONE, RoleName=resource_id)
        if found is None:
            return None
        return {
            **_described(scope, found["Role"], known),
            "inlinePolicies": _observed_inline(scope, resource_id, known),
            "managedPolicyArns": attached_policies(scope, resource_id),
        }

    def update(self, scope: Scope, resource_id: str, change: Change) -> None:
        """Write what differs, each with its own call."""
        with doing(f"updating IAM Role ({resource_id})"):
            _update_role(scope, resource_id, change)
            _update_boundary(scope, resource_id, change)
            _update_policies(scope, resource_id, change)

    def delete(self, scope: Scope, resource_id: str, state: PropertyMap) -> None:
        """Remove the role; its policies too if the role owns them or is forced to let go."""
        with doing(f"deleting IAM Role ({resource_id})"):
            _leave_instance_profiles(scope, resource_id)
            force = state.get("forceDetachPolicies")
            if force or state.get("managedPolicyArns"):
                for policy_arn in _if_there(attached_policies, scope, resource_id):
                    detach(scope, resource_id, policy_arn)
            if force or state.get("inlinePolicies"):
                for name in _if_there(inline_policy_names, scope, resource_id):
                    _delete_policy(scope, resource_id, name)
            scope.retry(
                lambda: scope.find("iam", "DeleteRole", GONE, RoleName=resource_id),
                lambda failure: failure.is_code("DeleteConflict"),
            )


def _leave_instance_profiles(scope: Scope, role: str) -> None:
    """Do as deleteRoleInstanceProfiles: the caller has to be allowed to list, also if none is."""
    answer = scope.find("iam", "ListInstanceProfilesForRole", GONE, RoleName=role)
    for profile in (answer or {}).get("InstanceProfiles", ()):
        name = profile["InstanceProfileName"]
        scope.call("iam", "RemoveRoleFromInstanceProfile", InstanceProfileName=name, RoleName=role)


def _new_role(name: str, inputs: PropertyMap) -> PropertyMap:
    return {
        "RoleName": name,
        "AssumeRolePolicyDocument": normal_json(inputs["assumeRolePolicy"]),
        "Path": inputs["path"],
        "Description": inputs.get("description") or None,
        "MaxSessionDuration": inputs["maxSessionDuration"],
        "PermissionsBoundary": inputs.get("permissionsBoundary") or None,
        "Tags": to_list(inputs.get("tagsAll")),
    }


def _described(scope: Scope, role: Mapping[str, Any], known: PropertyMap) -> PropertyMap:
    boundary = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    document = role["AssumeRolePolicyDocument"]
    return {
        "arn": role["Arn"],
        "assumeRolePolicy": observed_document(known, "assumeRolePolicy", document),
        "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "description": role.get("Description", ""),
        "maxSessionDuration": role.get("MaxSessionDuration", 3600),
        "name": role["RoleName"],
        "namePrefix": known.get("namePrefix", ""),
        "path": role["Path"],
        "permissionsBoundary": boundary,
        "uniqueId": role["RoleId"],
        **observed_tags(scope, role.get("Tags", []), known),
    }


def _observed_inline(scope: Scope, role: str, known: PropertyMap) -> list[Value]:
    """Return the inline policies in the order that is known, new ones last."""
    texts = {item.get("name"): item.get("policy") for item in known.get("inlinePolicies") or ()}
    names = inline_policy_names(scope, role)
    order = {name: at for at, name in enumerate(texts)}
    return [
        {"name": name, "policy": observed_document(texts, name, _document(scope, role, name))}
        for name in sorted(names, key=lambda name: (order.get(name, len(order)), name))
    ]


def _document(scope: Scope, role: str, name: str) -> object:
    answer = scope.call("iam", "GetRolePolicy", RoleName=role, PolicyName=name)
    return answer["PolicyDocument"]


def _update_role(scope: Scope, role: str, change: Change) -> None:
    planned = change.planned
    if change.has("assumeRolePolicy"):
        document = normal_json(planned["assumeRolePolicy"])
        scope.retry(
            lambda: scope.call(
                "iam", "UpdateAssumeRolePolicy", RoleName=role, PolicyDocument=document
            ),
            is_principal_unknown,
        )
    if change.has("description"):
        text = planned.get("description", "")
        scope.call("iam", "UpdateRoleDescription", RoleName=role, Description=text)
    if change.has("maxSessionDuration"):
        seconds = planned["maxSessionDuration"]
        scope.call("iam", "UpdateRole", RoleName=role, MaxSessionDuration=seconds)


def _update_boundary(scope: Scope, role: str, change: Change) -> None:
    if not change.has("permissionsBoundary"):
        return
    boundary = change.planned.get("permissionsBoundary")
    operation = "PutRolePermissionsBoundary" if boundary else "DeleteRolePermissionsBoundary"
    scope.call("iam", operation, RoleName=role, PermissionsBoundary=boundary or None)


def _update_policies(scope: Scope, role: str, change: Change) -> None:
    if change.has("inlinePolicies"):
        added, removed = change.added("inlinePolicies"), change.removed("inlinePolicies")
        rewritten = {item["name"] for item in _complete(added)}
        for item in removed:
            if item["name"] not in rewritten:
                _delete_policy(scope, role, item["name"])
        for item in _complete(added):
            _put_policy(scope, role, item)
    if change.has("managedPolicyArns"):
        for policy_arn in change.removed("managedPolicyArns"):
            detach(scope, role, policy_arn)
        for policy_arn in change.added("managedPolicyArns"):
            attach(scope, role, policy_arn)


def _complete(inline: list[Value] | None) -> list[Value]:
    """Leave out the empty member by which a user says "no inline policies at all"."""
    return [item for item in inline or () if item.get("name") and item.get("policy")]


def _put_policy(scope: Scope, role: str, inline: PropertyMap) -> None:
    document, name = inline["policy"], inline["name"]
    scope.call("iam", "PutRolePolicy", RoleName=role, PolicyName=name, PolicyDocument=document)


def _delete_policy(scope: Scope, role: str, name: str) -> None:
    scope.find("iam", "DeleteRolePolicy", GONE, RoleName=role, PolicyName=name)


def _if_there(listing: Callable[[Scope, str], list[str]], scope: Scope, role: str) -> list[str]:
    try:
        return listing(scope, role)
    except AwsCallError as failure:
        if is_gone(failure):
            return []
        raise
