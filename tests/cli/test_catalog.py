"""`eks-pod-identity catalog`: what EKS offers, in the forms that people and programs read."""

import json

import pytest
from click.testing import Result
from harness.emulator import RunningEmulator
from harness.golden import assert_golden
from typer.testing import CliRunner

from eks_pod_identity.cli import app
from eks_pod_identity.cli.listings.catalog import CatalogEntry, markdown_lines, text_lines, to_json
from eks_pod_identity.observed.catalog import AddonOffer, AddonVersion, RecommendedPermissions

_OLD = (RecommendedPermissions("agent", ("arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy",)),)
_NEW = (
    *_OLD,
    RecommendedPermissions("tracer", ("arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess",)),
)
_ENTRY = CatalogEntry(
    addon="observer",
    kubernetes_version="1.33",
    offer=AddonOffer(
        (
            AddonVersion("v1.9.0-eksbuild.1", default=True, requires_iam_permissions=True),
            AddonVersion("v1.10.0-eksbuild.1", default=False, requires_iam_permissions=True),
            AddonVersion("v1.0.0-eksbuild.1", default=False, requires_iam_permissions=True),
        ),
        "observing",
    ),
    recommended={
        "v1.10.0-eksbuild.1": _NEW,
        "v1.9.0-eksbuild.1": _OLD,
        "v1.0.0-eksbuild.1": (),
    },
)


def _run(*args: str) -> Result:
    return CliRunner().invoke(app, ["catalog", *args])


def test_output_is_as_reviewed() -> None:
    """Newest first, the default marked, and service accounts told apart where versions differ."""
    assert_golden("catalog/observer.txt", "\n".join(text_lines(_ENTRY, 80)) + "\n")
    assert_golden("catalog/observer.md", "\n".join(markdown_lines(_ENTRY)) + "\n")
    assert_golden("catalog/observer.json", json.dumps(to_json(_ENTRY), indent=2) + "\n")


def test_versions_are_those_of_the_cluster(emulated: RunningEmulator) -> None:
    """With --cluster the versions of its Kubernetes version are shown, as EKS lists them."""
    offered = emulated.client("eks").describe_addon_versions(
        addonName="vpc-cni", kubernetesVersion="1.33"
    )

    shown = json.loads(_run("vpc-cni", "--cluster", "demo", "--output", "json").stdout)

    assert shown["kubernetesVersion"] == "1.33"
    assert {each["addonVersion"] for each in shown["addonVersions"]} == {
        each["addonVersion"] for each in offered["addons"][0]["addonVersions"]
    }
    assert sum(each["defaultVersion"] for each in shown["addonVersions"]) == 1
    (account,) = shown["addonVersions"][0]["podIdentityConfiguration"]
    assert account["serviceAccount"] == "aws-node"


def test_version_of_new_clusters_is_taken_if_none_is_given(emulated: RunningEmulator) -> None:
    """Whoever asks for an add-on alone learns what a new cluster would get."""
    newest = emulated.client("eks").describe_cluster_versions(defaultOnly=True)["clusterVersions"]

    assert f"Kubernetes {newest[0]['clusterVersion']}," in _run("coredns").stdout


@pytest.mark.usefixtures("emulated")
@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("vpc-cin", ["vpc-cni"]),
        ("ebs", ["aws-ebs-csi-driver"]),
        ("EBS_CSI", ["aws-ebs-csi-driver"]),
        ("cloudwatch", ["amazon-cloudwatch-observability"]),
        ("aws-ebs-csi", ["aws-ebs-csi-driver", "aws-efs-csi-driver", "aws-fsx-csi-driver"]),
    ],
)
def test_misspelt_addon_is_told_with_its_neighbour(misspelt: str, meant: list[str]) -> None:
    """The report names the commands that would have worked, the likeliest first."""
    result = _run(misspelt, "--kubernetes-version", "1.33")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "[addon-unknown]" in result.stderr
    assert result.stderr.splitlines()[1:] == [
        f"  help: eks-pod-identity catalog {name}" for name in meant
    ]


def test_addon_like_no_other_is_told_with_all_there_are(emulated: RunningEmulator) -> None:
    """Whoever has no idea of the names gets all of them, in lines that fit a terminal."""
    offered = emulated.client("eks").describe_addon_versions(kubernetesVersion="1.33")

    _, head, *names = _run("nope", "--kubernetes-version", "1.33").stderr.splitlines()

    assert head == "  help: write one of"
    assert max(map(len, names)) <= 80
    assert {name.strip() for line in names for name in line.rstrip(",").split(",")} == {
        each["addonName"] for each in offered["addons"]
    }


def test_version_of_no_cluster_is_told(emulated: RunningEmulator) -> None:
    """Where EKS lists nothing it is the version that is wrong, not the add-on."""
    assert emulated.url
    result = _run("vpc-cni", "--kubernetes-version", "33")

    assert result.exit_code == 1
    assert "help: EKS lists no add-on at all for 33; write a version such as 1.33" in result.stderr


def test_cluster_and_version_exclude_each_other() -> None:
    """Two answers to one question are refused."""
    assert _run("vpc-cni", "-c", "demo", "--kubernetes-version", "1.33").exit_code == 64
