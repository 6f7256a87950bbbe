"""What a role may do: its inline policies, and the managed ones attached to it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.iam.documents import document_size
from eks_pod_identity_emulator.iam.pages import page
from eks_pod_identity_emulator.iam.permissions import INLINE_POLICIES_SIZE, check_inline_policy
from eks_pod_identity_emulator.iam.store import IamStore, Record, no_such_entity

Params = Mapping[str, Any]
Answer = dict[str, Any]

ATTACHED_POLICIES = 10
"""Managed policies per role: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""


class RolePolicies:
    """The operations on a role's policies."""

    def __init__(self, store: IamStore) -> None:
        self._store = store

    def put_role_policy(self, params: Params) -> Answer:
        """Write an inline policy."""
        role = self._store.role(params["RoleName"])
        put_inline_policy(role, params["PolicyName"], params["PolicyDocument"])
        return {}

    def get_role_policy(self, params: Params) -> Answer:
        """Show an inline policy."""
        name = params["PolicyName"]
        policies = self._store.role(params["RoleName"])["InlinePolicies"]
        if name not in policies:
            raise _no_inline_policy(name)
        document = quote(policies[name], safe="")
        return {"RoleName": params["RoleName"], "PolicyName": name, "PolicyDocument": document}

    def delete_role_policy(self, params: Params) -> Answer:
        """Delete an inline policy."""
        policies = self._store.role(params["RoleName"])["InlinePolicies"]
        if params["PolicyName"] not in policies:
            raise _no_inline_policy(params["PolicyName"])
        del policies[params["PolicyName"]]
        return {}

    def list_role_policies(self, params: Params) -> Answer:
        """Name the inline policies."""
        names = sorted(self._store.role(params["RoleName"])["InlinePolicies"])
        return page("PolicyNames", names, params)

    def attach_role_policy(self, params: Params) -> Answer:
        """Attach a managed policy; attaching it again changes nothing."""
        role = self._store.role(params["RoleName"])
        check_attachable(self._store, role, params["PolicyArn"])
        record = self._store.policy(params["PolicyArn"])
        self._store.ministack.iam.attach_managed_policy(role, record["Arn"])
        return {}

    def detach_role_policy(self, params: Params) -> Answer:
        """Detach a managed policy."""
        role = self._store.role(params["RoleName"])
        record = self._store.find_policy(params["PolicyArn"])
        if record is None or record["Arn"] not in role["AttachedPolicies"]:
            raise no_such_entity(f"Policy {params['PolicyArn']} was not found.")
        self._store.ministack.iam.detach_managed_policy(role, record["Arn"])
        return {}

    def list_attached_role_policies(self, params: Params) -> Answer:
        """Name the managed policies."""
        prefix = params.get("PathPrefix", "/")
        role = self._store.role(params["RoleName"])
        found = (self._store.policy(arn) for arn in role["AttachedPolicies"])
        shown = [
            {"PolicyName": policy["PolicyName"], "PolicyArn": self._store.shown_arn(policy["Arn"])}
            for policy in found
            if policy["Path"].startswith(prefix)
        ]
        return page("AttachedPolicies", shown, params)


def put_inline_policy(role: Record, name: str, document: str) -> None:
    """Write an inline policy into a role's record.

    Raises:
        ApiError: The document is malformed, or the role's inline policies would be too long.
    """
    check_inline_policy(document)
    policies = {**role["InlinePolicies"], name: document}
    if sum(document_size(text) for text in policies.values()) > INLINE_POLICIES_SIZE:
        message = (
            f"Maximum policy size of {INLINE_POLICIES_SIZE} bytes exceeded for role "
            f"{role['RoleName']}"
        )
        raise ApiError("LimitExceeded", message, status=409)
    role["InlinePolicies"][name] = document


def check_attachable(store: IamStore, role: Record, arn: str) -> None:
    """Refuse a managed policy that cannot be attached to a role.

    Raises:
        ApiError: There is no such policy, or the role has as many as it may have.
    """
    if store.find_policy(arn) is None:
        raise no_such_entity(f"Policy {arn} does not exist or is not attachable.")
    if arn not in role["AttachedPolicies"] and len(role["AttachedPolicies"]) >= ATTACHED_POLICIES:
        message = f"Cannot exceed quota for PoliciesPerRole: {ATTACHED_POLICIES}"
        raise ApiError("LimitExceeded", message, status=409)


def _no_inline_policy(name: str) -> ApiError:
    return no_such_entity(f"The role policy with name {name} cannot be found.")
