"""Component: one standalone pod identity association, with what it needs."""

import pulumi

from eks_pod_identity.components.args import PodIdentityAssociationArgs
from eks_pod_identity.components.checked import CheckedComponent
from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.guards.adopted import adopts_problems
from eks_pod_identity.components.guards.arguments import association_problems
from eks_pod_identity.components.guards.claims import Claims
from eks_pod_identity.components.guards.foreseen import foreseen_of_association, refuse_foreseen
from eks_pod_identity.components.guards.occupancy import Occupancy
from eks_pod_identity.components.guards.service_account import upsert_problems
from eks_pod_identity.components.refusal import refuse
from eks_pod_identity.components.resources.association import (
    AssociationHooks,
    AssociationResources,
    claim_association,
    role_of_args,
)
from eks_pod_identity.components.resources.external_id import (
    checked_external_id,
    expected_external_id,
)
from eks_pod_identity.components.resources.retained import retaining
from eks_pod_identity.components.resources.settlement import revision_of, settled

__all__ = ["PodIdentityAssociation", "PodIdentityAssociationArgs"]


class PodIdentityAssociation(CheckedComponent):
    """An association of a Kubernetes service account with an IAM role.

    Makes one `aws.eks.PodIdentityAssociation`; a PodIdentityRole unless `role_arn` is given; and,
    if asked, a `kubernetes.core.v1.ServiceAccount` and its namespace
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
    revision: pulumi.Output[str]
    """A hash of role, target role, session tags and policy, for the annotations of pods."""

    def __init__(
        self,
        name: str,
        args: PodIdentityAssociationArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        refuse(
            [*association_problems(name, args), *adopts_problems(name, args, has_association=True)]
        )
        super().__init__(
            "eks-pod-identity:index:PodIdentityAssociation", name, None, retaining(opts, args)
        )
        context = find_aws_context(self)
        role = role_of_args(name, args, context)
        refuse(claim_association(Claims(self), name, args, role))
        refuse_foreseen(foreseen_of_association(self, name, args, opts))
        if args.get("create_service_account"):
            refuse(upsert_problems(self, f"{name}.create_service_account"))
        # What the caller made the component wait for, its AWS association waits for on deletion
        # too: Pulumi does not hand `depends_on` down by itself.
        wanted = pulumi.ResourceOptions.merge(None, opts).depends_on
        made = AssociationResources(
            self,
            name,
            args,
            role,
            hooks=AssociationHooks(name, Occupancy(self, opts.parent if opts else None)),
            depends_on=wanted if isinstance(wanted, list) else (),
        )
        self.role_arn = made.role_arn
        self.revision = revision_of(made.association)
        if (seconds := args.get("wait_until_settled")) is not None:
            wait = settled(self, f"{name}-settled", made.association, self.revision, seconds)
            # What depends on the outputs depends on the wait.
            self.revision = pulumi.Output.all(self.revision, wait.urn).apply(lambda both: both[0])
        self.association_id = made.association.association_id
        self.association_arn = made.association.association_arn
        self.external_id = made.association.external_id
        if args.get("target_role_arn"):  # EKS gives none to others
            expected = expected_external_id(
                context, args["cluster_name"], args["namespace"], args["service_account"]
            )
            self.external_id = checked_external_id(name, made.association, expected)
        self.register_outputs(
            {
                "associationId": self.association_id,
                "associationArn": self.association_arn,
                "roleArn": self.role_arn,
                "externalId": self.external_id,
                "revision": self.revision,
            }
        )
