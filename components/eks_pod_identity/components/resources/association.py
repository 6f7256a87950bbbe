"""A standalone association with what it needs, registered under whatever component asks."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, cast

import pulumi
import pulumi_aws as aws

from eks_pod_identity.components.args import (
    PodIdentityAssociationArgs,
    PodIdentityRoleArgs,
    ServiceAccountArgs,
    role_permissions,
)
from eks_pod_identity.components.guards.adopted import never_created
from eks_pod_identity.components.guards.association import AttributeGuard
from eks_pod_identity.components.guards.claims import Claims
from eks_pod_identity.components.guards.occupancy import Hooks, Occupancy
from eks_pod_identity.components.guards.role_spread import role_spread_hook
from eks_pod_identity.components.guards.service_account import takeover_guard
from eks_pod_identity.components.resources.clear_removed import clearance
from eks_pod_identity.components.resources.former import former
from eks_pod_identity.components.resources.role import RoleResources
from eks_pod_identity.components.resources.role_definition import (
    RoleDefinition,
    define_role_of_args,
)
from eks_pod_identity.components.resources.service_account import (
    make_namespace,
    make_service_account,
)
from eks_pod_identity.components.resources.tags import ownership_tags
from eks_pod_identity.errors import Problem
from eks_pod_identity.names import AwsContext, ServiceAccountRef
from eks_pod_identity.planning.ledger.attributes import Declarer


def claim_association(
    claims: Claims,
    name: str,
    args: PodIdentityAssociationArgs,
    role: RoleDefinition | pulumi.Input[str],
) -> Iterator[Problem]:
    """Claim the service account of an association, and the name of the role made for it."""
    cluster, account = args["cluster_name"], (args["namespace"], args["service_account"])
    yield from claims.association(name, cluster, *account)
    if isinstance(role, RoleDefinition):
        yield from claims.role(name, role.name)


class AssociationHooks:
    """What a component's associations share: each hook that is registered costs a call.

    Attributes:
        association: The hooks of associations.
    """

    def __init__(self, name: str, occupancy: Occupancy) -> None:
        """Register the hooks of a component of this name."""
        self._name = name
        self._occupancy = occupancy
        self._guard = AttributeGuard(name)
        # First: what is declared in words alone is cleared.
        self.association = clearance(name, occupancy.of_associations(), [self._guard.hook])
        self.association.on_error = [role_spread_hook(name)]

    def declare(
        self, resource: str, args: PodIdentityAssociationArgs, declarer: Declarer | None
    ) -> None:
        """Take note of an association that gets the hooks.

        Args:
            resource: Its name in Pulumi.
            args: Its arguments.
            declarer: Who declares it, if not the component of that name.
        """
        self._guard.declare(resource, args, declarer or Declarer(resource))

    @cached_property
    def role(self) -> Hooks:
        """The `before_create` of the roles that are made for them, if any is."""
        return self._occupancy.of_roles()

    @cached_property
    def service_account(self) -> pulumi.ResourceHookBinding:
        """The hooks of the service accounts that are made for them, if any is."""
        return takeover_guard(self._name)


class AssociationResources:
    """Makes the association, and the role and service account that it needs.

    Attributes:
        role_arn: The ARN of the role, made here or given.
        association: The association itself.
    """

    def __init__(  # noqa: PLR0913 - what it is made of, and what it waits for
        self,
        parent: pulumi.ComponentResource,
        name: str,
        args: PodIdentityAssociationArgs,
        role: RoleDefinition | pulumi.Input[str],
        *,
        hooks: AssociationHooks,
        depends_on: Iterable[pulumi.Input[pulumi.Resource]] = (),
        first: Sequence[pulumi.Input[pulumi.Resource]] = (),
        declared_in: str = "",
        role_resource: str | None = None,
        declarer: Declarer | None = None,
    ) -> None:
        """Make them all.

        Args:
            parent: The component that they belong to.
            name: The name of each of them.
            args: The arguments, already judged; those about the role are not read.
            role: What its role is made of, or the ARN of one that is given.
            hooks: Those of the association and of its service account.
            depends_on: What the association waits for.
            first: What everything waits for.
            declared_in: The list of a file that it comes from, if not eksctl's.
            role_resource: The name of the role in Pulumi, if not that of the others.
            declarer: The entry of a file that declares it, for messages.
        """
        self._parent = parent
        self._declared_in = declared_in
        self._first = list(first)
        self._depends_on = list(depends_on)
        self._adopts = args.get("adopts")
        hooks.declare(name, args, declarer)
        self._make_objects(name, args, hooks)
        self.role_arn = self._find_role(role_resource or name, role, hooks)
        self.association = self._associate(name, args, hooks.association)

    def _make_objects(
        self, name: str, args: PodIdentityAssociationArgs, hooks: AssociationHooks
    ) -> None:
        after = list(self._first)
        if args.get("create_namespace"):
            after.append(
                make_namespace(self._parent, name, args["namespace"], depends_on=self._first)
            )
        if args.get("create_service_account"):
            account = make_service_account(
                self._parent,
                name,
                args["cluster_name"],
                args["namespace"],
                args["service_account"],
                hooks=hooks.service_account,
                depends_on=after,
            )
            self._depends_on.append(account)

    def _find_role(
        self, name: str, role: RoleDefinition | pulumi.Input[str], hooks: AssociationHooks
    ) -> pulumi.Output[str]:
        if not isinstance(role, RoleDefinition):
            self._depends_on += self._first  # which a role of ours has waited for already
            return pulumi.Output.from_input(role)
        made = RoleResources(
            self._parent,
            name,
            role,
            occupancy=hooks.role,
            depends_on=self._first,
            adopts=self._adopts,
        )
        self._depends_on += made.depends_on
        return made.arn

    def _associate(
        self, name: str, args: PodIdentityAssociationArgs, hooks: pulumi.ResourceHookBinding
    ) -> aws.eks.PodIdentityAssociation:
        return aws.eks.PodIdentityAssociation(
            name,
            cluster_name=args["cluster_name"],
            namespace=args["namespace"],
            service_account=args["service_account"],
            role_arn=self.role_arn,
            target_role_arn=_unless_empty(args.get("target_role_arn")),
            disable_session_tags=args.get("disable_session_tags", False),
            policy=_unless_empty(args.get("policy")),
            tags=_tags(args, self._declared_in),
            # EKS holds one association per service account: a second one, made before the first
            # is gone, is refused with 409.
            opts=pulumi.ResourceOptions(
                parent=self._parent,
                depends_on=self._depends_on,
                # One that is adopted is never replaced, and its hook says so before the creation.
                delete_before_replace=not (self._adopts or {}).get("association"),
                hooks=self._guarded(name, hooks),
                aliases=former((self._adopts or {}).get("association")),
            ),
        )

    def _guarded(self, name: str, hooks: pulumi.ResourceHookBinding) -> pulumi.ResourceHookBinding:
        """Return the hooks of an association, and of one that is adopted that it stays."""
        adopted = (self._adopts or {}).get("association")
        if not adopted:
            return hooks
        return pulumi.ResourceHookBinding(
            before_create=[never_created(f"{name}-adopted-association", adopted)],
            before_update=hooks.before_update,
            after_create=hooks.after_create,
            after_update=hooks.after_update,
            on_error=hooks.on_error,
        )


def role_of_args(
    name: str, args: PodIdentityAssociationArgs, context: AwsContext
) -> RoleDefinition | pulumi.Input[str]:
    """Return what the role is made of that an association's arguments describe, or its ARN.

    Args:
        name: The component, for messages about what is known later only.
        args: The arguments, already judged.
        context: Where the role is made.
    """
    if "role_arn" in args:
        return args["role_arn"]
    return define_role_of_args(name, _role_args(args), context)


def _role_args(args: PodIdentityAssociationArgs) -> PodIdentityRoleArgs:
    account: ServiceAccountArgs = {"namespace": args["namespace"], "name": args["service_account"]}
    target = {"target_role_arn": args["target_role_arn"]} if args.get("grant_target_role") else {}
    role = {
        **role_permissions(args),
        **target,
        "cluster_name": args["cluster_name"],
        "service_accounts": [account],
        "session_tags": not args.get("disable_session_tags", False),
        "tags": args.get("tags", {}),
        **({"adopts": args["adopts"]} if "adopts" in args else {}),
    }
    return cast("PodIdentityRoleArgs", role)


def _unless_empty(text: pulumi.Input[str] | None) -> pulumi.Input[str] | None:
    """Return what the AWS provider gets; `""` says that nothing is wanted, which it refuses."""
    return None if isinstance(text, str) and not text else text


def _tags(args: PodIdentityAssociationArgs, declared_in: str) -> pulumi.Output[dict[str, str]]:
    def tags(facts: Sequence[Any]) -> dict[str, str]:
        cluster, namespace, name, own = facts
        return ownership_tags(cluster, ServiceAccountRef(namespace, name), own, declared_in)

    return pulumi.Output.all(
        args["cluster_name"], args["namespace"], args["service_account"], args.get("tags", {})
    ).apply(tags)
