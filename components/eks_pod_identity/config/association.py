"""An entry of `podIdentityAssociations`, in `iam` and in an add-on."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from eks_pod_identity.config.fields import (
    Flag,
    FlagMap,
    InlineDocument,
    OptionalFlag,
    OptionalText,
    Text,
    TextList,
    TextMap,
)
from eks_pod_identity.config.role_settings import RoleSettings


class PodIdentityAssociation(RoleSettings):
    """One service account and the role its pods get, given (roleARN) or made from permissions.

    Attributes:
        namespace: The pods' namespace; in an add-on's entry EKS knows it.
        service_account_name: The pods' service account; need not exist yet.
        create_service_account: Make the service account, and its namespace if missing.
        role_arn: The ARN of a role you have; excludes all permissions.
        role_name: Name of the role that is made, instead of a generated one.
        permissions_boundary_arn: Permissions boundary of the role that is made.
        permission_policy_arns: Managed policies of the role that is made.
        permission_policy: Inline policy document of the role that is made.
        permission_policy_name: Name of that inline policy.
        well_known_policies: Ready-made policies of the role that is made, switched on by name.
        tags: Tags of association and role.
        target_role_arn: Role that is chained to the first one, usually of another account.
        grant_target_role: Let the role that is made assume that role; eksctl has no such key, so
            that a file for both has it in x-eks-pod-identity only.
        disable_session_tags: Have EKS leave out its session tags; they are on by default.
        policy: Session policy as JSON text; needs disableSessionTags.
    """

    omitted_if_null: ClassVar[frozenset[str]] = frozenset({"policy", "tags", "targetRoleARN"})

    namespace: Text = ""
    service_account_name: Text = ""
    create_service_account: Flag = False
    role_arn: OptionalText = None
    role_name: OptionalText = None
    permissions_boundary_arn: OptionalText = None
    permission_policy_arns: TextList = ()
    permission_policy: InlineDocument = None
    permission_policy_name: OptionalText = None
    well_known_policies: FlagMap = Field(default_factory=dict)
    tags: TextMap = Field(default_factory=dict)
    target_role_arn: OptionalText = None
    grant_target_role: Flag = False
    disable_session_tags: OptionalFlag = None
    policy: OptionalText = None

    @property
    def well_known_policy_names(self) -> tuple[str, ...]:
        """Names of the well-known policies that are switched on, sorted."""
        return tuple(sorted(name for name, on in self.well_known_policies.items() if on))

    @property
    def permission_fields(self) -> Mapping[str, Any]:
        """The fields that ask for a role to be made, by eksctl's key, without the empty ones."""
        fields = {
            "permissionPolicy": self.permission_policy,
            "permissionPolicyARNs": self.permission_policy_arns,
            "wellKnownPolicies": self.well_known_policy_names,
            "grantTargetRole": self.grant_target_role,
        }
        return {key: value for key, value in fields.items() if value}
