"""Hooks of associations that stop a run before it loses a target role, a session policy or tags.

One hook serves all associations of a component. It asks nothing of AWS: EKS keeps what an update
leaves out, so only what the state has seen can be lost.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pulumi

from eks_pod_identity.components.guards.hooks import stopping_hook
from eks_pod_identity.errors import Problem
from eks_pod_identity.observed.ownership import user_tags
from eks_pod_identity.planning.ledger.attributes import (
    Attribute,
    Declarer,
    attribute_problems,
    omitted_attributes,
)

_TEXTS = {Attribute.TARGET_ROLE: "targetRoleArn", Attribute.SESSION_POLICY: "policy"}
_NOTHING: Mapping[str, Any] = {}


class AttributeGuard:
    """Knows what each association of a component leaves out."""

    def __init__(self, name: str) -> None:
        """Register the hook of a component of this name."""
        self._declared: dict[str, tuple[frozenset[Attribute], Declarer]] = {}
        self.hook = stopping_hook(f"{name}-attribute-guard", self._find)

    def declare(self, resource: str, args: Mapping[str, Any], declarer: Declarer) -> None:
        """Take note of an association.

        Args:
            resource: Its name in Pulumi.
            args: The arguments of its component.
            declarer: Who declares it, for messages.
        """
        self._declared[resource] = omitted_attributes(args), declarer

    def _find(self, args: pulumi.ResourceHookArgs) -> Iterator[Problem]:
        omitted, declarer = self._declared[args.name]
        yield from attribute_problems(omitted, _held(args), declarer)


def _held(args: pulumi.ResourceHookArgs) -> Mapping[Attribute, str]:
    inputs, outputs = args.old_inputs or _NOTHING, args.old_outputs or _NOTHING
    tags = user_tags(outputs.get("tags") or inputs.get("tags") or _NOTHING)
    held = {each: outputs.get(key) or inputs.get(key) for each, key in _TEXTS.items()}
    held[Attribute.TAGS] = ", ".join(f"{key}={tags[key]}" for key in sorted(tags))
    return {each: str(text) for each, text in held.items() if text}
