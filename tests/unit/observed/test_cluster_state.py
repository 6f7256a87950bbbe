"""Values of what AWS has."""

import pytest

from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import Association, sorted_associations

_ROLE = "arn:aws:iam::111122223333:role/app"


def _association(name: str, owner_arn: str | None = None, id_: str = "a-1") -> Association:
    return Association(id_, f"arn/{id_}", ServiceAccountRef("dev", name), _ROLE, owner_arn)


@pytest.mark.parametrize(
    ("owner_arn", "owner"),
    [
        (None, None),
        ("arn:aws:eks:eu-west-1:111122223333:addon/prod/vpc-cni/b4c8f0e2", "vpc-cni"),
        ("arn:aws-cn:eks:cn-north-1:111122223333:addon/prod/adot/b4c8", "adot"),
        (
            "arn:aws:eks:eu-west-1:111122223333:capability/prod/ack",
            "arn:aws:eks:eu-west-1:111122223333:capability/prod/ack",
        ),
        ("something else", "something else"),
    ],
)
def test_owner_is_the_addon_of_its_arn(owner_arn: str | None, owner: str | None) -> None:
    """An add-on is told by name; an owner of another kind is shown as it is and stops nothing."""
    assert _association("app", owner_arn).owner_addon == owner


def test_associations_are_sorted_by_service_account() -> None:
    """Order does not hang on AWS's; ids settle what EKS does not allow."""
    first, second, third = (
        _association("a"),
        _association("b", id_="a-1"),
        _association("b", id_="a-2"),
    )

    assert sorted_associations([third, second, first]) == (first, second, third)
