"""A stack does not leave its cluster unasked, case by case."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from eks_pod_identity.errors import Place
from eks_pod_identity.planning.ledger.cluster_change import cluster_change_problems
from eks_pod_identity.planning.ledger.ledger import Declarations, Ledger

_CASES = sorted((Path(__file__).parents[2] / "cases" / "cluster-change").glob("*.yaml"))
_AT = Declarations(
    associations=("iam.podIdentityAssociations", None),
    expanded=("x-eks-pod-identity.associations", None),
    addons={},
    addon_list=("addons", None),
    cluster=("metadata.name", Place("cluster.yaml", 1, 12)),
)


@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.stem)
def test_another_cluster_takes_a_word(path: Path) -> None:
    """Each case file names its promise under `reason`."""
    case = YAML(typ="safe").load(path)
    before, now = (Ledger.from_state(case[each]) for each in ("before", "now"))

    found = cluster_change_problems(before, now, _AT, case.get("former_cluster"))

    assert case.get("text", "").rstrip() == "\n".join(map(str, found))
