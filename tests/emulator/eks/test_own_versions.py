"""Versions of Kubernetes and of add-ons that a seed has of its own."""

from typing import Any

import pytest
from harness.eks import ACCOUNT, Eks

from eks_pod_identity_emulator.seed import SeedError

_OF_2023 = f"""
versions:
  kubernetes:
    - {{version: "1.28", released: "2023-09-26", default: true}}
    - {{version: "1.31", released: "2024-09-26", support: UNSUPPORTED}}
  addons:
    eks-pod-identity-agent:
      - {{version: v1.0.0-eksbuild.1, kubernetes: ["1.28"], defaultFor: ["1.28"]}}
    aws-ebs-csi-driver:
      - {{version: v1.30.0-eksbuild.1, kubernetes: ["1.33"], defaultFor: ["1.33"]}}
      - version: v1.25.0-eksbuild.1
        kubernetes: ["1.28"]
        withoutPodIdentity: true
accounts: {{"{ACCOUNT}": {{regions: {{eu-west-1: {{clusters: [{{name: demo}}]}}}}}}}}
"""


def test_cluster_and_addon_have_the_versions_of_their_day() -> None:
    """A default of the seed's own stands in place of the catalog's."""
    eks = Eks(seed=_OF_2023)

    addon = eks.install("eks-pod-identity-agent")

    assert eks.call("DescribeCluster", name="demo")["cluster"]["version"] == "1.28"
    assert addon["addonVersion"] == "v1.0.0-eksbuild.1"


def test_dates_of_support_follow_from_the_release() -> None:
    """Support lasts 14 months, extended support 12 more; a version of the catalog is replaced."""
    offered = _offered(Eks(seed=_OF_2023))

    assert list(offered) == ["1.36", "1.35", "1.34", "1.33", "1.32", "1.31", "1.28"]
    of_2023 = offered["1.28"]
    assert f"{of_2023['endOfStandardSupportDate']:%Y-%m-%d}" == "2024-11-26"
    assert f"{of_2023['endOfExtendedSupportDate']:%Y-%m-%d}" == "2025-11-26"
    assert [name for name, one in offered.items() if one["defaultVersion"]] == ["1.28"]


def _offered(eks: Eks) -> dict[str, dict[str, Any]]:
    answer = eks.call("DescribeClusterVersions", includeAll=True, maxResults=20)
    versions = {one["clusterVersion"]: one for one in answer["clusterVersions"]}
    return {name: one for name, one in versions.items() if name != "1.30"}


def test_version_of_an_addon_takes_the_place_of_the_default() -> None:
    """One version is the default for a Kubernetes version, and the newest comes first."""
    eks = Eks(seed=_OF_2023)

    answer = eks.call(
        "DescribeAddonVersions", addonName="aws-ebs-csi-driver", kubernetesVersion="1.33"
    )

    versions = answer["addons"][0]["addonVersions"]
    defaults = [one["addonVersion"] for one in versions if _is_default(one)]
    assert defaults == ["v1.30.0-eksbuild.1"]
    assert versions[-1]["addonVersion"] == "v1.30.0-eksbuild.1"


def _is_default(version: dict[str, Any]) -> bool:
    return any(
        one["defaultVersion"]
        for one in version["compatibilities"]
        if one["clusterVersion"] == "1.33"
    )


def test_old_version_knows_no_pod_identity() -> None:
    """A version from before the add-on's support of Pod Identity refuses associations."""
    eks = Eks(seed=_OF_2023)

    refused = eks.refusal(
        "CreateAddon",
        clusterName="demo",
        addonName="aws-ebs-csi-driver",
        addonVersion="v1.25.0-eksbuild.1",
        podIdentityAssociations=[eks.owned("ebs-csi-controller-sa", "ebs")],
    )

    assert refused.code == "InvalidParameterException"


@pytest.mark.parametrize(
    ("versions", "message"),
    [
        ("{kubernetes: [{version: '2.0'}]}", "versions.kubernetes[0].version: '2.0' is no version"),
        ("{kubernetes: [{version: '1.28'}]}", "versions.kubernetes[0].released: missing"),
        (
            "{kubernetes: [{version: '1.28', released: soon}]}",
            "versions.kubernetes[0].released: 'soon' is no day such as 2023-09-26",
        ),
        (
            "{addons: {coredns: [{version: v1.1.1-eksbuild.1, kubernetes: ['1.28']}]}}",
            "versions.addons.coredns, v1.1.1-eksbuild.1: no Kubernetes version 1.28; there are",
        ),
        (
            "{addons: {coredns: [{version: v1, kubernetes: ['1.33']}]}}",
            "versions.addons.coredns[0].version: 'v1' is no version such as v1.0.0-eksbuild.1",
        ),
        (
            "{addons: {coredns: [{version: v1.1.1-eksbuild.1}]}}",
            "versions.addons.coredns[0].kubernetes: missing",
        ),
        (
            "{addons: {c: [{version: v1.1.1-eksbuild.1, kubernetes: [a], defaultFor: [b]}]}}",
            "versions.addons.c[0].defaultFor: b is not in kubernetes",
        ),
        (
            "{addons: {mine: [{version: v1.1.1-eksbuild.1, kubernetes: ['1.33']}]}}",
            "versions.addons.mine: no such add-on; there are adot",
        ),
        ("{nodes: []}", "versions.nodes: no such key; there are addons, kubernetes"),
    ],
)
def test_faulty_version_names_its_key(versions: str, message: str) -> None:
    """What is no version, or of nothing that there is, is refused by its path."""
    with pytest.raises(SeedError) as caught:
        Eks(seed=f"versions: {versions}")

    assert str(caught.value).startswith(message)
