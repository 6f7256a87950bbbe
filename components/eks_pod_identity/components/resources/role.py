"""A role for pods with its policies, registered under whatever component asks for it.

Not a component itself: a checkpoint is written for every resource of a stack, so a stack of some
hundred associations is quicker without one more level for each.
"""

from collections.abc import Iterable, Sequence

import pulumi
import pulumi_aws as aws

from eks_pod_identity.components.args import AdoptsArgs
from eks_pod_identity.components.guards.adopted import AdoptionHooks, Declared
from eks_pod_identity.components.guards.occupancy import Hooks
from eks_pod_identity.components.resources.former import former
from eks_pod_identity.components.resources.permissions import attachment_name
from eks_pod_identity.components.resources.role_definition import RoleDefinition


class RoleResources:
    """Makes the role and its policies.

    Attributes:
        arn: The ARN of the role.
        role_name: Its name.
        own: The role and those of its policies that are known while the program runs.
        depends_on: For `depends_on` of what needs the role with its policies in place.
    """

    def __init__(  # noqa: PLR0913 - what it is made of, and how it ends
        self,
        parent: pulumi.ComponentResource,
        name: str,
        definition: RoleDefinition,
        *,
        occupancy: Hooks,
        depends_on: Sequence[pulumi.Input[pulumi.Resource]] = (),
        retain_on_delete: bool = False,
        adopts: AdoptsArgs | None = None,
    ) -> None:
        self._name = name
        self._definition = definition
        self._adopts: AdoptsArgs = adopts or {}
        self._adoption = self._adoption_hooks(parent) if adopts else None
        # A role is replaced when its name changes, and its policies with it: the new ones stand
        # beside the old ones until the association points to them. Left to itself the AWS
        # provider asks for the other order.
        self._options = pulumi.ResourceOptions(
            parent=parent, delete_before_replace=False, retain_on_delete=retain_on_delete
        )
        self._role = self._make_role(occupancy, depends_on)
        self.arn = self._find_arn(self._role)
        self.role_name = self._role.name
        self.own: list[pulumi.Resource] = [self._role]
        self.depends_on: list[pulumi.Input[pulumi.Resource]] = [self._role]
        self._make_inline_policies()
        self._attach_managed_policies()

    def _make_role(
        self, occupancy: Hooks, depends_on: Sequence[pulumi.Input[pulumi.Resource]]
    ) -> aws.iam.Role:
        definition = self._definition
        hooks = pulumi.ResourceHookBinding(before_create=[*occupancy])
        if self._adoption:
            hooks = self._adoption.of_role(self._adopts.get("role"))
        return aws.iam.Role(
            self._name,
            name=definition.name,
            assume_role_policy=definition.trust_policy,
            permissions_boundary=definition.permissions_boundary_arn,
            tags=definition.tags,
            **definition.settings,
            opts=pulumi.ResourceOptions.merge(
                self._options,
                pulumi.ResourceOptions(
                    depends_on=list(depends_on),
                    hooks=hooks,
                    aliases=former(self._adopts.get("role")),
                ),
            ),
        )

    def _find_arn(self, role: aws.iam.Role) -> pulumi.Output[str]:
        """Return the ARN, which a preview knows beforehand: documents that name it are shown."""
        known = self._definition.arn
        if known is None or not pulumi.runtime.is_dry_run():
            return role.arn
        return role.urn.apply(lambda _: known)

    def _make_inline_policies(self) -> None:
        policies = [
            aws.iam.RolePolicy(
                f"{self._name}-{policy}",
                name=policy,
                role=self._role.name,
                policy=document,
                opts=self._policy_options(self._adopts.get("inline_policies", {}).get(policy)),
            )
            for policy, document in self._definition.inline_policies.items()
        ]
        self.own += policies
        self.depends_on += policies

    def _attach_managed_policies(self) -> None:
        role, known = self._role, self._definition.managed_policy_arns
        attached = [self._attach(arn) for arn in sorted(known)]
        self.own += attached
        self.depends_on += attached
        if not self._definition.later_policy_arns:
            return

        def attach_later(arns: Iterable[str]) -> pulumi.Output[aws.iam.Role]:
            attachments = [self._attach(arn) for arn in sorted(set(arns) - known)]
            return pulumi.Output.all(*(each.id for each in attachments)).apply(lambda _: role)

        # An attachment is named after its policy, so one of a policy of the same program is made
        # once that is known; a preview shows it from the second run on.
        later = pulumi.Output.all(*self._definition.later_policy_arns)
        self.depends_on.append(later.apply(attach_later))

    def _attach(self, arn: str) -> aws.iam.RolePolicyAttachment:
        return aws.iam.RolePolicyAttachment(
            f"{self._name}-{attachment_name(arn)}",
            role=self._role.name,
            policy_arn=arn,
            opts=self._policy_options(self._adopts.get("attachments", {}).get(arn)),
        )

    def _policy_options(self, adopted: str | None) -> pulumi.ResourceOptions:
        if self._adoption is None:
            return self._options
        more = pulumi.ResourceOptions(aliases=former(adopted), hooks=self._adoption.of_policies)
        return pulumi.ResourceOptions.merge(self._options, more)

    def _adoption_hooks(self, parent: pulumi.ComponentResource) -> AdoptionHooks:
        definition = self._definition
        declared = Declared(
            definition.managed_policy_arns,
            frozenset(definition.inline_policies),
            is_known=not definition.later_policy_arns,
        )
        return AdoptionHooks(parent, self._name, declared, self._adopts)
