"""Component: one standalone pod identity association, with what it needs."""

from typing import NotRequired, cast

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

from eks_pod_identity.args import RolePermissionsArgs, ServiceAccountArgs, role_permissions
from eks_pod_identity.clearance import clearance
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.ownership import MANAGED_BY_LABEL, MANAGER, ownership_tags
from eks_pod_identity.refusal import refuse
from eks_pod_identity.requirements import association_problems
from eks_pod_identity.role import PodIdentityRole, PodIdentityRoleArgs


class PodIdentityAssociationArgs(RolePermissionsArgs):
    """Arguments of PodIdentityAssociation: either `role_arn` or permissions for a new role."""

    cluster_name: pulumi.Input[str]
    """The name of the EKS cluster."""
    namespace: pulumi.Input[str]
    """The namespace of the service account."""
    service_account: pulumi.Input[str]
    """The name of the service account."""
    role_arn: NotRequired[pulumi.Input[str]]
    """The ARN of a role you have; excludes permissions."""
    target_role_arn: NotRequired[pulumi.Input[str]]
    """The ARN of a role, of any account, that EKS assumes from the first one."""
    disable_session_tags: NotRequired[bool]
    """Whether EKS leaves its session tags out; false by default."""
    policy: NotRequired[pulumi.Input[str]]
    """A session policy as JSON text; needs `disable_session_tags`."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of the association and of the role that is made for it."""
    create_service_account: NotRequired[bool]
    """Whether to make the Kubernetes service account too."""
    create_namespace: NotRequired[bool]
    """Whether to make the namespace of that service account too."""


class PodIdentityAssociation(pulumi.ComponentResource):
    """An association of a Kubernetes service account with an IAM role.

    Makes one `aws.eks.PodIdentityAssociation`; a PodIdentityRole unless `role_arn` is given; and,
    if asked, a `kubernetes.core.v1.ServiceAccount` and `Namespace`
    (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html).

    Raises:
        RefusedError: The arguments are wrong; nothing was made.
    """

    association_id: pulumi.Output[str]
    """The id that EKS gave, `a-` and 17 characters."""
    association_arn: pulumi.Output[str]
    """The ARN of the association."""
    role_arn: pulumi.Output[str]
    """The ARN of the associated role, made here or given."""
    external_id: pulumi.Output[str]
    """The external id that a target role may ask for while session tags are off."""

    def __init__(
        self,
        name: str,
        args: PodIdentityAssociationArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        refuse(association_problems(name, args))
        super().__init__("eks-pod-identity:index:PodIdentityAssociation", name, None, opts)
        # What the caller made the component wait for, its AWS association waits for on deletion
        # too: Pulumi does not hand `depends_on` down by itself.
        wanted = pulumi.ResourceOptions.merge(None, opts).depends_on
        self._depends_on: list[pulumi.Input[pulumi.Resource]] = (
            list(wanted) if isinstance(wanted, list) else []
        )
        self._make_service_account(name, args)
        self.role_arn = self._find_role(name, args)
        association = self._associate(name, args)
        self.association_id = association.association_id
        self.association_arn = association.association_arn
        self.external_id = association.external_id
        self.register_outputs(
            {
                "associationId": self.association_id,
                "associationArn": self.association_arn,
                "roleArn": self.role_arn,
                "externalId": self.external_id,
            }
        )

    def _make_service_account(self, name: str, args: PodIdentityAssociationArgs) -> None:
        options = pulumi.ResourceOptions(parent=self)
        labels = {MANAGED_BY_LABEL: MANAGER}
        if args.get("create_namespace"):
            namespace = kubernetes.core.v1.Namespace(
                name, metadata={"name": args["namespace"], "labels": labels}, opts=options
            )
            options = pulumi.ResourceOptions(parent=self, depends_on=[namespace])
        if args.get("create_service_account"):
            account = kubernetes.core.v1.ServiceAccount(
                name,
                metadata={
                    "name": args["service_account"],
                    "namespace": args["namespace"],
                    "labels": labels,
                },
                opts=options,
            )
            self._depends_on.append(account)

    def _find_role(self, name: str, args: PodIdentityAssociationArgs) -> pulumi.Output[str]:
        if "role_arn" in args:
            return pulumi.Output.from_input(args["role_arn"])
        role = PodIdentityRole(name, _role_args(args), opts=pulumi.ResourceOptions(parent=self))
        self._depends_on += [role, role.settled]
        return role.arn

    def _associate(
        self, name: str, args: PodIdentityAssociationArgs
    ) -> aws.eks.PodIdentityAssociation:
        return aws.eks.PodIdentityAssociation(
            name,
            cluster_name=args["cluster_name"],
            namespace=args["namespace"],
            service_account=args["service_account"],
            role_arn=self.role_arn,
            target_role_arn=args.get("target_role_arn"),
            disable_session_tags=args.get("disable_session_tags", False),
            policy=args.get("policy"),
            tags=_tags(args),
            # EKS holds one association per service account: a second one, made before the first
            # is gone, is refused with 409.
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=self._depends_on,
                delete_before_replace=True,
                hooks=clearance(name),
            ),
        )


def _role_args(args: PodIdentityAssociationArgs) -> PodIdentityRoleArgs:
    account: ServiceAccountArgs = {"namespace": args["namespace"], "name": args["service_account"]}
    role = {
        **role_permissions(args),
        "cluster_name": args["cluster_name"],
        "service_accounts": [account],
        "session_tags": not args.get("disable_session_tags", False),
        "tags": args.get("tags", {}),
    }
    return cast("PodIdentityRoleArgs", role)


def _tags(args: PodIdentityAssociationArgs) -> pulumi.Output[dict[str, str]]:
    return pulumi.Output.all(
        args["cluster_name"], args["namespace"], args["service_account"], args.get("tags", {})
    ).apply(lambda facts: ownership_tags(facts[0], ServiceAccountRef(facts[1], facts[2]), facts[3]))
