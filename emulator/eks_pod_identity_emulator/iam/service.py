"""IAM's operations that the emulator answers itself; MiniStack answers the rest (users, groups).

Parameters and answers use the member names of botocore's model of IAM, except that documents are
percent-encoded in answers and times are text, as on the wire.
"""

from collections.abc import Callable, Mapping
from typing import Any

from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.iam.aws_policies import add_aws_policies
from eks_pod_identity_emulator.iam.policies import Policies
from eks_pod_identity_emulator.iam.providers import Providers
from eks_pod_identity_emulator.iam.role_policies import RolePolicies
from eks_pod_identity_emulator.iam.roles import Roles
from eks_pod_identity_emulator.iam.store import IamStore

Operation = Callable[[Mapping[str, Any]], dict[str, Any]]


class IamService:
    """IAM of every account; to be called from one thread, the one that MiniStack runs on."""

    def __init__(self, store: IamStore) -> None:
        add_aws_policies(store.aws_policies, store.now())
        self._ministack = store.ministack
        self._operations: Mapping[str, Operation] = {
            **_of_roles(Roles(store)),
            **_of_role_policies(RolePolicies(store)),
            **_of_policies(Policies(store)),
            **_of_providers(Providers(store)),
        }

    @property
    def operations(self) -> frozenset[str]:
        """Names of the operations that `call` answers."""
        return frozenset(self._operations)

    def call(self, operation: str, params: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """Answer one request.

        Raises:
            ApiError: IAM would refuse the request.
            KeyError: The operation is not in `operations`.
        """
        with self._ministack.in_account(caller.account, caller.region):
            return self._operations[operation](params)


def _of_roles(roles: Roles) -> Mapping[str, Operation]:
    return {
        "CreateRole": roles.create_role,
        "DeleteRole": roles.delete_role,
        "DeleteRolePermissionsBoundary": roles.delete_role_permissions_boundary,
        "GetRole": roles.get_role,
        "ListRoles": roles.list_roles,
        "ListRoleTags": roles.list_role_tags,
        "PutRolePermissionsBoundary": roles.put_role_permissions_boundary,
        "TagRole": roles.tag_role,
        "UntagRole": roles.untag_role,
        "UpdateAssumeRolePolicy": roles.update_assume_role_policy,
        "UpdateRole": roles.update_role,
        "UpdateRoleDescription": roles.update_role_description,
    }


def _of_role_policies(policies: RolePolicies) -> Mapping[str, Operation]:
    return {
        "AttachRolePolicy": policies.attach_role_policy,
        "DeleteRolePolicy": policies.delete_role_policy,
        "DetachRolePolicy": policies.detach_role_policy,
        "GetRolePolicy": policies.get_role_policy,
        "ListAttachedRolePolicies": policies.list_attached_role_policies,
        "ListRolePolicies": policies.list_role_policies,
        "PutRolePolicy": policies.put_role_policy,
    }


def _of_policies(policies: Policies) -> Mapping[str, Operation]:
    return {
        "CreatePolicy": policies.create_policy,
        "CreatePolicyVersion": policies.create_policy_version,
        "DeletePolicy": policies.delete_policy,
        "DeletePolicyVersion": policies.delete_policy_version,
        "GetPolicy": policies.get_policy,
        "GetPolicyVersion": policies.get_policy_version,
        "ListPolicies": policies.list_policies,
        "ListPolicyTags": policies.list_policy_tags,
        "ListPolicyVersions": policies.list_policy_versions,
        "SetDefaultPolicyVersion": policies.set_default_policy_version,
        "TagPolicy": policies.tag_policy,
        "UntagPolicy": policies.untag_policy,
    }


def _of_providers(providers: Providers) -> Mapping[str, Operation]:
    return {
        "AddClientIDToOpenIDConnectProvider": providers.add_client_id_to_open_id_connect_provider,
        "CreateOpenIDConnectProvider": providers.create_open_id_connect_provider,
        "DeleteOpenIDConnectProvider": providers.delete_open_id_connect_provider,
        "GetOpenIDConnectProvider": providers.get_open_id_connect_provider,
        "ListOpenIDConnectProviders": providers.list_open_id_connect_providers,
        "ListOpenIDConnectProviderTags": providers.list_open_id_connect_provider_tags,
        "RemoveClientIDFromOpenIDConnectProvider": (
            providers.remove_client_id_from_open_id_connect_provider
        ),
        "TagOpenIDConnectProvider": providers.tag_open_id_connect_provider,
        "UntagOpenIDConnectProvider": providers.untag_open_id_connect_provider,
        "UpdateOpenIDConnectProviderThumbprint": (
            providers.update_open_id_connect_provider_thumbprint
        ),
    }
