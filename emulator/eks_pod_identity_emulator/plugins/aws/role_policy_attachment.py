"""`aws:iam/rolePolicyAttachment:RolePolicyAttachment`, after role_policy_attachment.go."""

from eks_pod_identity_emulator.plugins.aws.failure import AwsCallError
from eks_pod_identity_emulator.plugins.aws.iam import attach, attached_policies, detach, is_gone
from eks_pod_identity_emulator.plugins.aws.kind import Change, Kind, Scope, doing
from eks_pod_identity_emulator.plugins.aws.traits import Traits, arn
from eks_pod_identity_emulator.plugins.provider import PluginError
from eks_pod_identity_emulator.plugins.values import PropertyMap


class RolePolicyAttachment(Kind):
    """A managed policy attached to a role."""

    pulumi_type = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    sdk = ("pulumi_aws.iam", "RolePolicyAttachment")
    traits = Traits(
        force_new=frozenset({"policyArn", "role"}),
        rules={"policyArn": arn},
        # Deleting the old one after making the new one would detach what was just attached.
        delete_first=True,
    )

    def create(self, scope: Scope, inputs: PropertyMap) -> tuple[str, PropertyMap]:
        """Attach the policy."""
        role, policy_arn = inputs["role"], inputs["policyArn"]
        with doing(f"attaching IAM Policy ({policy_arn}) to IAM Role ({role})"):
            attach(scope, role, policy_arn)
        return f"{role}/{policy_arn}", {}

    def read(self, scope: Scope, resource_id: str, known: PropertyMap) -> PropertyMap | None:
        """Observe whether it is attached."""
        del resource_id
        try:
            attached = attached_policies(scope, known["role"])
        except AwsCallError as failure:
            if is_gone(failure):
                return None
            raise
        return {} if known["policyArn"] in attached else None

    def update(self, scope: Scope, resource_id: str, change: Change) -> None:
        """Do nothing: every change is a replacement."""

    def delete(self, scope: Scope, resource_id: str, state: PropertyMap) -> None:
        """Detach the policy."""
        del resource_id
        role, policy_arn = state["role"], state["policyArn"]
        with doing(f"detaching IAM Policy ({policy_arn}) from IAM Role ({role})"):
            detach(scope, role, policy_arn)

    def imported(self, import_id: str) -> tuple[str, PropertyMap]:
        """Read `role/policy-arn`."""
        role, slash, policy_arn = import_id.partition("/")
        if not (role and slash and policy_arn):
            expected = "expected <role-name>/<policy_arn>"
            raise PluginError(f'unexpected format of ID ("{import_id}"), {expected}')
        return import_id, {"role": role, "policyArn": policy_arn}
