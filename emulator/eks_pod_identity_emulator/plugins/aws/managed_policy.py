"""`aws:iam/policy:Policy`, after internal/service/iam/policy.go."""

from collections.abc import Mapping
from typing import Any

from eks_pod_identity_emulator.plugins.aws.documents import normal_json
from eks_pod_identity_emulator.plugins.aws.iam import (
    GONE,
    TaggedIamKind,
    is_gone,
    name_of,
    observed_document,
    observed_tags,
)
from eks_pod_identity_emulator.plugins.aws.kind import Change, Scope, doing
from eks_pod_identity_emulator.plugins.aws.tags import to_list
from eks_pod_identity_emulator.plugins.aws.traits import Traits, iam_name, policy
from eks_pod_identity_emulator.plugins.naming import NameRule
from eks_pod_identity_emulator.plugins.values import PropertyMap, Value

# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
_MOST_VERSIONS = 5


class ManagedPolicy(TaggedIamKind):
    """A customer managed policy."""

    pulumi_type = "aws:iam/policy:Policy"
    sdk = ("pulumi_aws.iam", "Policy")
    noun, key, key_property = "Policy", "PolicyArn", "arn"
    traits = Traits(
        force_new=frozenset({"description", "name", "namePrefix", "path"}),
        defaults={"path": "/"},
        documents=frozenset({"policy"}),
        policies=frozenset({"policy"}),
        conflicts=(("name", "namePrefix"),),
        rules={"name": iam_name(128), "namePrefix": iam_name(102), "policy": policy},
        named=("name", NameRule(255)),
    )

    def create(self, scope: Scope, inputs: PropertyMap) -> tuple[str, PropertyMap]:
        """Make the policy with its first version."""
        name = name_of(inputs)
        with doing(f"creating IAM Policy ({name})"):
            made = scope.call(
                "iam",
                "CreatePolicy",
                PolicyName=name,
                PolicyDocument=normal_json(inputs["policy"]),
                Path=inputs["path"],
                Description=inputs.get("description") or None,
                Tags=to_list(inputs.get("tagsAll")),
            )
        policy_arn = str(made["Policy"]["Arn"])
        with doing(f"reading IAM Policy ({policy_arn})"):
            found = scope.retry(
                lambda: scope.call("iam", "GetPolicy", PolicyArn=policy_arn), is_gone
            )
            return policy_arn, _described(scope, found["Policy"], inputs)

    def read(self, scope: Scope, resource_id: str, known: PropertyMap) -> PropertyMap | None:
        """Observe the policy and its default version."""
        found = scope.find("iam", "GetPolicy", GONE, PolicyArn=resource_id)
        return _described(scope, found["Policy"], known) if found else None

    def update(self, scope: Scope, resource_id: str, change: Change) -> None:
        """Make a new version the default one, after making room for it."""
        if not change.has("policy"):
            return
        document = normal_json(change.planned["policy"])
        with doing(f"updating IAM Policy ({resource_id})"):
            _make_room(scope, resource_id)
            scope.call(
                "iam",
                "CreatePolicyVersion",
                PolicyArn=resource_id,
                PolicyDocument=document,
                SetAsDefault=True,
            )

    def delete(self, scope: Scope, resource_id: str, state: PropertyMap) -> None:
        """Delete the versions, then the policy."""
        del state
        with doing(f"deleting IAM Policy ({resource_id})"):
            if scope.find("iam", "GetPolicy", GONE, PolicyArn=resource_id) is None:
                return
            for version in _other_versions(scope, resource_id):
                _delete_version(scope, resource_id, version)
            scope.find("iam", "DeletePolicy", GONE, PolicyArn=resource_id)


def _described(scope: Scope, found: Mapping[str, Any], known: PropertyMap) -> PropertyMap:
    subject = {"PolicyArn": found["Arn"], "VersionId": found["DefaultVersionId"]}
    version = scope.call("iam", "GetPolicyVersion", **subject)
    document = version["PolicyVersion"]["Document"]
    return {
        "arn": found["Arn"],
        "attachmentCount": found.get("AttachmentCount", 0),
        "description": found.get("Description", ""),
        "name": found["PolicyName"],
        "namePrefix": known.get("namePrefix", ""),
        "path": found["Path"],
        "policy": observed_document(known, "policy", document),
        "policyId": found["PolicyId"],
        **observed_tags(scope, found.get("Tags", []), known),
    }


def _other_versions(scope: Scope, policy_arn: str) -> list[Value]:
    versions = scope.pages("iam", "ListPolicyVersions", "Versions", PolicyArn=policy_arn)
    return [version for version in versions if not version["IsDefaultVersion"]]


def _make_room(scope: Scope, policy_arn: str) -> None:
    others = _other_versions(scope, policy_arn)
    if len(others) + 1 >= _MOST_VERSIONS:
        _delete_version(scope, policy_arn, min(others, key=lambda one: one["CreateDate"]))


def _delete_version(scope: Scope, policy_arn: str, version: Value) -> None:
    number = version["VersionId"]
    scope.find("iam", "DeletePolicyVersion", GONE, PolicyArn=policy_arn, VersionId=number)
