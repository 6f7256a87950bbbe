"""Names of roles written into files."""

from typing import Any

import pytest
from harness.emulated import ROOT
from ruamel.yaml import YAML

from eks_pod_identity.adoption.edit import with_names
from eks_pod_identity.adoption.names import NamedRole
from eks_pod_identity.config import load_cluster_config
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.planning.desired import DesiredAssociation, GivenRole

_CASES = YAML(typ="safe").load(ROOT / "tests" / "cases" / "adopt" / "edits" / "cases.yaml")
_ARN = "arn:aws:iam::111122223333:role/api-Role1-X"


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["what"])
def test_name_is_written_and_all_else_stays(case: dict[str, Any]) -> None:
    """A name takes a line of its own or a pair; what cannot be written is a problem."""
    path = tuple(case["path"])
    entry = DesiredAssociation(ServiceAccountRef("dev", "api"), GivenRole(_ARN), path)
    role = NamedRole(path, "api-Role1-X", _ARN, "", entry)
    places = load_cluster_config(case["before"], file="cluster.yaml").places

    text, problems = with_names(case["before"], places, [role], file="cluster.yaml")

    if "after" in case:
        assert (text, problems) == (case["after"], ())
    else:
        assert [each.id for each in problems] == ["adoption-name-unwritable"]
        assert "roleName: api-Role1-X" in problems[0].help[0]
