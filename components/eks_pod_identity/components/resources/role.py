"""A role for pods with its policies, registered under whatever component asks for it.

Not a component itself: a checkpoint is written for every resource of a stack, so a stack of some
hundred associations is quicker without one more level for each.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from eks_pod_identity import names
from eks_pod_identity.components.args import (
    PodIdentityRoleArgs,
)
from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.guards.occupancy import Hooks
from eks_pod_identity.components.resources.permissions import (
    attachment_name,
    inline_policies,
    managed_policies,
    managed_policies_of_program,
)
from eks_pod_identity.components.resources.tags import ownership_tags
from eks_pod_identity.iam.document import canonical_json
from eks_pod_identity.iam.trust import TrustScope, build_trust_policy
from eks_pod_identity.names import ServiceAccountRef


class RoleResources:
    """Makes the role and its policies.

    Attributes:
        arn: The ARN of the role.
        role_name: Its name.
        depends_on: For `depends_on` of what needs the role with its policies in place.
    """

    def __init__(  # noqa: PLR0913 - what it is made of, and how it ends
        self,
        parent: pulumi.ComponentResource,
        name: str,
        args: PodIdentityRoleArgs,
        *,
        occupancy: Hooks,
        depends_on: Sequence[pulumi.Input[pulumi.Resource]] = (),
        retain_on_delete: bool = False,
        declared_in: str = "",
    ) -> None:
        self._declared_in = declared_in
        self._hooks = pulumi.ResourceHookBinding(before_create=[*occupancy])
        self._context = find_aws_context(parent)
        # A role is replaced when its name changes, and its policies with it: the new ones stand
        # beside the old ones until the association points to them. Left to itself the AWS
        # provider asks for the other order.
        self._options = pulumi.ResourceOptions(
            parent=parent, delete_before_replace=False, retain_on_delete=retain_on_delete
        )
        role = self._make_role(name, args, depends_on)
        self.arn = role.arn
        self.role_name = role.name
        self.depends_on: list[pulumi.Input[pulumi.Resource]] = [role]
        self._make_inline_policies(name, args, role)
        self._attach_managed_policies(name, args, role)

    def _make_role(
        self,
        name: str,
        args: PodIdentityRoleArgs,
        depends_on: Sequence[pulumi.Input[pulumi.Resource]],
    ) -> aws.iam.Role:
        facts = _role_facts(args)
        # Apart: unknown or secret tags shall not make the trust policy unknown or secret.
        tagged = pulumi.Output.all(facts, args.get("tags", {}))
        return aws.iam.Role(
            name,
            name=made_role_name(args),
            description=args.get("description"),
            assume_role_policy=facts.apply(lambda known: self._trust_policy(args, known)),
            permissions_boundary=args.get("permissions_boundary_arn"),
            tags=tagged.apply(lambda known: self._tags(*known)),
            opts=pulumi.ResourceOptions.merge(
                self._options,
                pulumi.ResourceOptions(depends_on=list(depends_on), hooks=self._hooks),
            ),
        )

    def _tags(self, facts: Mapping[str, Any], own: Mapping[str, str]) -> dict[str, str]:
        first, *others = _refs(facts)
        # A role that is shared is nobody's own, were it shared by one alone for now.
        of_one = not others and not self._declared_in
        return ownership_tags(facts["cluster"], first if of_one else None, own, self._declared_in)

    def _trust_policy(self, args: PodIdentityRoleArgs, facts: Mapping[str, Any]) -> str:
        document = build_trust_policy(
            cluster_arn=self._context.cluster_arn(facts["cluster"]),
            service_accounts=_refs(facts),
            scope=TrustScope(args.get("trust_scope", TrustScope.SERVICE_ACCOUNT)),
            session_tags=args.get("session_tags", True),
        )
        return canonical_json(document)

    def _make_inline_policies(
        self, name: str, args: PodIdentityRoleArgs, role: aws.iam.Role
    ) -> None:
        policies = inline_policies(name, args, self._context, args["cluster_name"])
        self.depends_on += [
            aws.iam.RolePolicy(
                f"{name}-{policy}",
                name=policy,
                role=role.name,
                policy=document,
                opts=self._options,
            )
            for policy, document in policies.items()
        ]

    def _attach_managed_policies(
        self, name: str, args: PodIdentityRoleArgs, role: aws.iam.Role
    ) -> None:
        known = managed_policies(args, self._context)
        for arn in sorted(known):
            self.depends_on.append(self._attach(name, role, arn))
        of_program = managed_policies_of_program(args)
        if not of_program:
            return

        def attach_later(arns: Iterable[str]) -> pulumi.Output[aws.iam.Role]:
            attachments = [self._attach(name, role, arn) for arn in sorted(set(arns) - known)]
            return pulumi.Output.all(*(each.id for each in attachments)).apply(lambda _: role)

        # An attachment is named after its policy, so one of a policy of the same program is made
        # once that is known; a preview shows it from the second run on.
        self.depends_on.append(pulumi.Output.all(*of_program).apply(attach_later))

    def _attach(self, name: str, role: aws.iam.Role, arn: str) -> aws.iam.RolePolicyAttachment:
        return aws.iam.RolePolicyAttachment(
            f"{name}-{attachment_name(arn)}", role=role.name, policy_arn=arn, opts=self._options
        )


def made_role_name(args: PodIdentityRoleArgs) -> pulumi.Input[str]:
    """Return the name that a role will have; a plain text if it is known already."""
    if chosen := args.get("role_name"):
        return chosen
    cluster = args["cluster_name"]
    known = [tuple(each.values()) for each in args["service_accounts"]]
    if isinstance(cluster, str) and all(isinstance(part, str) for each in known for part in each):
        return _default_role_name(
            {"cluster": cluster, "service_accounts": args["service_accounts"]}
        )
    return _role_facts(args).apply(_default_role_name)


def _role_facts(args: PodIdentityRoleArgs) -> pulumi.Output[dict[str, Any]]:
    return pulumi.Output.all(
        cluster=args["cluster_name"],
        service_accounts=[dict(account) for account in args["service_accounts"]],
    )


def _refs(facts: Mapping[str, Any]) -> tuple[ServiceAccountRef, ...]:
    accounts = facts["service_accounts"]
    return tuple(ServiceAccountRef(account["namespace"], account["name"]) for account in accounts)


def _default_role_name(facts: Mapping[str, Any]) -> str:
    return names.role_name(facts["cluster"], *_refs(facts))
