"""AWS::IAM::Role: MiniStack makes the record, after the checks that IAM itself would make."""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.iam.permissions import check_inline_policy
from eks_pod_identity_emulator.iam.store import TRUST_CHANGED_AT, IamStore, Record, no_such_entity
from eks_pod_identity_emulator.iam.tags import merge_tags
from eks_pod_identity_emulator.json_value import Json
from eks_pod_identity_emulator.stacks.refusal import ResourceRefusedError

Properties = Mapping[str, Any]
Made = tuple[str, Mapping[str, Any]]
Handlers = dict[str, Any]


class RoleType:
    """Create, update and delete of a role in a stack."""

    def __init__(self, handlers: Handlers, store: IamStore) -> None:
        """Wrap MiniStack's handlers of the type."""
        self._create: Callable[..., Made] = handlers["create"]
        self._update: Callable[..., Made] = handlers["update"]
        self._delete: Callable[..., None] = handlers["delete"]
        self._store = store

    def handlers(self) -> Handlers:
        """Return what takes the place of MiniStack's handlers."""
        return {"create": self.create, "update": self.update, "delete": self.delete}

    def create(self, logical_id: str, properties: Properties, stack: str) -> Made:
        """Make a role."""
        with _Refusals():
            self._check(properties)
            if "RoleName" in properties:
                self._store.check_role_name(properties["RoleName"])
        made = self._create(logical_id, properties, stack)
        self._complete(made[0], properties)
        return made

    def update(self, name: str, before: Properties, after: Properties, *rest: object) -> Made:
        """Change a role, or replace it if its name or path changes."""
        with _Refusals():
            self._check(after)
        record = self._store.role(name)
        trust = record["AssumeRolePolicyDocument"]
        made = self._update(name, before, after, *rest)
        if made[0] == name and self._store.roles.get(name) is record:
            changed, record["AssumeRolePolicyDocument"] = record["AssumeRolePolicyDocument"], trust
            self._store.set_trust(record, changed)
        self._complete(made[0], after)
        return made

    def delete(self, name: str, properties: Properties) -> None:
        """Delete a role, unless it has policies that the stack does not know."""
        record: Record | None = self._store.roles.get(name)
        if record is None:
            return
        foreign = set(record["AttachedPolicies"]) - set(properties.get("ManagedPolicyArns", ()))
        if foreign:
            message = "Cannot delete entity, must detach all policies first."
            raise ResourceRefusedError("Iam", ApiError("DeleteConflict", message, status=409))
        self._store.set_boundary(record, None)
        self._delete(name, properties)

    def _check(self, properties: Properties) -> None:
        trust = _text(properties.get("AssumeRolePolicyDocument", {}))
        self._store.check_trust(trust)
        merge_tags((), _own_tags(properties), "TagsPerRole")
        for policy in properties.get("Policies", ()):
            check_inline_policy(_text(policy["PolicyDocument"]))
        for arn in properties.get("ManagedPolicyArns", ()):
            if self._store.find_policy(arn) is None:
                raise no_such_entity(f"Policy {arn} does not exist or is not attachable.")
        boundary = properties.get("PermissionsBoundary")
        if boundary and self._store.find_policy(boundary) is None:
            raise no_such_entity(f"Scope ARN: {boundary} does not exist or is not attachable.")

    def _complete(self, name: str, properties: Properties) -> None:
        """Add to MiniStack's record what it leaves out.

        A stack is complete only when its roles have spread, so EKS sees them at once:
        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-resource-configuration-complete.html
        """
        record = self._store.role(name)
        if TRUST_CHANGED_AT not in record:
            self._store.add_role(record)
        record[TRUST_CHANGED_AT] = -math.inf
        self._store.set_boundary(record, properties.get("PermissionsBoundary"))


def _own_tags(properties: Properties) -> list[Mapping[str, str]]:
    """Return the tags without those that CloudFormation puts on everything it makes."""
    return [tag for tag in properties.get("Tags", ()) if not tag["Key"].startswith("aws:")]


class _Refusals:
    """Turns IAM's refusals into reasons of a stack event."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Translate."""
        if isinstance(error, ApiError):
            raise ResourceRefusedError("Iam", error) from error


def _text(document: Json) -> str:
    return document if isinstance(document, str) else json.dumps(document)
