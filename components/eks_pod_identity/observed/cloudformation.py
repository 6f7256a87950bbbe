"""A stack of CloudFormation, as far as it decides what becomes of a role that it made.

In: a template. Out: which of its resources the stack keeps when it is deleted
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_KEPT = frozenset({"Retain", "RetainExceptOnCreate"})
_POLICIES = frozenset({"AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy"})
_CDK_PATH = "aws:cdk:path"


@dataclass(frozen=True, slots=True)
class StackTemplate:
    """What a stack was made of.

    Attributes:
        name: The name of the stack.
        resources: Its resources by logical id, as the template has them.
        is_json: Whether the template is written in JSON, which jq can change.
    """

    name: str
    resources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)
    is_json: bool = True

    @property
    def is_of_cdk(self) -> bool:
        """Whether the CDK wrote the template."""
        return any(_CDK_PATH in (each.get("Metadata") or {}) for each in self.resources.values())

    def lost_with(self, logical_id: str) -> tuple[str, ...]:
        """Return what the stack would delete of a resource: it, and the policies put on it."""
        wanted = (logical_id, *self._policies_of(logical_id))
        return tuple(each for each in wanted if not self._keeps(each))

    def _policies_of(self, logical_id: str) -> Iterator[str]:
        for name, each in self.resources.items():
            properties = each.get("Properties") or {}
            on = json.dumps([properties.get("Roles"), properties.get("RoleName")], default=str)
            if each.get("Type") in _POLICIES and f'"{logical_id}"' in on:
                yield name

    def _keeps(self, logical_id: str) -> bool:
        resource = self.resources.get(logical_id)
        return resource is None or resource.get("DeletionPolicy") in _KEPT
