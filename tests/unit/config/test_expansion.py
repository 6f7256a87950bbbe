"""Expansion: what one entry of the block stands for, in each of its clusters."""

import json
import random
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eks_pod_identity.config import (
    ClusterConfig,
    DeclaredAssociation,
    LoadedConfig,
    build_cluster_config,
    clusters,
    load_cluster_config,
    standalone_associations,
)
from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.names import AwsContext, is_role_name, role_name

_POLICY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
_LABELS = st.text("abc-", min_size=1, max_size=8).map(lambda text: f"n{text}n")
_NAMES = st.lists(_LABELS, min_size=1, max_size=4, unique=True)


def _config(*patterns: Mapping[str, Any], iam: Iterable[Mapping[str, Any]] = ()) -> LoadedConfig:
    return build_cluster_config(
        {
            "metadata": {"name": "demo", "region": "eu-west-1"},
            "iam": {"podIdentityAssociations": list(iam)},
            "x-eks-pod-identity": {"associations": list(patterns)},
        },
        origin="",
    )


_HERE = AwsContext("aws", "eu-west-1", "111122223333")


def _pattern(namespaces: list[str], names: list[str], **more: object) -> dict[str, Any]:
    permissions = {"permissionPolicyARNs": [_POLICY]}
    return {"namespaces": namespaces, "serviceAccountNames": names, **permissions, **more}


def _roles(config: ClusterConfig) -> dict[str, str]:
    """The name of the role of each association, as components and planner make it."""
    cluster = config.metadata.name
    return {
        str(each.service_account): each.entry.role_name
        or role_name(_HERE, cluster, each.service_account)
        for each in standalone_associations(config)
    }


@given(_NAMES, _NAMES)
def test_an_entry_stands_for_every_combination(namespaces: list[str], names: list[str]) -> None:
    """As many associations as the product has, each once, each with a role of its own."""
    config = _config(_pattern(namespaces, names)).require()

    roles = _roles(config)

    assert set(roles) == {f"{namespace}/{name}" for namespace in namespaces for name in names}
    assert len(list(standalone_associations(config))) == len(namespaces) * len(names)
    assert len(set(roles.values())) == len(roles)
    assert all(map(is_role_name, roles.values()))


@given(_NAMES, _NAMES, st.randoms(use_true_random=False))
def test_order_does_not_matter(
    namespaces: list[str], names: list[str], order: random.Random
) -> None:
    """Entries and their lists may come in any order; sharers and roles stay the same."""
    patterns = [
        _pattern(namespaces, names, role="shared", roleName="readers"),
        _pattern(["other"], names),
    ]
    shuffled = [
        _pattern(
            order.sample(each["namespaces"], len(each["namespaces"])),
            order.sample(names, len(names)),
            **{key: each[key] for key in ("role", "roleName") if key in each},
        )
        for each in reversed(patterns)
    ]

    one, two = (_config(*each).require() for each in (patterns, shuffled))

    assert _roles(one) == _roles(two)
    assert _sharers(one) == _sharers(two)


def _sharers(config: ClusterConfig) -> dict[Any, Any]:
    return {each.service_account: each.sharers for each in standalone_associations(config)}


@given(_NAMES, _NAMES, _NAMES)
def test_names_of_roles_stay_when_something_is_added(
    namespaces: list[str], names: list[str], more: list[str]
) -> None:
    """An entry or a namespace beside it renames nothing, or AWS would replace what runs."""
    before = _roles(_config(_pattern(namespaces, names)).require())
    added = [f"x{name}" for name in more]

    after = _roles(
        _config(_pattern(added, names), _pattern(namespaces, names, tags={"a": "b"})).require()
    )

    assert before.items() <= after.items()


@given(_NAMES, _NAMES)
def test_written_out_is_the_same(namespaces: list[str], names: list[str]) -> None:
    """An entry is what eksctl's list would hold: to move between them makes no other role."""
    written = [
        {"namespace": namespace, "serviceAccountName": name, "permissionPolicyARNs": [_POLICY]}
        for namespace in namespaces
        for name in names
    ]

    assert _roles(_config(_pattern(namespaces, names)).require()) == _roles(
        _config(iam=written).require()
    )


def test_each_cluster_takes_its_part() -> None:
    """Without `clusters` an entry is for the file's own; eksctl's sections are, too."""
    loaded = _config(
        _pattern(["dev"], ["everywhere"], clusters=["demo", "demo-2"]),
        _pattern(["dev"], ["here"]),
        _pattern(["dev"], ["there"], clusters=["demo-2"], role="shared", roleName="{cluster}-x"),
        iam=[{"namespace": "dev", "serviceAccountName": "listed", "roleARN": _ROLE}],
    )
    own, other = loaded.require(), loaded.for_cluster("demo-2").require()

    assert clusters(own) == ("demo", "demo-2")
    assert set(_roles(own)) == {"dev/listed", "dev/everywhere", "dev/here"}
    assert set(_roles(other)) == {"dev/everywhere", "dev/there"}
    assert _roles(other)["dev/there"] == "demo-2-x"
    assert _paths(other) == {"dev/everywhere": 0, "dev/there": 2}


_ROLE = "arn:aws:iam::111122223333:role/app"


def _paths(config: ClusterConfig) -> dict[str, Any]:
    return {str(each.service_account): each.path[-1] for each in standalone_associations(config)}


def test_the_other_part_is_of_that_cluster_alone() -> None:
    """What a file says about its own cluster says nothing about another one."""
    text = json.dumps(
        {
            "metadata": {
                "name": "demo",
                "region": "eu-west-1",
                "version": "1.33",
                "tags": {"a": "b"},
            },
            "addons": [{"name": "eks-pod-identity-agent"}],
            "autoModeConfig": {"enabled": True},
            "x-eks-pod-identity": {"associations": [_pattern(["dev"], ["api"], clusters=["two"])]},
        }
    )

    part = load_cluster_config(text, file="f").for_cluster("two").require()

    assert (part.metadata.name, part.metadata.region) == ("two", "eu-west-1")
    assert part.metadata.tags == {"a": "b"}
    assert (part.metadata.version, part.addons, part.iam, part.auto_mode) == (
        None,
        None,
        None,
        False,
    )


def test_a_cluster_that_the_file_does_not_name_is_refused() -> None:
    """A misspelt cluster has no part, rather than an empty one that would delete everything."""
    loaded = _config(_pattern(["dev"], ["api"], clusters=["demo", "demo-2"])).for_cluster("demo-3")

    assert [each.id for each in loaded.errors] == ["expansion-cluster-unknown"]


@pytest.mark.parametrize("length", [1, 50, 51, 100])
def test_a_name_made_of_the_cluster_fits(length: int) -> None:
    """A role's name is cut for clusters with long names, and told apart by a hash of all of it."""
    first, second = "c" * length, "c" * (length - 1) + "d"
    pattern = _pattern(
        ["a"], ["b"], clusters=[first, second], role="shared", roleName="{cluster}-x-readers"
    )
    loaded = _config(pattern)

    made = [_roles(loaded.for_cluster(name).require())["a/b"] for name in (first, second)]

    assert all(map(is_role_name, made))
    assert made[0] != made[1]
    assert (made[0] == f"{first}-x-readers") is (length <= 64 - len("-x-readers"))


@pytest.mark.parametrize(("namespaces", "problems"), [(5_000, 0), (5_001, 1), (40_000, 1)])
def test_associations_of_a_cluster_are_counted(namespaces: int, problems: int) -> None:
    """5,000 pass; more are refused by their number, without being multiplied out."""
    names = [f"n{number}" for number in range(namespaces)]
    accounts = ["api"] if namespaces <= 5_001 else names

    loaded = _config(_pattern(names, accounts))

    assert [each.id for each in loaded.errors] == ["cluster-too-many-associations"] * problems


def test_associations_of_another_cluster_are_counted_apart() -> None:
    """Each cluster has room of its own."""
    names = [f"n{number}" for number in range(3_000)]
    patterns = [
        _pattern(names, ["api"], clusters=["demo", "two"]),
        _pattern(names, ["web"], clusters=["two", "three"]),
    ]

    (problem,) = _config(*patterns).errors

    assert problem.message == '6,000 associations, and EKS takes 5,000 in cluster "two"'


def test_templates_leave_variables_of_policies_alone() -> None:
    """Only the names in braces are filled in; `${...}` is IAM's own."""
    context = PolicyContext("aws", "eu-west-1", "111122223333", "demo")

    filled = context.fill("arn:{partition}:s3:::{cluster}-${aws:PrincipalTag/team}-{stage}")

    assert filled == "arn:aws:s3:::demo-${aws:PrincipalTag/team}-{stage}"


def test_sharers_are_those_of_the_entry() -> None:
    """A shared role is for the associations of its entry, and for no other's."""
    config = _config(
        _pattern(["b", "a"], ["web"], role="shared", roleName="one"),
        _pattern(["c"], ["web"], role="shared", roleName="two"),
        _pattern(["d"], ["web"]),
    ).require()

    sharers = {str(each.service_account): _texts(each) for each in standalone_associations(config)}

    assert sharers == {
        "a/web": ["a/web", "b/web"],
        "b/web": ["a/web", "b/web"],
        "c/web": ["c/web"],
        "d/web": [],
    }


def _texts(declared: DeclaredAssociation) -> list[str]:
    return [str(ref) for ref in declared.sharers]
