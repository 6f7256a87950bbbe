"""What the kinds of IAM share: tags, the repairs that time brings, and policies of a role."""

import json
import secrets
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import unquote

from eks_pod_identity_emulator.plugins.aws.documents import kept_policy
from eks_pod_identity_emulator.plugins.aws.failure import AwsCallError
from eks_pod_identity_emulator.plugins.aws.kind import Kind, Scope
from eks_pod_identity_emulator.plugins.aws.tags import from_list, to_list
from eks_pod_identity_emulator.plugins.values import PropertyMap

GONE = "NoSuchEntity"
_CONCURRENT = "ConcurrentModification"


class TaggedIamKind(Kind):
    """A kind of IAM whose tags are set one resource at a time.

    Attributes:
        noun: How IAM's tag operations call it, such as Role.
        key: The parameter that names it, such as RoleName.
        key_property: The property that holds that name.
    """

    noun: ClassVar[str]
    key: ClassVar[str]
    key_property: ClassVar[str]

    def write_tags(
        self, scope: Scope, state: PropertyMap, updated: dict[str, str], removed: list[str]
    ) -> None:
        """Untag, then tag, as the real provider does."""
        subject: dict[str, Any] = {self.key: state[self.key_property]}
        if removed:
            scope.call("iam", f"Untag{self.noun}", **subject, TagKeys=removed)
        if updated:
            scope.call("iam", f"Tag{self.noun}", **subject, Tags=to_list(updated))


def observed_tags(scope: Scope, tags: list[Any], known: PropertyMap) -> PropertyMap:
    """Return `tags` and `tagsAll` as the state keeps them."""
    return split_tags(scope, from_list(tags), known)


def split_tags(scope: Scope, tags: dict[str, str], known: PropertyMap) -> PropertyMap:
    """Divide what AWS has into the resource's own tags and all of them."""
    managed = scope.tag_rules.managed(tags)
    return {
        "tags": scope.tag_rules.own_tags(managed, known.get("tags") or {}),
        "tagsAll": managed,
    }


def observed_document(known: PropertyMap, name: str, document: object) -> str:
    """Return a policy that IAM tells, in the words that are known if they mean the same."""
    # boto3 has decoded the document already, unless it could not read it as JSON.
    return kept_policy(str(known.get(name, "")), as_text(document))


def as_text(document: object) -> str:
    """Return a policy document as text, however boto3 hands it over."""
    if isinstance(document, str):
        return unquote(document)
    return json.dumps(document, separators=(",", ":"))


def name_of(inputs: PropertyMap) -> str:
    """Return the name given, or one made of the prefix as Terraform makes it (26 characters)."""
    name = inputs.get("name")
    return str(name) if name else f"{inputs.get('namePrefix', '')}{unique_suffix()}"


def unique_suffix() -> str:
    """Return the 26 characters by which Terraform ends a name that has a prefix."""
    now = datetime.now(UTC)
    return f"{now:%Y%m%d%H%M%S}{now.microsecond // 100:04d}{secrets.token_hex(4)}"


def is_gone(failure: AwsCallError) -> bool:
    """Tell whether IAM knows no such thing, or does not know it yet."""
    return failure.is_code(GONE)


def is_concurrent(failure: AwsCallError) -> bool:
    """Tell whether another change of the same role was under way."""
    return failure.is_code(_CONCURRENT, f"{_CONCURRENT}Exception")


def is_principal_unknown(failure: AwsCallError) -> bool:
    """Tell whether IAM has not heard yet of a principal that was just made."""
    return failure.says("MalformedPolicyDocument", "Invalid principal in policy") or (
        is_concurrent(failure)
    )


def attach(scope: Scope, role: str, policy_arn: str) -> None:
    """Attach a managed policy to a role."""
    scope.retry(
        lambda: scope.call("iam", "AttachRolePolicy", RoleName=role, PolicyArn=policy_arn),
        is_concurrent,
    )


def detach(scope: Scope, role: str, policy_arn: str) -> None:
    """Detach a managed policy from a role, if it is attached."""
    scope.retry(
        lambda: scope.find("iam", "DetachRolePolicy", GONE, RoleName=role, PolicyArn=policy_arn),
        is_concurrent,
    )


def attached_policies(scope: Scope, role: str) -> list[str]:
    """Return the ARNs of a role's managed policies."""
    policies = scope.pages("iam", "ListAttachedRolePolicies", "AttachedPolicies", RoleName=role)
    return [policy["PolicyArn"] for policy in policies]


def inline_policy_names(scope: Scope, role: str) -> list[str]:
    """Return the names of a role's inline policies."""
    return list(scope.pages("iam", "ListRolePolicies", "PolicyNames", RoleName=role))
