"""Component: all pod identities of one cluster, as an eksctl ClusterConfig declares them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypedDict

import pulumi

from eks_pod_identity.components.agent import PodIdentityAgent
from eks_pod_identity.components.args import ClusterPodIdentitiesArgs
from eks_pod_identity.components.checked import CheckedComponent
from eks_pod_identity.components.facts.addon_permissions import plan_permissions
from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.facts.cluster import ClusterFacts, find_cluster_facts
from eks_pod_identity.components.facts.existing import existing_in
from eks_pod_identity.components.facts.named import with_kept_names
from eks_pod_identity.components.facts.own_cluster import expected_facts, waited_for
from eks_pod_identity.components.guards.claims import Claims
from eks_pod_identity.components.guards.declared import FormerLedger
from eks_pod_identity.components.guards.foreseen import foreseen_problems, refuse_foreseen
from eks_pod_identity.components.guards.hooks import stopping_hook
from eks_pod_identity.components.guards.occupancy import reported_beforehand
from eks_pod_identity.components.guards.preconditions import Preconditions
from eks_pod_identity.components.guards.role_use import role_use_problems
from eks_pod_identity.components.guards.service_account import upsert_problems
from eks_pod_identity.components.refusal import RefusedError, refuse
from eks_pod_identity.components.resources.addon import ADDON_TYPE, AddonResources, claim_addon
from eks_pod_identity.components.resources.association import AssociationResources
from eks_pod_identity.components.resources.associations import ClusterAssociations
from eks_pod_identity.components.resources.from_desired import addon_definition, agent_args
from eks_pod_identity.components.resources.outputs import output_of
from eks_pod_identity.components.resources.retained import retaining
from eks_pod_identity.components.resources.short_stacks import short_stacks
from eks_pod_identity.config import (
    AGENT_ADDON,
    Fault,
    LoadedConfig,
    load_cluster_config,
    standalone_associations,
)
from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.names import AwsContext
from eks_pod_identity.planning.argument_fault import ArgumentFault
from eks_pod_identity.planning.declaration import Declaration, addon_requests
from eks_pod_identity.planning.desired import DesiredAddon, DesiredCluster, MadeRole
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.planning.ledger.attributes import Declarer
from eks_pod_identity.planning.ledger.claims import duplicate_claims
from eks_pod_identity.planning.ledger.cluster_change import cluster_change_problems
from eks_pod_identity.planning.ledger.given_roles import given_role_problems
from eks_pod_identity.planning.ledger.handover import handed_over, handover_problems
from eks_pod_identity.planning.ledger.ledger import Declarations, Ledger
from eks_pod_identity.planning.ledger.omission import omission_problems


class AssociationSummary(TypedDict):
    """What there is to know of a standalone association."""

    association_id: str
    """The id that EKS gave."""
    association_arn: str
    """The ARN of the association."""
    role_arn: str
    """The ARN of its role."""
    external_id: str
    """The external id that a target role may ask for."""


class AddonSummary(TypedDict):
    """What there is to know of an add-on."""

    addon_arn: str
    """The ARN of the add-on."""
    addon_version: str
    """The version that is installed."""
    role_arns: dict[str, str]
    """The ARN of the role of each associated service account."""


class ClusterPodIdentities(CheckedComponent):
    """The agent, the add-ons and the associations of one cluster, from one file.

    Problems of the file are reported all at once, and nothing is made while there is any. A list
    that held entries in the run before and is omitted now stops the run at preview; `[]` clears.
    So does another cluster, unless `former_cluster` names the one that is left.

    Raises:
        RefusedError: The file is wrong, the cluster does not exist, or EKS would refuse the file.
    """

    associations: pulumi.Output[dict[str, AssociationSummary]]
    """The standalone associations by `namespace/service-account`."""
    addons: pulumi.Output[dict[str, AddonSummary]]
    """The add-ons by name, without the agent."""

    def __init__(
        self,
        name: str,
        args: ClusterPodIdentitiesArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        loaded = _load(name, args)
        named = args.get("cluster_name")
        if isinstance(named, str):
            loaded = loaded.for_cluster(named)
        refuse(loaded.problems)
        super().__init__(
            "eks-pod-identity:index:ClusterPodIdentities", name, None, retaining(opts, args)
        )
        self._name = name
        self._opts = opts
        self._loaded = loaded
        self._context = find_aws_context(self)
        config = loaded.require()
        self._metadata = config.metadata
        self._expected = expected_facts(config, args, opts)
        self._after = waited_for(name, opts, named, config.metadata.name)
        self._creates_namespaces = args.get("create_namespaces", False)
        self._former_cluster = args.get("former_cluster")
        with short_stacks():
            self._make()
        self.register_outputs({"associations": self.associations, "addons": self.addons})

    def _make(self) -> None:
        desired = self._decide()
        ledger = Ledger.of(desired)
        at = Declarations.of(desired, self._loaded.places)
        duplicates = tuple(duplicate_claims(ledger, at))
        refuse_foreseen(duplicates)
        if not duplicates:
            refuse(self._claim(desired))
        # Everything waits for the ledger, so that its guard speaks before anything is changed.
        first: list[pulumi.Resource] = [self._write_ledger(ledger, at)]
        agent = self._install_agent(desired, first)
        associations = ClusterAssociations(
            self, self._name, desired, self._loaded.places, first=first, depends_on=agent
        )
        made = dict(associations.make(create_namespaces=self._creates_namespaces))
        self.associations = _association_summaries(made)
        self.addons = _addon_summaries(
            {
                addon.name: self._install(addon, [*first, *agent, *_used_by(addon, made)])
                for addon in _without_agent(desired)
            }
        )

    def _decide(self) -> DesiredCluster:
        """Return what the cluster shall have, from the file and what EKS says."""
        config, places, name = self._loaded.require(), self._loaded.places, self._metadata.name
        facts = self._check_cluster()
        permissions = {
            each.name: plan_permissions(self, each, name, lambda: facts)
            for each in addon_requests(config, places)
        }
        cluster = PolicyContext.of(self._context, name)
        desired = with_kept_names(Declaration(config, cluster, permissions).desired())
        refuse(problem for each in permissions.values() for problem in each.first_problems)
        refuse_foreseen(self._foreseen(desired, facts))
        return desired

    def _foreseen(self, desired: DesiredCluster, facts: ClusterFacts) -> Iterator[Problem]:
        """Yield what would stop the run half made."""
        preconditions = Preconditions(self, self._loaded.places)
        if not facts.auto_mode:
            yield from preconditions.agent_problems(desired)
        yield from preconditions.policy_problems(desired, may_make_policies=bool(self._after))
        made = [PlanFault.NAMESPACE_NOT_FOUND] if self._creates_namespaces else []
        yield from foreseen_problems(self, desired, self._loaded.places, self._opts, made)

    def _check_cluster(self) -> ClusterFacts:
        places = self._loaded.places
        region = self._metadata.region
        if region and region != self._context.region:
            refuse([_region_problem(self._loaded, region, self._context)])
        refuse(self._upsert_problems())
        address = places.address(("metadata", "name"))
        return find_cluster_facts(self, self._metadata.name, address, self._expected)

    def _upsert_problems(self) -> Iterator[Problem]:
        declared = standalone_associations(self._loaded.require())
        paths = (each.path for each in declared if each.entry.create_service_account)
        places = self._loaded.places
        for path in dict.fromkeys((*path, "createServiceAccount") for path in paths):
            yield from upsert_problems(self, places.address(path), places.places(path))

    def _write_ledger(self, ledger: Ledger, at: Declarations) -> pulumi.Stash:
        self._former, existing = FormerLedger(ledger), existing_in(self._context)

        def find_problems(args: pulumi.ResourceHookArgs) -> Iterator[Problem]:
            if args.old_inputs is None:  # no run has declared anything yet
                self._former.ledger = Ledger(None, None)
                return
            before = Ledger.from_state(args.old_inputs["input"])
            self._former.ledger = before
            yield from omission_problems(before, ledger, at)
            yield from handover_problems(before, ledger, at)
            reported_beforehand(self._metadata.name, handed_over(before, ledger))
            yield from given_role_problems(before, ledger, at)
            yield from cluster_change_problems(before, ledger, at, self._former_cluster)
            yield from role_use_problems(existing, before, ledger, self._loaded.places)

        name = f"{self._name}-declared"
        guard = stopping_hook(f"{name}-omission-guard", find_problems)
        hooks = pulumi.ResourceHookBinding(before_create=[guard], before_update=[guard])
        return pulumi.Stash(
            name,
            input=ledger.to_state(),
            opts=pulumi.ResourceOptions(parent=self, hooks=hooks, depends_on=self._after),
        )

    def _claim(self, desired: DesiredCluster) -> Iterator[Problem]:
        claims, cluster = Claims(self), self._metadata.name
        for entry in desired.associations or ():
            account, role = entry.service_account, entry.role
            address = f"{self._name}-{account}"
            yield from claims.association(address, cluster, account.namespace, account.name)
            if isinstance(role, MadeRole):
                maker = f"{self._name}-{role.name}" if role.is_shared else address
                yield from claims.role(maker, role.name)
        for addon in _without_agent(desired):
            name = self._addon_name(addon)
            yield from claim_addon(claims, name, addon_definition(name, addon, cluster))

    def _install_agent(
        self, desired: DesiredCluster, after: Sequence[pulumi.Resource]
    ) -> list[pulumi.Resource]:
        options = pulumi.ResourceOptions(parent=self, depends_on=after)
        return [
            PodIdentityAgent(
                self._addon_name(addon), agent_args(addon, self._metadata.name), opts=options
            )
            for addon in (desired.addons or {}).values()
            if addon.name == AGENT_ADDON
        ]

    def _install(self, addon: DesiredAddon, after: Sequence[pulumi.Resource]) -> AddonResources:
        name = self._addon_name(addon)
        # The component that its resources have as parent in every stack; it is decided here.
        options = pulumi.ResourceOptions(parent=self, depends_on=after)
        component = pulumi.ComponentResource(ADDON_TYPE, name, None, options)
        declarer = Declarer.of(addon.path, self._loaded.places)
        definition = addon_definition(name, addon, self._metadata.name, declarer)
        made = AddonResources(component, name, definition, options=options, former=self._former)
        component.register_outputs(made.outputs)
        return made

    def _addon_name(self, addon: DesiredAddon) -> str:
        return f"{self._name}-{addon.name}"


def _used_by(
    addon: DesiredAddon, made: Mapping[str, AssociationResources]
) -> Iterator[pulumi.Resource]:
    """Yield the standalone associations in an add-on's namespace.

    Pods get credentials only if their association is there when they start, and EKS's catalogue
    does not list all service accounts of an add-on.
    """
    for ref, each in made.items():
        if ref.partition("/")[0] == addon.permissions.namespace:
            yield each.association


def _without_agent(desired: DesiredCluster) -> Iterator[DesiredAddon]:
    return (each for each in (desired.addons or {}).values() if each.name != AGENT_ADDON)


def _load(name: str, args: ClusterPodIdentitiesArgs) -> LoadedConfig:
    if "config" in args:
        return load_cluster_config(args["config"], file=f"{name}.config")
    if "config_file" not in args:
        raise RefusedError([_nothing_given(name)])
    path = Path(args["config_file"])
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedError([_unreadable(name, path, error)]) from error
    return load_cluster_config(text, file=path.name)


def _nothing_given(name: str) -> Problem:
    return Problem(
        ArgumentFault.CLUSTER_CONFIG_MISSING.id,
        name,
        "neither config_file nor config is given",
        help=('config_file="cluster.yaml"',),
    )


def _unreadable(name: str, path: Path, error: Exception) -> Problem:
    return Problem(
        Fault.FILE_UNREADABLE.id,
        f"{name}.config_file",
        f'cannot read "{path}"',
        observed=(str(error),),
        help=("give the path as seen from the program's folder",),
    )


def _region_problem(loaded: LoadedConfig, region: str, context: AwsContext) -> Problem:
    path = ("metadata", "region")
    return Problem(
        PlanFault.REGION_DIFFERS.id,
        loaded.places.address(path),
        f'the file says "{region}", the AWS provider "{context.region}"',
        places=loaded.places.places(path),
        help=(f"pulumi config set aws:region {region}",),
    )


def _association_summaries(
    associations: Mapping[str, AssociationResources],
) -> pulumi.Output[dict[str, AssociationSummary]]:
    return output_of(
        {
            ref: pulumi.Output.all(
                association_id=made.association.association_id,
                association_arn=made.association.association_arn,
                role_arn=made.role_arn,
                external_id=made.association.external_id,
            )
            for ref, made in associations.items()
        }
    )


def _addon_summaries(
    addons: Mapping[str, AddonResources],
) -> pulumi.Output[dict[str, AddonSummary]]:
    return output_of(
        {
            name: pulumi.Output.all(
                addon_arn=made.addon.arn,
                addon_version=made.addon.addon_version,
                role_arns=made.role_arns,
            )
            for name, made in addons.items()
        }
    )
