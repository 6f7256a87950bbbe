"""What holds for every plan, tried on files and clusters of chance."""

import random
from typing import Any

from harness.chance import clusters, files
from harness.fake_cluster import STACK, FakeCluster
from harness.scenario import AGENT, load, plan_config, plan_data
from hypothesis import assume, given
from hypothesis import strategies as st

from eks_pod_identity.config import ClusterConfig, Presence
from eks_pod_identity.planning.change import Change, Kind, Step
from eks_pod_identity.planning.plan import Plan, PlanFacts


@given(clusters(), files())
def test_result_of_a_plan_needs_no_plan(cluster: FakeCluster, file: dict[str, Any]) -> None:
    """Whoever carries out a plan without errors and plans again has nothing to do."""
    plan = plan_data(file, cluster, STACK)
    assume(not plan.errors)

    cluster.carry_out(plan)

    assert plan_data(file, cluster, STACK).differences == ()


@given(clusters(), files(), st.randoms(use_true_random=False))
def test_order_does_not_matter(
    cluster: FakeCluster, file: dict[str, Any], order: random.Random
) -> None:
    """A shuffled file against a shuffled cluster gives the same steps and the same problems."""
    plan = plan_data(file, cluster, STACK)
    shuffled = _shuffled(file, order)
    for held in (cluster.associations, cluster.addons, cluster.roles):
        pairs = list(held.items())
        order.shuffle(pairs)
        held.clear()
        held.update(pairs)  # type: ignore[arg-type] # the same dictionary's own pairs

    again = plan_data(shuffled, cluster, STACK)

    assert again.changes == plan.changes
    assert sorted(each.id for each in again.problems) == sorted(each.id for each in plan.problems)


@given(clusters(), files())
def test_only_what_the_file_took_out_is_deleted(cluster: FakeCluster, file: dict[str, Any]) -> None:
    """A deletion needs a list that is given and lacks the thing; foreign things stay."""
    plan = plan_data(file, cluster, STACK)
    assume(not plan.errors)
    config = load(file).require()

    for change in plan.changes:
        if change.step is Step.DELETE:
            assert _is_asked_for(change, config), change
    before = {each.service_account for each in cluster.state.associations if _is_foreign(each.tags)}
    cluster.carry_out(plan)
    assert before <= set(cluster.associations)


def _is_asked_for(change: Change, config: ClusterConfig) -> bool:
    if change.kind is Kind.ADDON:
        names = {addon.name for addon in config.addons or ()}
        return config.addons_presence is Presence.GIVEN and change.name not in names
    if change.addon is None:
        presence = (config.associations_presence, config.expansion_presence)
        if change.kind is Kind.ROLE:
            return Presence.GIVEN in presence
        return presence[change.address.startswith("x-")] is Presence.GIVEN
    if change.kind is Kind.ROLE:
        return True
    addon = next((each for each in config.addons or () if each.name == change.addon), None)
    return config.addons_presence is Presence.GIVEN and (
        addon is None
        or addon.associations_presence is Presence.GIVEN
        or addon.use_default_pod_identity_associations
        or config.auto_apply_associations
    )


def _is_foreign(tags: Any) -> bool:  # noqa: ANN401 - a mapping of tags
    return tags.get("eks-pod-identity/stack") == "other/stack"


@given(clusters(), files())
def test_same_things_are_not_touched(cluster: FakeCluster, file: dict[str, Any]) -> None:
    """What the plan calls the same is the same value before and after it is carried out."""
    plan = plan_data(file, cluster, STACK)
    assume(not plan.errors)
    before = cluster.state

    cluster.carry_out(plan)

    for change in (each for each in plan.changes if each.is_same):
        assert change.observed is not None
        assert change.observed in (*before.associations, *before.addons.values(), *_roles(before))
        assert change.observed in (
            *cluster.state.associations,
            *cluster.state.addons.values(),
            *_roles(cluster.state),
        )


def _roles(state: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a state's roles
    return tuple(state.roles.values())


@given(files())
def test_empty_lists_undo_everything(file: dict[str, Any]) -> None:
    """From nothing to a file and back by `[]`: nothing that the stack made is left."""
    cluster = FakeCluster()
    cluster.declare_addon({"name": AGENT})
    plan = plan_data(file, cluster, STACK)
    assume(not plan.errors)
    cluster.carry_out(plan)
    given_roles = {arn for arn, role in cluster.roles.items() if not role.tags}

    cluster.carry_out(_cleared(cluster))

    assert cluster.associations == {}
    assert set(cluster.addons) == {AGENT}
    assert set(cluster.roles) == given_roles


def _cleared(cluster: FakeCluster) -> Plan:
    block = {"associations": list[Any]()}
    loaded = load(
        {"addons": [], "iam": {"podIdentityAssociations": []}, "x-eks-pod-identity": block}
    )
    plan = plan_config(loaded, cluster.state, STACK, PlanFacts(record=cluster.record))
    assert plan.errors == ()
    return plan


def _shuffled(data: Any, order: random.Random) -> Any:  # noqa: ANN401 - any YAML
    if isinstance(data, dict):
        items = [(key, _shuffled(value, order)) for key, value in data.items()]
        order.shuffle(items)
        return dict(items)
    if isinstance(data, list):
        items = [_shuffled(each, order) for each in data]
        order.shuffle(items)
        return items
    return data
