"""`aws:iam/rolePolicy:RolePolicy`, after internal/service/iam/role_policy.go."""

from eks_pod_identity_emulator.plugins.aws.documents import normal_json
from eks_pod_identity_emulator.plugins.aws.iam import GONE, name_of, observed_document
from eks_pod_identity_emulator.plugins.aws.kind import Change, Kind, Scope, doing
from eks_pod_identity_emulator.plugins.aws.traits import Traits, iam_name, policy
from eks_pod_identity_emulator.plugins.naming import NameRule
from eks_pod_identity_emulator.plugins.provider import PluginError
from eks_pod_identity_emulator.plugins.values import PropertyMap


class RolePolicy(Kind):
    """An inline policy of a role."""

    pulumi_type = "aws:iam/rolePolicy:RolePolicy"
    sdk = ("pulumi_aws.iam", "RolePolicy")
    traits = Traits(
        force_new=frozenset({"name", "namePrefix", "role"}),
        documents=frozenset({"policy"}),
        policies=frozenset({"policy"}),
        conflicts=(("name", "namePrefix"),),
        rules={"name": iam_name(128), "namePrefix": iam_name(102), "policy": policy},
        named=("name", NameRule(255)),
    )

    def create(self, scope: Scope, inputs: PropertyMap) -> tuple[str, PropertyMap]:
        """Put the policy."""
        role, name = inputs["role"], name_of(inputs)
        _put(scope, role, name, inputs)
        return f"{role}:{name}", {"name": name, "namePrefix": inputs.get("namePrefix", "")}

    def read(self, scope: Scope, resource_id: str, known: PropertyMap) -> PropertyMap | None:
        """Observe the policy."""
        role, name = _parse(resource_id)
        answer = scope.find("iam", "GetRolePolicy", GONE, RoleName=role, PolicyName=name)
        if answer is None:
            return None
        document = observed_document(known, "policy", answer["PolicyDocument"])
        prefix = known.get("namePrefix", "")
        return {"name": name, "namePrefix": prefix, "policy": document, "role": role}

    def update(self, scope: Scope, resource_id: str, change: Change) -> None:
        """Put the policy again; its text is all that can change."""
        role, name = _parse(resource_id)
        _put(scope, role, name, change.planned)

    def delete(self, scope: Scope, resource_id: str, state: PropertyMap) -> None:
        """Delete the policy."""
        del state
        role, name = _parse(resource_id)
        with doing(f"deleting IAM Role Policy ({resource_id})"):
            scope.find("iam", "DeleteRolePolicy", GONE, RoleName=role, PolicyName=name)


def _put(scope: Scope, role: str, name: str, inputs: PropertyMap) -> None:
    document = normal_json(inputs["policy"])
    with doing(f"putting IAM Role ({role}) Policy ({name})"):
        scope.call("iam", "PutRolePolicy", RoleName=role, PolicyName=name, PolicyDocument=document)


def _parse(resource_id: str) -> tuple[str, str]:
    role, colon, name = resource_id.partition(":")
    if not colon:
        raise PluginError("role_policy id must be of the form <role name>:<policy name>")
    return role, name
