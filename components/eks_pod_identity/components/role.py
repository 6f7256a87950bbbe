"""Component: an IAM role that pods of one cluster can take on through EKS Pod Identity."""

from typing import Any

import pulumi

from eks_pod_identity.components.args import PodIdentityRoleArgs
from eks_pod_identity.components.checked import CheckedComponent
from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.guards.adopted import adopts_problems
from eks_pod_identity.components.guards.arguments import role_problems
from eks_pod_identity.components.guards.claims import Claims
from eks_pod_identity.components.guards.foreseen import foreseen_of_association, refuse_foreseen
from eks_pod_identity.components.guards.occupancy import Occupancy
from eks_pod_identity.components.refusal import refuse
from eks_pod_identity.components.resources.retained import retaining
from eks_pod_identity.components.resources.role import RoleResources
from eks_pod_identity.components.resources.role_definition import (
    cluster_names,
    define_role_of_args,
)

__all__ = ["PodIdentityRole", "PodIdentityRoleArgs"]


class PodIdentityRole(CheckedComponent):
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
        refuse([*role_problems(name, args), *adopts_problems(name, args, has_association=False)])
        super().__init__(
            "eks-pod-identity:index:PodIdentityRole", name, None, retaining(opts, args)
        )
        definition = define_role_of_args(name, args, find_aws_context(self))
        refuse(Claims(self).role(name, definition.name))
        refuse_foreseen(foreseen_of_association(self, name, _as_association(args), opts))
        occupancy = Occupancy(self, opts.parent if opts else None)
        made = RoleResources(
            self,
            name,
            definition,
            occupancy=occupancy.of_roles(),
            adopts=args.get("adopts"),
        )
        self.arn = made.arn
        self.role_name = made.role_name
        self.register_outputs({"arn": self.arn, "roleName": self.role_name})


def _as_association(args: PodIdentityRoleArgs) -> dict[str, Any]:
    """Return the arguments of an association that would have such a role made."""
    first, cluster = args["service_accounts"][0], cluster_names(args)[0]
    return {
        **args,
        "cluster_name": cluster,
        "namespace": first["namespace"],
        "service_account": first["name"],
    }
