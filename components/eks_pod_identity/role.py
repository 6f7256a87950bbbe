"""Component: an IAM role that pods of one cluster can take on through EKS Pod Identity."""

from collections.abc import Iterable, Mapping
from typing import Any, NotRequired

import pulumi
import pulumi_aws as aws

from eks_pod_identity import names
from eks_pod_identity.args import RolePermissionsArgs, ServiceAccountArgs
from eks_pod_identity.iam.document import canonical_json
from eks_pod_identity.iam.trust import TrustScope, build_trust_policy
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.ownership import ownership_tags
from eks_pod_identity.permissions import (
    attachment_name,
    inline_policies,
    managed_policies,
    managed_policies_of_program,
)
from eks_pod_identity.refusal import refuse
from eks_pod_identity.requirements import role_problems
from eks_pod_identity.surroundings import find_surroundings


class PodIdentityRoleArgs(RolePermissionsArgs):
    """Arguments of PodIdentityRole."""

    cluster_name: pulumi.Input[str]
    """The name of the EKS cluster whose pods may take the role on."""
    service_accounts: list[ServiceAccountArgs]
    """The service accounts whose pods may take the role on; at least one."""
    session_tags: NotRequired[bool]
    """Whether EKS tags the sessions (true by default); false goes with disableSessionTags."""
    description: NotRequired[pulumi.Input[str]]
    """The role's description."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of the role, beside those that name its owner."""


class PodIdentityRole(pulumi.ComponentResource):
    """An IAM role for pods, with its policies and a trust policy that is closed by default.

    Makes one `aws.iam.Role`, one `aws.iam.RolePolicyAttachment` per managed policy and one
    `aws.iam.RolePolicy` per inline policy. The trust policy lets in pods.eks.amazonaws.com alone,
    for the account, the cluster and the service accounts named
    (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html).

    Raises:
        RefusedError: The arguments are wrong; nothing was made.
    """

    arn: pulumi.Output[str]
    """The ARN of the role; depend on this component to have its policies in place too."""
    role_name: pulumi.Output[str]
    """The name of the role."""

    def __init__(
        self,
        name: str,
        args: PodIdentityRoleArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        refuse(role_problems(name, args))
        super().__init__("eks-pod-identity:index:PodIdentityRole", name, None, opts)
        self._surroundings = find_surroundings(self)
        role = self._make_role(name, args)
        self._make_inline_policies(name, args, role)
        # For `depends_on`: known once the policies are attached that the program itself makes.
        self.settled = self._attach_managed_policies(name, args, role)
        self.arn = role.arn
        self.role_name = role.name
        self.register_outputs({"arn": self.arn, "roleName": self.role_name})

    def _make_role(self, name: str, args: PodIdentityRoleArgs) -> aws.iam.Role:
        facts = pulumi.Output.all(
            cluster=args["cluster_name"],
            service_accounts=[dict(account) for account in args["service_accounts"]],
            tags=args.get("tags", {}),
        )
        return aws.iam.Role(
            name,
            name=args.get("role_name") or facts.apply(_default_role_name),
            description=args.get("description"),
            assume_role_policy=facts.apply(lambda known: self._trust_policy(args, known)),
            permissions_boundary=args.get("permissions_boundary_arn"),
            tags=facts.apply(_tags),
            # Only another name replaces a role, so the new one can stand beside the old one until
            # the association points to it.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=False),
        )

    def _trust_policy(self, args: PodIdentityRoleArgs, facts: Mapping[str, Any]) -> str:
        document = build_trust_policy(
            cluster_arn=self._surroundings.cluster_arn(facts["cluster"]),
            service_accounts=_refs(facts),
            scope=TrustScope(args.get("trust_scope", TrustScope.SERVICE_ACCOUNT)),
            session_tags=args.get("session_tags", True),
        )
        return canonical_json(document)

    def _make_inline_policies(
        self, name: str, args: PodIdentityRoleArgs, role: aws.iam.Role
    ) -> None:
        policies = inline_policies(name, args, self._surroundings, args["cluster_name"])
        for policy, document in policies.items():
            aws.iam.RolePolicy(
                f"{name}-{policy}",
                name=policy,
                role=role.name,
                policy=document,
                opts=self._policy_options(),
            )

    def _attach_managed_policies(
        self, name: str, args: PodIdentityRoleArgs, role: aws.iam.Role
    ) -> pulumi.Output[aws.iam.Role]:
        known = managed_policies(args, self._surroundings)

        def attach(arns: Iterable[str]) -> pulumi.Output[aws.iam.Role]:
            attachments = [
                aws.iam.RolePolicyAttachment(
                    f"{name}-{attachment_name(arn)}",
                    role=role.name,
                    policy_arn=arn,
                    opts=self._policy_options(),
                )
                for arn in sorted(arns)
            ]
            return pulumi.Output.all(*(each.id for each in attachments)).apply(lambda _: role)

        attach(known)
        # An attachment is named after its policy, so one of a policy of the same program is made
        # once that is known; a preview shows it from the second run on.
        later = pulumi.Output.all(*managed_policies_of_program(args))
        return later.apply(lambda arns: attach(set(arns) - known))

    def _policy_options(self) -> pulumi.ResourceOptions:
        # They are replaced with their role only, and a new role shall have its permissions before
        # the old one loses them. Left to itself the AWS provider asks for the other order.
        return pulumi.ResourceOptions(parent=self, delete_before_replace=False)


def _refs(facts: Mapping[str, Any]) -> tuple[ServiceAccountRef, ...]:
    accounts = facts["service_accounts"]
    return tuple(ServiceAccountRef(account["namespace"], account["name"]) for account in accounts)


def _default_role_name(facts: Mapping[str, Any]) -> str:
    return names.role_name(facts["cluster"], *_refs(facts))


def _tags(facts: Mapping[str, Any]) -> dict[str, str]:
    first, *others = _refs(facts)
    return ownership_tags(facts["cluster"], None if others else first, facts["tags"])
