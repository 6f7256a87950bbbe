"""An add-on with the associations that it owns, registered under whatever component asks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pulumi
import pulumi_aws as aws

from eks_pod_identity.components.args import AddonArgs
from eks_pod_identity.components.guards.addon import AddonGuard
from eks_pod_identity.components.guards.claims import Claims
from eks_pod_identity.components.guards.declared import DeclaredAddon, FormerLedger
from eks_pod_identity.components.guards.occupancy import Hooks, Occupancy
from eks_pod_identity.components.refusal import refuse
from eks_pod_identity.components.resources.outputs import output_of
from eks_pod_identity.components.resources.role import RoleResources
from eks_pod_identity.components.resources.role_definition import RoleDefinition
from eks_pod_identity.components.resources.tags import addon_tags
from eks_pod_identity.errors import Problem
from eks_pod_identity.planning.ledger.attributes import Declarer

ADDON_TYPE = "eks-pod-identity:index:Addon"


@dataclass(frozen=True, slots=True)
class OwnedAssociation:
    """An association that an add-on shall own.

    Attributes:
        service_account: The name of the service account.
        role: What its role is made of, or the ARN of one that is given.
        resource: The name in Pulumi of a role that is made.
    """

    service_account: str
    role: RoleDefinition | pulumi.Input[str]
    resource: str


@dataclass(frozen=True, slots=True)
class AddonDefinition:
    """What an add-on is made of.

    Attributes:
        args: Its arguments, the version resolved; those about associations are not read.
        namespace: Where it runs.
        associations: Those it shall own; None leaves to EKS what is there.
        declarer: The entry of a file that declares it; None for a component of its own.
        warnings: What is wrong with it, unless its list is refused as omitted.
    """

    args: AddonArgs
    namespace: str
    associations: Sequence[OwnedAssociation] | None
    declarer: Declarer | None = None
    warnings: Sequence[Problem] = ()


def claim_addon(claims: Claims, name: str, definition: AddonDefinition) -> Iterator[Problem]:
    """Claim an add-on, its service accounts and the names of the roles made for them.

    Args:
        claims: Those of the program.
        name: Who claims them.
        definition: The add-on.
    """
    cluster = definition.args["cluster_name"]
    yield from claims.addon(name, cluster, definition.args["addon_name"])
    for each in definition.associations or ():
        account = each.service_account
        yield from claims.association(name, cluster, definition.namespace, account)
        if isinstance(each.role, RoleDefinition):
            yield from claims.role(f"{name}-{account}", each.role.name)


class AddonResources:
    """Makes the add-on and the roles of its associations.

    Attributes:
        addon: The add-on itself.
        role_arns: The ARN of the role of each associated service account, by the account's name.
    """

    def __init__(
        self,
        parent: pulumi.ComponentResource,
        name: str,
        definition: AddonDefinition,
        *,
        options: pulumi.ResourceOptions,
        former: FormerLedger | None = None,
    ) -> None:
        """Make them all.

        Args:
            parent: The component that they belong to.
            name: The name of the add-on in Pulumi.
            definition: What they are made of, already judged.
            options: The parent's; what it waits for, the add-on waits for.
            former: What the whole cluster's component declared before, if it is part of one.
        """
        self._parent = parent
        self._definition = definition
        self._former = former
        self._occupancy = Occupancy(parent, options.parent)
        self._roles: list[pulumi.Input[pulumi.Resource]] = []
        owned = definition.associations or ()
        arns = {each.service_account: self._find_role(each) for each in owned}
        self.role_arns = output_of(arns)
        after = pulumi.ResourceOptions.merge(
            pulumi.ResourceOptions(parent=parent, depends_on=options.depends_on),
            pulumi.ResourceOptions(depends_on=self._roles, hooks=self._hooks(name)),
        )
        self.addon = self._install(name, arns, after)
        # By then the guards have spoken: a list that is to be put back needs no other advice.
        self.addon.urn.apply(lambda _: self._warn())

    def _warn(self) -> None:
        if not self._guard.is_omission_found:
            refuse(self._definition.warnings)

    @property
    def outputs(self) -> dict[str, pulumi.Output[object]]:
        """What the component around it puts out."""
        return {
            "addonArn": self.addon.arn,
            "addonVersion": self.addon.addon_version,
            "roleArns": self.role_arns,
        }

    def _find_role(self, entry: OwnedAssociation) -> pulumi.Input[str]:
        if not isinstance(entry.role, RoleDefinition):
            return entry.role
        role = RoleResources(
            self._parent,
            entry.resource,
            entry.role,
            occupancy=self._role_hooks,
            # What `preserve` leaves running keeps its permissions.
            retain_on_delete=self._definition.args.get("preserve", False),
        )
        self._roles += role.depends_on
        return role.arn

    @cached_property
    def _role_hooks(self) -> Hooks:
        return self._occupancy.of_roles()

    def _hooks(self, name: str) -> pulumi.ResourceHookBinding:
        definition = self._definition
        declared = DeclaredAddon(
            name,
            definition.args["addon_name"],
            definition.declarer or Declarer(name),
            definition.args,
            self._former,
        )
        self._guard = AddonGuard(self._parent, declared)
        hooks = self._guard.hooks()
        occupancy = self._occupancy.of_addon(self._definition.namespace)
        hooks.before_create = occupancy
        hooks.before_update = [*(hooks.before_update or ()), *occupancy]
        return hooks

    def _install(
        self, name: str, arns: dict[str, pulumi.Input[str]], options: pulumi.ResourceOptions
    ) -> aws.eks.Addon:
        args = self._definition.args
        conflicts, namespace = args.get("resolve_conflicts"), args.get("namespace")
        return aws.eks.Addon(
            name,
            addon_name=args["addon_name"],
            cluster_name=args["cluster_name"],
            addon_version=args.get("addon_version"),
            configuration_values=args.get("configuration_values"),
            namespace_config={"namespace": namespace} if namespace else None,
            pod_identity_associations=self._associations(arns),
            preserve=args.get("preserve"),
            resolve_conflicts_on_create=None if conflicts == "PRESERVE" else conflicts,
            resolve_conflicts_on_update=conflicts,
            service_account_role_arn=args.get("service_account_role_arn"),
            tags=addon_tags(args["cluster_name"], args.get("tags")),
            opts=options,
        )

    def _associations(
        self, arns: dict[str, pulumi.Input[str]]
    ) -> list[aws.eks.AddonPodIdentityAssociationArgs] | None:
        # Absent leaves to EKS what is there, `[]` clears it: the guard sees to it that absent is
        # never a loss.
        if self._definition.associations is None:
            return None
        return [
            aws.eks.AddonPodIdentityAssociationArgs(service_account=name, role_arn=arns[name])
            for name in sorted(arns)
        ]
