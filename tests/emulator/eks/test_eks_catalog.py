"""The catalog: versions, recommended identities, Kubernetes versions."""

import json

import pytest
from harness.eks import ACCOUNT, Eks

from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.eks.catalog_data import load_catalog

CATALOG = load_catalog()


@pytest.mark.parametrize("addon", sorted(CATALOG.addons))
@pytest.mark.parametrize("kubernetes", [entry.version for entry in CATALOG.kubernetes])
def test_every_addon_has_one_default_for_every_kubernetes_version(
    addon: str, kubernetes: str
) -> None:
    """The default is unique and runs on the version that it is the default for."""
    defaults = [
        version for version in CATALOG.addons[addon].versions if kubernetes in version.default_for
    ]

    assert len(defaults) == 1
    assert kubernetes in defaults[0].kubernetes


@pytest.mark.parametrize("addon", sorted(CATALOG.addons))
def test_recommended_identities_are_service_accounts_of_the_addon(addon: str) -> None:
    """Whoever can have a role is one of the pods' service accounts."""
    for version in CATALOG.addons[addon].versions:
        named = {identity.service_account for identity in version.identities}
        assert named <= set(version.service_accounts)


def test_addon_versions_of_one_addon_and_kubernetes_version(eks: Eks) -> None:
    """Only fitting versions come, newest first, with the compatibility that was asked for."""
    answer = eks.call(
        "DescribeAddonVersions", addonName="aws-ebs-csi-driver", kubernetesVersion="1.33"
    )

    (addon,) = answer["addons"]
    assert (addon["type"], addon["publisher"], addon["owner"]) == ("storage", "eks", "aws")
    assert addon["defaultNamespace"] == "kube-system"
    assert [entry["addonVersion"] for entry in addon["addonVersions"]] == [
        "v1.66.0-eksbuild.1",
        "v1.63.1-eksbuild.1",
        "v1.62.0-eksbuild.1",
        "v1.58.0-eksbuild.1",
        "v1.53.0-eksbuild.1",
    ]
    assert addon["addonVersions"][2] == {
        "addonVersion": "v1.62.0-eksbuild.1",
        "architecture": ["amd64", "arm64"],
        "computeTypes": ["ec2"],
        "compatibilities": [
            {"clusterVersion": "1.33", "platformVersions": ["*"], "defaultVersion": True}
        ],
        "requiresConfiguration": False,
        "requiresIamPermissions": True,
    }


def test_without_kubernetes_version_all_compatibilities_show(eks: Eks) -> None:
    """Each version lists the Kubernetes versions that it runs on."""
    answer = eks.call("DescribeAddonVersions", addonName="kube-proxy")

    first = answer["addons"][0]["addonVersions"][2]
    assert [entry["clusterVersion"] for entry in first["compatibilities"]] == ["1.35", "1.36"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"owners": ["community"], "types": ["security"]}, ["cert-manager"]),
        ({"publishers": ["s3"]}, ["aws-mountpoint-s3-csi-driver"]),
        ({"addonName": "made-up"}, []),
        ({"addonName": "coredns", "kubernetesVersion": "1.10"}, []),
        ({"types": ["service-mesh"]}, []),
    ],
)
def test_filters_leave_out_silently(
    eks: Eks, filters: dict[str, object], expected: list[str]
) -> None:
    """What nothing fits is an empty list, no error."""
    answer = eks.call("DescribeAddonVersions", **filters)

    assert [addon["addonName"] for addon in answer["addons"]] == expected


def test_addons_come_in_pages(eks: Eks) -> None:
    """Twenty-two add-ons by ten are three pages, each add-on once."""
    names: list[str] = []
    token: dict[str, str] = {}
    for _ in range(3):
        answer = eks.call("DescribeAddonVersions", maxResults=10, **token)
        names += [addon["addonName"] for addon in answer["addons"]]
        token = {"nextToken": answer["nextToken"]} if "nextToken" in answer else {}

    assert token == {}
    assert names == sorted(CATALOG.addons)


@pytest.mark.parametrize(
    ("addon", "version", "expected"),
    [
        (
            "aws-ebs-csi-driver",
            "v1.62.0-eksbuild.1",
            {"ebs-csi-controller-sa": ["service-role/AmazonEBSCSIDriverPolicy"]},
        ),
        ("vpc-cni", "v1.21.2-eksbuild.2", {"aws-node": ["AmazonEKS_CNI_Policy"]}),
        ("external-dns", "v0.20.0-eksbuild.3", {"external-dns": ["AmazonRoute53FullAccess"]}),
        ("aws-mountpoint-s3-csi-driver", "v1.8.0-eksbuild.1", {}),
        ("cert-manager", "v1.20.2-eksbuild.3", {}),
        (
            "aws-network-flow-monitoring-agent",
            "v1.0.0-eksbuild.4",
            {
                "aws-network-flow-monitoring-agent-service-account": [
                    "CloudWatchNetworkFlowMonitorAgentPublishPolicy"
                ]
            },
        ),
    ],
)
def test_configuration_names_service_accounts_and_policies(
    eks: Eks, addon: str, version: str, expected: dict[str, list[str]]
) -> None:
    """Recommended policies are whole ARNs; no support is an empty list."""
    answer = eks.call("DescribeAddonConfiguration", addonName=addon, addonVersion=version)

    found = {
        entry["serviceAccount"]: entry["recommendedManagedPolicies"]
        for entry in answer["podIdentityConfiguration"]
    }
    assert found == {
        account: [f"arn:aws:iam::aws:policy/{policy}" for policy in policies]
        for account, policies in expected.items()
    }
    assert json.loads(answer["configurationSchema"])["type"] == "object"


def test_policies_have_the_partition_of_the_region(eks: Eks) -> None:
    """In China the ARNs say so."""
    answer = eks.call(
        "DescribeAddonConfiguration",
        caller=Caller(ACCOUNT, "cn-north-1", "aws-cn"),
        addonName="vpc-cni",
        addonVersion="v1.21.2-eksbuild.2",
    )

    policies = answer["podIdentityConfiguration"][0]["recommendedManagedPolicies"]
    assert policies == ["arn:aws-cn:iam::aws:policy/AmazonEKS_CNI_Policy"]


@pytest.mark.parametrize(
    ("addon", "version", "message"),
    [
        ("made-up", "v1", "Addon specified is not supported"),
        ("vpc-cni", "v1", "Addon version specified is not supported"),
    ],
)
def test_configuration_of_what_is_not_offered_is_refused(
    eks: Eks, addon: str, version: str, message: str
) -> None:
    """Unknown add-on and unknown version are told apart."""
    refusal = eks.refusal("DescribeAddonConfiguration", addonName=addon, addonVersion=version)

    assert refusal.message == message


def test_kubernetes_versions_in_support(eks: Eks) -> None:
    """By default the supported versions come, newest first, one of them the default."""
    versions = eks.call("DescribeClusterVersions")["clusterVersions"]

    assert [entry["clusterVersion"] for entry in versions] == [
        "1.36",
        "1.35",
        "1.34",
        "1.33",
        "1.32",
        "1.31",
    ]
    assert [entry["clusterVersion"] for entry in versions if entry["defaultVersion"]] == ["1.35"]
    assert versions[0]["versionStatus"] == "STANDARD_SUPPORT"
    assert versions[-1]["status"] == "extended-support"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"defaultOnly": True}, ["1.35"]),
        ({"clusterVersions": ["1.30", "1.34"]}, ["1.34", "1.30"]),
        ({"includeAll": True, "versionStatus": "UNSUPPORTED"}, ["1.30"]),
        ({"status": "standard-support"}, ["1.36", "1.35", "1.34"]),
        ({"clusterType": "eks-anywhere"}, []),
    ],
)
def test_filters_of_kubernetes_versions(
    eks: Eks, filters: dict[str, object], expected: list[str]
) -> None:
    """Each filter narrows as its name says."""
    versions = eks.call("DescribeClusterVersions", **filters)["clusterVersions"]

    assert [entry["clusterVersion"] for entry in versions] == expected
