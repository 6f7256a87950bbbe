"""Stops a run that would lose something of what it adopts from the same program.

A plain role moves under a component by an alias. An alias of the role alone is not enough: each
policy would be attached under its new name and then detached under the old one, and the role be
left without.

    what `adopts` names is created           the stack has no such resource, or would replace it
    another policy that the role has         `adopts` does not name its resource
    AWS has a policy, the component has not  Pulumi would delete it, or forget it; asked while the
                                             role does not have our tags yet

Hooks before a deletion would see a replacement too, but Pulumi refuses to destroy a stack that has
any, unless it runs the program.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from eks_pod_identity.adoption.fault import AdoptionFault
from eks_pod_identity.components.args import AdoptsArgs
from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.facts.existing import existing_in
from eks_pod_identity.components.guards.hooks import stopping_hook
from eks_pod_identity.errors import Problem
from eks_pod_identity.observed.cluster import Role
from eks_pod_identity.observed.ownership import STACK_TAG
from eks_pod_identity.planning.argument_fault import ArgumentFault

_NOTHING: Mapping[str, Any] = {}
_ATTACHMENT = "policyArn"


@dataclass(frozen=True, slots=True)
class Declared:
    """What the component declares of the policies of a role.

    Attributes:
        attached: The ARNs of managed policies.
        inline: The names of inline policies.
        is_known: Whether no ARN comes out of another resource.
    """

    attached: frozenset[str]
    inline: frozenset[str]
    is_known: bool = True


class AdoptionHooks:
    """Makes the hooks of one role that is adopted.

    Attributes:
        of_policies: The hooks of attachments and inline policies.
    """

    def __init__(
        self,
        component: pulumi.ComponentResource,
        name: str,
        declared: Declared,
        adopts: AdoptsArgs,
    ) -> None:
        """Take in where to look.

        Args:
            component: Whose role it is.
            name: The name of the role in Pulumi.
            declared: The policies of the role.
            adopts: What is adopted.
        """
        self._name = name
        self._declared = declared
        self._attached = adopts.get("attachments", {})
        self._inline = adopts.get("inline_policies", {})
        # Asked here: a hook runs while the engine waits for it.
        self._existing = existing_in(find_aws_context(component))
        self.of_policies = pulumi.ResourceHookBinding(
            before_create=[stopping_hook(f"{name}-adopted-policy", self._created)]
        )

    def of_role(self, adopted: str | None) -> pulumi.ResourceHookBinding:
        """Return the hooks of the role.

        Args:
            adopted: What `adopts` calls it.
        """
        return pulumi.ResourceHookBinding(
            before_create=[never_created(f"{self._name}-adopted-role", adopted)],
            before_update=[stopping_hook(f"{self._name}-adopted-policies", self._updated)],
        )

    def _created(self, args: pulumi.ResourceHookArgs) -> Iterator[Problem]:
        inputs = args.new_inputs or _NOTHING
        arn, name = inputs.get(_ATTACHMENT), inputs.get("name")
        adopted = self._attached.get(arn) if arn else self._inline.get(name or "")
        if adopted:
            yield _created_problem(args, adopted)
            return
        role = self._role(inputs.get("role"))
        there = (*role.attached_policy_arns, *role.inline_policies) if role else ()
        if (arn or name) in there:
            yield _not_named(args, arn or name or "", is_attached=bool(arn))

    def _updated(self, args: pulumi.ResourceHookArgs) -> Iterator[Problem]:
        role = self._role((args.old_outputs or _NOTHING).get("name"))
        if role is None or _is_ours(args):
            return
        declared = self._declared
        for arn in role.attached_policy_arns if declared.is_known else ():
            if arn not in declared.attached:
                yield _undeclared(args, arn, f'permission_policy_arns=[..., "{arn}"]')
            elif arn not in self._attached:
                yield _not_named(args, arn, is_attached=True)
        for name in sorted(role.inline_policies):
            if name not in declared.inline:
                yield _undeclared(args, name, f'permission_policy_name="{name}"')
            elif name not in self._inline:
                yield _not_named(args, name, is_attached=False)

    def _role(self, name: object) -> Role | None:
        return self._existing.role(name) if isinstance(name, str) and name else None


def never_created(name: str, adopted: str | None) -> pulumi.ResourceHook:
    """Return a hook that stops the creation of what is to be adopted.

    Args:
        name: The name wanted for the hook.
        adopted: What `adopts` calls the resource.
    """

    def find(args: pulumi.ResourceHookArgs) -> Iterator[Problem]:
        yield _created_problem(args, adopted or "")

    return stopping_hook(name, find)


def adopts_problems(
    address: str, args: Mapping[str, Any], *, has_association: bool
) -> Iterator[Problem]:
    """Yield what a component would adopt and does not create, so that Pulumi would delete it.

    Args:
        address: The component.
        args: Its arguments.
        has_association: Whether it creates an association.
    """
    adopts = args.get("adopts") or _NOTHING
    if "association" in adopts and not has_association:
        yield _misplaced(address, "association", "adopt it by a PodIdentityAssociation")
    for key in ("role", "attachments", "inline_policies"):
        if key in adopts and "role_arn" in args:
            yield _misplaced(address, key, "declare its permissions in place of role_arn")
        elif key in adopts and "role" not in adopts:
            yield _misplaced(address, key, 'adopts={"role": "NAME OR URN", ...}')


def _misplaced(address: str, key: str, help_: str) -> Problem:
    return Problem(
        ArgumentFault.ADOPTS_MISPLACED.id,
        f"{address}.adopts.{key}",
        "the component does not create it, so Pulumi would delete it",
        help=(help_,),
    )


def _is_ours(args: pulumi.ResourceHookArgs) -> bool:
    """Tell whether a run of ours has had a role before: then it has our tags."""
    return STACK_TAG in ((args.old_inputs or _NOTHING).get("tags") or _NOTHING)


def _created_problem(args: pulumi.ResourceHookArgs, adopted: str) -> Problem:
    return Problem(
        AdoptionFault.REPLACED.id,
        args.name,
        f'adopts names "{adopted}" for it, and the run would create it',
        help=(
            "if the stack has it, give the component the name or service account that it has",
            "if the stack never had it, take it out of adopts",
        ),
    )


def _not_named(args: pulumi.ResourceHookArgs, policy: str, *, is_attached: bool) -> Problem:
    key = "attachments" if is_attached else "inline_policies"
    return Problem(
        AdoptionFault.POLICY_LOST.id,
        args.name,
        f"the adopted role has policy {policy}, and its resource is not adopted: Pulumi would"
        " create it here, and then delete it there",
        help=(f'adopts={{"{key}": {{"{policy}": "NAME OR URN"}}}}',),
    )


def _undeclared(args: pulumi.ResourceHookArgs, policy: str, declare: str) -> Problem:
    return Problem(
        AdoptionFault.POLICY_LOST.id,
        args.name,
        f"the adopted role has policy {policy}, which the component does not declare",
        help=(f"{declare}\nto keep it", "detach it first, if no pod needs it"),
    )
