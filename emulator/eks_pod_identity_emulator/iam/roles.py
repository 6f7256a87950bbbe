"""Roles: CreateRole to DeleteRole, their trust policies, boundaries and tags."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.iam.pages import page
from eks_pod_identity_emulator.iam.store import LAST_USED, IamStore, Record, no_such_entity
from eks_pod_identity_emulator.iam.tags import merge_tags, without_tags

Params = Mapping[str, Any]
Answer = dict[str, Any]

_TAG_QUOTA = "TagsPerRole"
_HOUR = 3_600


class Roles:
    """The operations on roles."""

    def __init__(self, store: IamStore) -> None:
        self._store = store

    def create_role(self, params: Params) -> Answer:
        """Make a role; its trust policy, boundary and tags are checked first."""
        self._store.check_trust(params["AssumeRolePolicyDocument"])
        boundary = params.get("PermissionsBoundary")
        self._check_boundary(boundary)
        tags = merge_tags((), params.get("Tags", ()), _TAG_QUOTA)
        self._store.check_role_name(params["RoleName"])
        record = self._new_record(params, tags)
        self._store.set_boundary(record, boundary)
        self._store.add_role(record)
        shown = show_role(record)
        shown.pop("MaxSessionDuration")
        shown.pop("RoleLastUsed")
        return {"Role": shown}

    def _new_record(self, params: Params, tags: list[Any]) -> Record:
        name, path = params["RoleName"], params.get("Path", "/")
        return {
            "RoleName": name,
            "Arn": f"arn:{self._store.partition}:iam::{self._store.account}:role{path}{name}",
            "RoleId": self._store.new_id("AROA"),
            "CreateDate": self._store.now(),
            "Path": path,
            "AssumeRolePolicyDocument": params["AssumeRolePolicyDocument"],
            "Description": params.get("Description"),
            "MaxSessionDuration": params.get("MaxSessionDuration", _HOUR),
            "AttachedPolicies": [],
            "InlinePolicies": {},
            "Tags": tags,
        }

    def _check_boundary(self, arn: str | None) -> None:
        if arn is not None and self._store.find_policy(arn) is None:
            raise no_such_entity(f"Scope ARN: {arn} does not exist or is not attachable.")

    def get_role(self, params: Params) -> Answer:
        """Show a role with all there is of it."""
        return {"Role": show_role(self._store.role(params["RoleName"]))}

    def list_roles(self, params: Params) -> Answer:
        """Show roles in brief: without tags, boundary and last use, as AWS documents."""
        names, prefix = self._store.role_names(), params.get("PathPrefix", "/")
        if prefix != "/":
            names = [name for name in names if self._store.role(name)["Path"].startswith(prefix)]
        answer = page("Roles", names, params)
        answer["Roles"] = [_brief(self._store.role(name)) for name in answer["Roles"]]
        return answer

    def delete_role(self, params: Params) -> Answer:
        """Delete a role that nothing hangs on any more."""
        role = self._store.role(params["RoleName"])
        if role["AttachedPolicies"]:
            raise _delete_conflict("must detach all policies first.")
        if role["InlinePolicies"]:
            raise _delete_conflict("must delete policies first.")
        profiles = self._store.ministack.iam._instance_profiles.values()  # noqa: SLF001 - MiniStack's only way to its records; its version is pinned
        if any(role["RoleName"] in profile["Roles"] for profile in profiles):
            raise _delete_conflict("must remove roles from instance profile first.")
        self._store.remove_role(role)
        return {}

    def update_role(self, params: Params) -> Answer:
        """Change description and session duration, those that are given."""
        role = self._store.role(params["RoleName"])
        role["Description"] = params.get("Description", role["Description"])
        role["MaxSessionDuration"] = params.get("MaxSessionDuration", role["MaxSessionDuration"])
        return {}

    def update_role_description(self, params: Params) -> Answer:
        """Change the description, by the older of the two operations."""
        role = self._store.role(params["RoleName"])
        role["Description"] = params["Description"]
        return {"Role": show_role(role)}

    def update_assume_role_policy(self, params: Params) -> Answer:
        """Change the trust policy."""
        role = self._store.role(params["RoleName"])
        self._store.check_trust(params["PolicyDocument"])
        self._store.set_trust(role, params["PolicyDocument"])
        return {}

    def put_role_permissions_boundary(self, params: Params) -> Answer:
        """Set the permissions boundary."""
        role = self._store.role(params["RoleName"])
        self._check_boundary(params["PermissionsBoundary"])
        self._store.set_boundary(role, params["PermissionsBoundary"])
        return {}

    def delete_role_permissions_boundary(self, params: Params) -> Answer:
        """Take the permissions boundary away."""
        role = self._store.role(params["RoleName"])
        if not role.get("PermissionsBoundary"):
            raise no_such_entity(f"Principal {role['RoleId']} does not have scope")
        self._store.set_boundary(role, None)
        return {}

    def tag_role(self, params: Params) -> Answer:
        """Put tags on a role."""
        role = self._store.role(params["RoleName"])
        role["Tags"] = merge_tags(role["Tags"], params["Tags"], _TAG_QUOTA)
        return {}

    def untag_role(self, params: Params) -> Answer:
        """Take tags from a role."""
        role = self._store.role(params["RoleName"])
        role["Tags"] = without_tags(role["Tags"], params["TagKeys"])
        return {}

    def list_role_tags(self, params: Params) -> Answer:
        """Show a role's tags."""
        return page("Tags", self._store.role(params["RoleName"])["Tags"], params)


def show_role(role: Record) -> Answer:
    """Return a role as GetRole shows it."""
    boundary = role.get("PermissionsBoundary")
    return _brief(role) | {
        "PermissionsBoundary": boundary
        and {
            "PermissionsBoundaryType": "PermissionsBoundaryPolicy",
            "PermissionsBoundaryArn": boundary,
        },
        "Tags": role["Tags"] or None,
        "RoleLastUsed": role.get(LAST_USED, {}),
    }


def _brief(role: Record) -> Answer:
    return {
        "Path": role["Path"],
        "RoleName": role["RoleName"],
        "RoleId": role["RoleId"],
        "Arn": role["Arn"],
        "CreateDate": role["CreateDate"],
        "AssumeRolePolicyDocument": quote(role["AssumeRolePolicyDocument"], safe=""),
        "Description": role["Description"] or None,
        "MaxSessionDuration": role["MaxSessionDuration"],
    }


def _delete_conflict(what: str) -> ApiError:
    return ApiError("DeleteConflict", f"Cannot delete entity, {what}", status=409)
