"""The rule that nothing is deleted by omission, case by case."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from eks_pod_identity.errors import Place, sorted_problems
from eks_pod_identity.planning.ledger.ledger import Declarations, Ledger
from eks_pod_identity.planning.ledger.omission import omission_problems

_CASES = sorted((Path(__file__).parents[2] / "cases" / "omission").glob("*.yaml"))
_AT = Declarations(
    associations=("iam.podIdentityAssociations", Place("cluster.yaml", 3, 1)),
    expanded=("x-eks-pod-identity.associations", Place("cluster.yaml", 20, 1)),
    addons={"vpc-cni": ("addons[0]", Place("cluster.yaml", 9, 3)), "coredns": ("addons[1]", None)},
    addon_list=("addons", None),
)
_ENTRIES = st.dictionaries(st.sampled_from(["a/b", "c/d"]), st.just("r"))
_LEDGERS = st.builds(
    Ledger,
    st.none() | _ENTRIES,
    st.none() | st.dictionaries(st.sampled_from(["vpc-cni", "coredns"]), st.none() | _ENTRIES),
    st.none() | _ENTRIES,
    st.none() | st.frozensets(st.just("r")),
    st.none() | st.just("arn:aws:eks:eu-west-1:111122223333:cluster/demo"),
)


@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.stem)
def test_omission_is_told_from_clearing(path: Path) -> None:
    """Each case file names its promise under `reason`."""
    case = YAML(typ="safe").load(path)

    found = tuple(
        omission_problems(Ledger.from_state(case["before"]), Ledger.from_state(case["now"]), _AT)
    )

    assert case.get("problems", []) == [
        {"id": problem.id, "address": problem.address} for problem in found
    ]
    if "text" in case:
        assert case["text"].rstrip() == "\n".join(map(str, sorted_problems(found)))


@given(_LEDGERS)
def test_ledger_survives_the_state(ledger: Ledger) -> None:
    """What is written to the state and read back is the same ledger, omissions included."""
    assert ledger == Ledger.from_state(ledger.to_state())


@given(_LEDGERS, _LEDGERS)
def test_whoever_names_every_list_is_never_stopped(before: Ledger, now: Ledger) -> None:
    """A run that gives all its lists, however short, passes the guard."""
    named = Ledger(
        now.associations or {},
        {name: e or {} for name, e in (now.addons or {}).items()},
        now.expanded or {},
    )

    assert list(omission_problems(before, named, _AT)) == []


@given(_LEDGERS, _LEDGERS)
def test_whoever_keeps_every_association_is_never_stopped_for_a_list(
    before: Ledger, now: Ledger
) -> None:
    """A list may go once the other one has all that it held; less than all is a problem."""
    moved = Ledger(None, before.addons, {**before.standalone, **now.standalone})

    assert list(omission_problems(before, moved, _AT)) == []
    for account in before.associations or {}:
        less = {each: role for each, role in moved.standalone.items() if each != account}
        problems = list(omission_problems(before, Ledger(None, before.addons, less), _AT))
        assert [each.id for each in problems] == ["associations-omitted"]
