"""A role that the stack made is not deleted under an entry that gives it."""

import pytest

from eks_pod_identity.errors import Place
from eks_pod_identity.planning.ledger.given_roles import given_role_problems
from eks_pod_identity.planning.ledger.ledger import Declarations, Ledger

_AT = Declarations(
    associations=("iam.podIdentityAssociations", Place("cluster.yaml", 3, 1)),
    expanded=("x-eks-pod-identity.associations", Place("cluster.yaml", 20, 1)),
    addons={"vpc-cni": ("addons[0]", None)},
    addon_list=("addons", None),
)
_MADE = Ledger({"dev/api": "r"}, None, None, frozenset())
_NOTHING: frozenset[str] = frozenset()
_GIVEN = frozenset({"r"})


@pytest.mark.parametrize(
    ("now", "address"),
    [
        (Ledger({"dev/api": "r"}, None, None, _GIVEN), "iam.podIdentityAssociations"),
        (Ledger(None, None, {"qa/api": "r"}, _GIVEN), "x-eks-pod-identity.associations"),
        (Ledger({}, {"vpc-cni": {"kube-system/aws-node": "r"}}, None, _GIVEN), "addons[0]"),
    ],
)
def test_made_role_that_is_given_is_told_where_it_is_given(now: Ledger, address: str) -> None:
    """Its deletion would leave the association without a role, whichever list gives it."""
    (problem,) = given_role_problems(_MADE, now, _AT)

    assert (problem.id, problem.address) == ("role-still-used", address)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (_MADE, Ledger({"dev/api": "r", "qa/api": "r"}, None, None, _NOTHING)),
        (_MADE, Ledger({"dev/api": "s"}, None, None, frozenset({"s"}))),
        (Ledger({"dev/api": "r"}, None, None, _GIVEN), Ledger({"a/b": "r"}, None, None, _GIVEN)),
        (Ledger({"dev/api": "r"}, None, None, None), Ledger({"a/b": "r"}, None, None, _GIVEN)),
    ],
    ids=["still made", "another role", "given before", "older state"],
)
def test_other_changes_pass(before: Ledger, now: Ledger) -> None:
    """A role that stays, or was never the stack's, may be given; an older ledger says nothing."""
    assert not list(given_role_problems(before, now, _AT))
