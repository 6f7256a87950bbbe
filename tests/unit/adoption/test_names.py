"""Roles that entries have to name, what stands against it, and plans of what was imported."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from eks_pod_identity.adoption.holdings import after_import, changes_since, holdings_of
from eks_pod_identity.adoption.names import NamedRole, roles_to_name
from eks_pod_identity.adoption.verdict import trust_problems
from eks_pod_identity.config import build_cluster_config
from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import Association, ClusterState, Role
from eks_pod_identity.planning.change import Step
from eks_pod_identity.planning.declaration import Declaration
from eks_pod_identity.planning.file_plan import Sides, plan_sides
from eks_pod_identity.planning.plan import PlanFacts
from eks_pod_identity.planning.report import NOWHERE, Reporter

_STACK = "shop/prod"
_ARN = "arn:aws:eks:eu-west-1:111122223333:cluster/demo"
_ROLE = "arn:aws:iam::111122223333:role/api-Role1-X"
_READ = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
_OPEN = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
    ],
}


def _association(account: str, role: str = _ROLE) -> Association:
    id_ = f"a-{account}"
    arn = f"arn:aws:eks:eu-west-1:111122223333:podidentityassociation/demo/{id_}"
    return Association(id_, arn, ServiceAccountRef("dev", account), role)


def _sides(entry: Mapping[str, Any], *associations: Association) -> Sides:
    data = {
        "metadata": {"name": "demo", "region": "eu-west-1"},
        "iam": {"podIdentityAssociations": [{"namespace": "dev", **entry}]},
    }
    config = build_cluster_config(data, origin="").require()
    desired = Declaration(config, PolicyContext.of_cluster(_ARN), {}).desired()
    roles = {
        arn: Role(arn, arn.rpartition("/")[2], _OPEN, (_READ,))
        for arn in {each.role_arn for each in associations}
    }
    observed = ClusterState(
        "demo", _ARN, "1.33", auto_mode=True, associations=associations, roles=roles
    )
    return Sides(desired, observed, PlanFacts(_STACK))


_ENTRY = {"serviceAccountName": "api", "permissionPolicyARNs": [_READ]}
_NAMED = {**_ENTRY, "roleName": "api-Role1-X"}


def _to_name(sides: Sides, owned: frozenset[str] = frozenset()) -> list[NamedRole | Problem]:
    return list(roles_to_name(sides.desired, sides.observed, owned, Reporter()))


def test_role_in_use_is_named() -> None:
    """The entry means the role that its service account has, whatever its name."""
    (found,) = _to_name(_sides(_ENTRY, _association("api")))

    assert isinstance(found, NamedRole)
    assert (found.name, found.arn) == ("api-Role1-X", _ROLE)


@pytest.mark.parametrize(
    "sides",
    [
        _sides(_NAMED, _association("api")),
        _sides({"serviceAccountName": "api", "roleARN": _ROLE}, _association("api")),
        _sides(_ENTRY),
    ],
    ids=["named already", "given", "nothing there"],
)
def test_entries_that_need_no_name_get_none(sides: Sides) -> None:
    """What the user chose is not chosen again."""
    assert _to_name(sides) == []


def test_what_the_state_holds_keeps_its_name() -> None:
    """A role that the file gives a new name to is the next run's affair."""
    sides = _sides(_ENTRY, _association("api"))

    assert _to_name(sides, frozenset({sides.observed.associations[0].arn})) == []


def test_role_that_others_use_is_not_adopted() -> None:
    """Its trust would be closed to them."""
    (found,) = _to_name(_sides(_ENTRY, _association("api"), _association("web")))

    assert isinstance(found, Problem)
    assert (found.id, found.observed) == ("adoption-role-shared", ("dev/web",))


def test_role_with_a_path_is_not_replaced() -> None:
    """IAM never changes a path, so Pulumi would replace the role."""
    role = "arn:aws:iam::111122223333:role/team/api-Role1-X"

    (found,) = _to_name(_sides(_ENTRY, _association("api", role)))

    assert isinstance(found, Problem)
    assert found.id == "adoption-role-path"


def test_plan_after_an_import_goes_by_the_state() -> None:
    """No tag is on what was imported; it is this stack's all the same, and that is noted."""
    sides = _sides(_NAMED, _association("api"))
    loaded = build_cluster_config({}, origin="")
    before = plan_sides(replace(loaded, problems=(), places=NOWHERE), sides)

    held = after_import(sides, holdings_of(sides, _STACK), _STACK)
    after = plan_sides(replace(loaded, problems=(), places=NOWHERE), held)

    assert {each.id for each in before.errors} == {"association-exists", "role-exists"}
    assert after.errors == ()
    assert {each.step for each in after.changes} == {Step.SAME, Step.UPDATE}
    assert not after.count(Step.REPLACE)
    assert after.notes[0].startswith("2 imported things get the tags of this stack")


def test_state_of_another_stack_owns_nothing() -> None:
    """What its state holds says nothing of this stack."""
    sides = _sides(_NAMED, _association("api"))
    held = after_import(sides, holdings_of(sides, "shop/dev"), "shop/dev")

    facts = replace(held.facts, stack=_STACK)
    plan = plan_sides(
        replace(build_cluster_config({}, origin=""), problems=()), replace(held, facts=facts)
    )

    assert {each.id for each in plan.errors} == {"association-exists", "role-exists"}


def test_wider_trust_is_reported_with_who_loses_access() -> None:
    """A role that eksctl made lets in every cluster of the account; ours does not."""
    sides = _sides(_NAMED, _association("api"))

    (found,) = trust_problems(sides, holdings_of(sides, _STACK))

    assert found.id == "adoption-trust-narrows"
    assert any("in any cluster but demo" in each for each in found.observed)


def test_things_that_change_between_look_and_import_are_named() -> None:
    """Also what went, and nothing that the file does not declare."""
    sides = _sides(_NAMED, _association("api"), _association("web", f"{_ROLE}-2"))
    moved = _sides(_NAMED, _association("api", f"{_ROLE}-3"), _association("web", f"{_ROLE}-2"))
    gone = _sides(_NAMED)

    assert list(changes_since(sides, sides)) == []
    association = sides.observed.associations[0].arn
    assert association in {each.address for each in changes_since(sides, moved)}
    assert association in {each.address for each in changes_since(sides, gone)}
    assert {each.id for each in changes_since(sides, gone)} == {"adoption-changed"}
