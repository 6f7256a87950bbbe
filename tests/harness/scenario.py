"""Scenarios of the planner: YAML files that say what is desired, observed and to be expected.

    reason: why the outcome is right, in one sentence
    covers: [UP4]                     ids of eksctl's own tests, where one is about this
    eksctl: same                      or {better: what eksctl does instead, and why ours is better}
    before: …                         a ClusterConfig that this stack has applied
    observed: {associations: […], …}  what others have made or changed since
    lost: {roles: […], …}             what others have deleted since
    desired: …                        the ClusterConfig to plan
    plan: [{step, address, reason}]   every step but `same`, in order; the reason may be a part
    same: {ADDRESS: reason}           steps `same` that matter here
    problems: [{id, address}]         in file order; one of its helps, whole, if it matters
    foreign: [namespace/name]         associations that are shown and left alone
    notes: […]                        what is good to know, one line each

    stack: project/stack              named on the command line
    projects: [project]               of the Pulumi programs that the file lies in
    state: false                      the stack's state was not read
    cluster: {status: …}              facts of the cluster
    kubernetes: {namespaces: […], serviceAccounts: […]}
                                      its API is read, and others have made these
    agent: false                      there is no agent; else somebody else has installed it

`metadata` is added where a ClusterConfig leaves it out.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from ruamel.yaml import YAML

from eks_pod_identity.aws.addon_facts import observe_addon_facts
from eks_pod_identity.config import ClusterConfig, LoadedConfig, build_cluster_config
from eks_pod_identity.errors import Severity
from eks_pod_identity.observed.catalog import (
    AddonConfiguration,
    AddonOffer,
    AddonVersion,
    RecommendedPermissions,
)
from eks_pod_identity.observed.cluster import ClusterState, MissingPolicies, Role
from eks_pod_identity.planning.addon_permissions import AddonFacts, AddonRequest
from eks_pod_identity.planning.file_plan import plan_file
from eks_pod_identity.planning.ledger.record import StackRecord
from eks_pod_identity.planning.plan import Plan, PlanFacts
from harness.fake_cluster import NAME, REGION, STACK, FakeCluster

KEYS = frozenset(
    {
        "reason",
        "covers",
        "eksctl",
        "stack",
        "projects",
        "state",
        "agent",
        "cluster",
        "kubernetes",
        "before",
        "observed",
        "lost",
        "desired",
        "plan",
        "same",
        "problems",
        "foreign",
        "notes",
    }
)
"""What a case may hold."""
FOLDER = Path(__file__).parents[1] / "scenarios"
_YAML = YAML(typ="safe", pure=True)
AGENT = "eks-pod-identity-agent"


class ScenarioCatalog:
    """EKS's catalogue as `catalog.yaml` has it."""

    def __init__(self) -> None:
        self._addons: Mapping[str, Any] = _YAML.load(FOLDER / "catalog.yaml")

    def offer(self, addon: str, kubernetes_version: str) -> AddonOffer:
        """Return the versions of an add-on; the same for every Kubernetes version."""
        assert kubernetes_version
        entry = self._addons.get(addon, {"versions": []})
        first, *_ = [*entry["versions"], None]
        return AddonOffer(
            tuple(
                AddonVersion(version, version == first, entry.get("iam", False))
                for version in entry["versions"]
            ),
            entry.get("namespace", "kube-system"),
        )

    def configuration(self, addon: str, version: str) -> AddonConfiguration:
        """Return what is recommended, but for versions that do not support pod identity."""
        entry = self._addons[addon]
        assert version in entry["versions"]
        schema = json.dumps(entry["schema"]) if "schema" in entry else ""
        if version in entry.get("unsupported", ()):
            return AddonConfiguration(schema=schema)
        accounts = entry.get("recommended", {})
        recommended = (RecommendedPermissions(each, tuple(accounts[each])) for each in accounts)
        return AddonConfiguration(tuple(recommended), schema)

    def addon_names(self, kubernetes_version: str) -> tuple[str, ...]:
        """Return the names of all; the same for every Kubernetes version."""
        assert kubernetes_version
        return tuple(self._addons)


_CATALOG = ScenarioCatalog()


class ScenarioSource:
    """Reads what a plan depends on from memory.

    Attributes:
        roles_read: The ARNs of the roles that the plan asked for.
    """

    def __init__(self, state: ClusterState) -> None:
        """Have a cluster with all roles of its account."""
        self._state = state
        self.roles_read: frozenset[str] = frozenset()

    def observe(self) -> tuple[ClusterState, Sequence[str]]:
        """Return the cluster without roles."""
        nothing = {"roles": {}, "missing_roles": frozenset(), "missing_policies": MissingPolicies()}
        return replace(self._state, **nothing), ()

    def addon_facts(
        self, requests: Sequence[AddonRequest], observed: ClusterState
    ) -> Mapping[str, AddonFacts]:
        """Return what the catalogue of the scenarios says."""
        return observe_addon_facts(_CATALOG, requests, observed)

    def default_tags(self, stack: str | None) -> Mapping[str, str]:
        """Return none: no scenario has any."""
        del stack
        return {}

    def with_roles(self, observed: ClusterState, role_arns: frozenset[str]) -> ClusterState:
        """Return a cluster with those of its roles that are asked for."""
        self.roles_read = role_arns
        # IAM is asked by name, and answers with the path that the role has.
        names = {arn.rpartition("/")[2] for arn in role_arns}
        return replace(
            observed,
            roles={arn: role for arn, role in self._state.roles.items() if role.name in names},
            missing_roles=self._state.missing_roles & role_arns,
        )

    def with_missing_policies(self, observed: ClusterState, arns: frozenset[str]) -> ClusterState:
        """Return a cluster with those of these policies that the case lost."""
        missing = self._state.missing_policies
        return replace(observed, missing_policies=replace(missing, arns=missing.arns & arns))

    def roles_named(self, names: frozenset[str]) -> Mapping[str, Role]:
        """Return the roles of these names."""
        return {role.name: role for role in self._state.roles.values() if role.name in names}

    def record(self, stack: str | None) -> tuple[StackRecord | None, Sequence[str]]:
        """Return nothing: a scenario says beforehand what the state has, or it is not read."""
        del stack
        return None, ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A case file."""

    path: Path
    case: Mapping[str, Any]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a case file."""
        return cls(path, _YAML.load(path))

    @property
    def stack(self) -> str | None:
        """The stack that is named on the command line."""
        return self.case.get("stack")

    def cluster(self) -> FakeCluster:
        """Return the cluster as it is when the plan is made."""
        cluster = FakeCluster()
        cluster.declare_cluster(**self.case.get("cluster", {}))
        if self.case.get("agent", True):
            cluster.declare_addon({"name": AGENT, "version": "v1.3.10-eksbuild.3"})
        kubernetes = self.case.get("kubernetes")
        if kubernetes is not None:
            cluster.show_kubernetes(kubernetes.get("namespaces", ()))
        if "before" in self.case:
            carry_out(self.case["before"], cluster)
        observed = self.case.get("observed", {})
        for entry in observed.get("roles", ()):
            cluster.declare_role(entry)
        for entry in observed.get("addons", ()):
            cluster.declare_addon(entry)
        for entry in observed.get("associations", ()):
            cluster.declare_association(entry)
        for entry in (kubernetes or {}).get("serviceAccounts", ()):
            cluster.declare_service_account(entry)
        cluster.lose(self.case.get("lost", {}))
        cluster.declare_cluster(**self.case.get("cluster", {}))
        return cluster

    def plan(self) -> Plan:
        """Return the plan of the case."""
        return self.plan_for(self.cluster())

    def plan_for(self, cluster: FakeCluster) -> Plan:
        """Return the plan of the case for a cluster."""
        return plan_data(self.case["desired"], cluster, self.stack, self.facts(cluster))

    def facts(self, cluster: FakeCluster) -> PlanFacts:
        """Return what the plan depends on beside file, cluster and stack."""
        record = cluster.record if self.case.get("state", True) else None
        return PlanFacts(projects=tuple(self.case.get("projects", ())), record=record)


def all_scenarios() -> list[Scenario]:
    """Return every case file, in order of names."""
    return [Scenario.load(path) for path in sorted(FOLDER.glob("*/*.yaml"))]


def carry_out(data: Mapping[str, Any], cluster: FakeCluster) -> None:
    """Plan a ClusterConfig and do what the plan says."""
    plan = plan_data(data, cluster, STACK)
    assert plan.errors == ()
    cluster.carry_out(plan)


def plan_data(
    data: Mapping[str, Any],
    cluster: FakeCluster,
    stack: str | None,
    facts: PlanFacts | None = None,
) -> Plan:
    """Return the plan of a ClusterConfig for a cluster; by default the stack's state is known."""
    loaded = load(data)
    config = loaded.require()
    for arn in _given_roles(config):
        cluster.declare_given_role(arn)
    return plan_config(loaded, cluster.state, stack, facts or PlanFacts(record=cluster.record))


def plan_config(
    loaded: LoadedConfig, state: ClusterState, stack: str | None, facts: PlanFacts | None = None
) -> Plan:
    """Return the plan of a loaded file for an observed cluster."""
    facts = replace(facts or PlanFacts(), stack=stack)
    # What a file alone is warned about is no matter of a plan.
    return plan_file(replace(loaded, problems=()), ScenarioSource(state), facts)


def load(data: Mapping[str, Any]) -> LoadedConfig:
    """Return a ClusterConfig with what scenarios leave out."""
    whole = {"metadata": {"name": NAME, "region": REGION}, **data}
    loaded = build_cluster_config(whole, origin="")
    errors = [each for each in loaded.problems if each.severity is Severity.ERROR]
    assert errors == []
    return loaded


def _given_roles(config: ClusterConfig) -> list[str]:
    entries = [
        *((config.iam and config.iam.pod_identity_associations) or ()),
        *config.patterns,
        *(e for addon in config.addons or () for e in addon.pod_identity_associations or ()),
    ]
    return [entry.role_arn for entry in entries if entry.role_arn]
