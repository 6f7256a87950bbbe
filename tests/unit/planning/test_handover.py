"""A service account's association is not handed from one list to another, case by case."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from eks_pod_identity.errors import Place, sorted_problems
from eks_pod_identity.planning.ledger.handover import handover_problems
from eks_pod_identity.planning.ledger.ledger import Declarations, Ledger

_CASES = sorted((Path(__file__).parents[2] / "cases" / "handover").glob("*.yaml"))
_AT = Declarations(
    associations=("iam.podIdentityAssociations", Place("cluster.yaml", 3, 1)),
    expanded=("x-eks-pod-identity.associations", Place("cluster.yaml", 20, 1)),
    addons={"vpc-cni": ("addons[0]", Place("cluster.yaml", 9, 3)), "coredns": ("addons[1]", None)},
    addon_list=("addons", None),
)


@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.stem)
def test_handover_takes_two_runs(path: Path) -> None:
    """Each case file names its promise under `reason`."""
    case = YAML(typ="safe").load(path)

    found = tuple(
        handover_problems(Ledger.from_state(case["before"]), Ledger.from_state(case["now"]), _AT)
    )

    assert case.get("text", "").rstrip() == "\n".join(map(str, sorted_problems(found)))
