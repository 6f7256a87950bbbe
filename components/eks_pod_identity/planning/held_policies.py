"""What a stack's state has on the roles of its components: attached and inline policies.

IAM does not say who attached a policy; the state knows what a run would take away again. In: a
state. Out: names of policies by role.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from eks_pod_identity.observed.stack import StackResource, StackState

_ROLE = "aws:iam/role:Role"
_NAMES = {
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
    "aws:iam/rolePolicy:RolePolicy": "name",
}


HeldPolicies: TypeAlias = Mapping[str, frozenset[str]]
"""By the ARN of a role, ARNs of attached policies and names of inline ones."""


def held_policies(stack: StackState) -> HeldPolicies:
    """Return what the components of a stack put on each of their roles.

    What a program attaches to such a role by itself is not among it: no run takes that away because
    a file does not ask for it. A role with a policy that cannot be read is left out.
    """
    beside: dict[str, list[StackResource]] = defaultdict(list)
    for each in stack.by_urn.values():
        if each.type in _NAMES:
            beside[each.parent].append(each)
    found = ((role, tuple(_on(role, beside[role.parent]))) for role in _roles(stack))
    return {
        role.outputs["arn"]: frozenset(filter(None, policies))
        for role, policies in found
        if None not in policies
    }


def _roles(stack: StackState) -> Iterator[StackResource]:
    for each in stack.by_urn.values():
        if each.type == _ROLE and isinstance(each.outputs.get("arn"), str):
            yield each


def _on(role: StackResource, policies: Iterable[StackResource]) -> Iterator[str | None]:
    """Yield the policies of a role; None for one whose name is a secret."""
    for each in policies:
        if each.inputs.get("role") == role.outputs.get("name"):
            name = each.inputs.get(_NAMES[each.type])
            yield name if isinstance(name, str) else None
