"""The rule that says where an add-on's permissions come from, case by case."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from eks_pod_identity.observed.catalog import AddonOffer, AddonVersion, RecommendedPermissions
from eks_pod_identity.planning.addon_permissions import (
    AddonFacts,
    AddonRequest,
    plan_addon_permissions,
)

_CASES = sorted((Path(__file__).parents[2] / "cases" / "addon-permissions").glob("*.yaml"))


@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.stem)
def test_permissions_come_from_the_first_source_that_applies(path: Path) -> None:
    """Each case file names its promise under `reason`."""
    case = YAML(typ="safe").load(path)

    found = plan_addon_permissions(_request(case["request"]), _facts(case))

    assert case["source"] == found.source.value
    assert [_association(entry) for entry in case.get("associations", [])] == [
        (entry.service_account, entry.managed_policy_arns, entry.well_known_policies)
        for entry in found.recommended
    ]
    assert case.get("problems", []) == [
        {"id": problem.id, "address": problem.address, "severity": problem.severity.value}
        for problem in found.problems
    ]


def _request(case: dict[str, Any]) -> AddonRequest:
    accounts = case.get("serviceAccounts")
    return AddonRequest(
        name=case["name"],
        address="addons[0]",
        version=case.get("version"),
        service_accounts=None if accounts is None else tuple(accounts),
        irsa=case.get("irsa", False),
        use_recommended=case.get("useRecommended", False),
        auto_apply=case.get("autoApply", False),
    )


def _facts(case: dict[str, Any]) -> AddonFacts:
    version = AddonVersion(
        "v1.2.3-eksbuild.1",
        default=True,
        requires_iam_permissions=case.get("requiresIam", False),
    )
    return AddonFacts(
        kubernetes_version="1.33",
        offer=AddonOffer((version,) if case.get("versions") != [] else ()),
        recommended=tuple(
            RecommendedPermissions(account, tuple(policies))
            for account, policies in case.get("recommended", {}).items()
        ),
        ipv6=case.get("ipv6", False),
    )


def _association(entry: dict[str, Any]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    managed, well_known = entry.get("managed", ()), entry.get("wellKnown", ())
    return entry["serviceAccount"], tuple(managed), tuple(well_known)
