"""Clusters: create, describe, delete, and their asynchronous ways."""

import json
from base64 import b64decode

import pytest
from harness.eks import ACCOUNT, CALLER, CLUSTER, CLUSTER_TRUST, POD_IDENTITY_TRUST, Eks

from eks_pod_identity_emulator.settings import Settings

SUBNETS = {"subnetIds": ["subnet-1", "subnet-2"]}
AUTO_MODE = {
    "computeConfig": {"enabled": True, "nodePools": ["system"]},
    "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}},
    "storageConfig": {"blockStorage": {"enabled": True}},
}


def request(eks: Eks, **changes: object) -> dict[str, object]:
    """Return a good CreateCluster request but for the changes."""
    role = eks.iam.declare_role("cluster", CLUSTER_TRUST)
    return {"name": "new", "roleArn": role, "resourcesVpcConfig": SUBNETS, **changes}


def test_new_cluster_is_creating_then_active(eks: Eks) -> None:
    """Endpoint, certificate authority and issuer are known once the control plane stands."""
    created = eks.call("CreateCluster", **request(eks, tags={"team": "one"}))["cluster"]

    assert created["status"] == "CREATING"
    assert created["certificateAuthority"] == {}
    assert "endpoint" not in created
    assert "identity" not in created

    eks.settle()

    cluster = eks.call("DescribeCluster", name="new")["cluster"]
    assert cluster["status"] == "ACTIVE"
    assert cluster["arn"] == f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/new"
    assert cluster["version"] == "1.35"
    assert cluster["tags"] == {"team": "one"}
    assert cluster["endpoint"].endswith(".gr7.eu-west-1.eks.amazonaws.com")
    issuer = cluster["identity"]["oidc"]["issuer"]
    assert issuer.startswith("https://oidc.eks.eu-west-1.amazonaws.com/id/")
    pem = b64decode(cluster["certificateAuthority"]["data"]).decode()
    assert pem.startswith("-----BEGIN CERTIFICATE-----")


def test_defaults_are_those_of_the_api(eks: Eks) -> None:
    """What a request leaves out has EKS's defaults."""
    cluster = eks.call("CreateCluster", **request(eks))["cluster"]

    assert cluster["accessConfig"]["authenticationMode"] == "CONFIG_MAP"
    assert cluster["upgradePolicy"] == {"supportType": "EXTENDED"}
    assert cluster["deletionProtection"] is False
    assert cluster["kubernetesNetworkConfig"]["ipFamily"] == "ipv4"
    assert cluster["resourcesVpcConfig"]["endpointPublicAccess"] is True
    assert cluster["resourcesVpcConfig"]["publicAccessCidrs"] == ["0.0.0.0/0"]
    assert cluster["resourcesVpcConfig"]["vpcId"].startswith("vpc-")
    (logging,) = cluster["logging"]["clusterLogging"]
    assert logging["enabled"] is False
    assert len(logging["types"]) == 5
    assert "computeConfig" not in cluster


def test_ipv6_cluster_has_ipv6_services(eks: Eks) -> None:
    """An IPv6 cluster shows an IPv6 service range and no IPv4 one."""
    cluster = eks.call(
        "CreateCluster", **request(eks, kubernetesNetworkConfig={"ipFamily": "ipv6"})
    )["cluster"]

    assert "serviceIpv6Cidr" in cluster["kubernetesNetworkConfig"]
    assert "serviceIpv4Cidr" not in cluster["kubernetesNetworkConfig"]


def test_auto_mode_is_published(eks: Eks) -> None:
    """The Kubernetes side is told which clusters have the agent built in."""
    eks.call("CreateCluster", **request(eks, **AUTO_MODE))

    assert [(view.name, view.agent_runs) for view in eks.service.clusters()] == [
        (CLUSTER, False),
        ("new", True),
    ]
    assert {view.caller for view in eks.service.clusters()} == {CALLER}


@pytest.mark.parametrize("missing", list(AUTO_MODE))
def test_auto_mode_is_all_or_nothing(eks: Eks, missing: str) -> None:
    """Two of the three switches are refused."""
    partial = {name: value for name, value in AUTO_MODE.items() if name != missing}

    refusal = eks.refusal("CreateCluster", **request(eks, **partial))

    assert refusal.code == "InvalidParameterException"
    assert refusal.message.startswith("For EKS Auto Mode")


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"name": CLUSTER}, "ResourceInUseException", "Cluster already exists with name: demo"),
        ({"name": "-x"}, "InvalidParameterException", "The cluster name provided is not valid"),
        ({"version": "1.30"}, "InvalidParameterException", "unsupported Kubernetes version"),
        ({"version": "1.99"}, "InvalidParameterException", "unsupported Kubernetes version"),
        (
            {"resourcesVpcConfig": {"subnetIds": ["subnet-1"]}},
            "InvalidParameterException",
            "Subnets specified must be in at least two different AZs",
        ),
        (
            {"resourcesVpcConfig": SUBNETS | {"endpointPublicAccess": False}},
            "InvalidParameterException",
            "Private and public endpoint access cannot both be false.",
        ),
        (
            {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/nobody"},
            "InvalidParameterException",
            f"Role with arn: arn:aws:iam::{ACCOUNT}:role/nobody, could not be assumed",
        ),
        (
            {"roleArn": "arn:aws:iam::444455556666:role/cluster"},
            "InvalidParameterException",
            "Role with arn: arn:aws:iam::444455556666:role/cluster, could not be assumed",
        ),
        ({"tags": {"aws:x": "y"}}, "InvalidParameterException", "Tag keys and values"),
    ],
)
def test_faulty_request_is_refused(
    eks: Eks, change: dict[str, object], code: str, message: str
) -> None:
    """One broken member in a good request is told, and no cluster is made."""
    refusal = eks.refusal("CreateCluster", **request(eks, **change))

    assert refusal.code == code
    assert refusal.message.startswith(message)
    assert eks.call("ListClusters")["clusters"] == [CLUSTER]


def test_cluster_role_must_trust_eks(eks: Eks) -> None:
    """A role for pods is no role for a cluster."""
    role = eks.iam.declare_role("pods", POD_IDENTITY_TRUST)

    refusal = eks.refusal("CreateCluster", **request(eks, roleArn=role))

    assert "the trusted entity is not correct" in refusal.message


def test_deleted_cluster_takes_everything_along(eks: Eks) -> None:
    """Add-ons, associations and their tags are gone; the name is free for an empty cluster."""
    association = eks.associate("app1", "sa")
    addon = eks.install("coredns")

    assert eks.call("DeleteCluster", name=CLUSTER)["cluster"]["status"] == "DELETING"
    assert eks.call("DescribeCluster", name=CLUSTER)["cluster"]["status"] == "DELETING"
    eks.settle()

    assert eks.refusal("DescribeCluster", name=CLUSTER).message == (
        f"No cluster found for name: {CLUSTER}."
    )
    for arn in (association["associationArn"], addon["addonArn"]):
        refusal = eks.refusal("ListTagsForResource", resourceArn=arn)
        assert refusal.code == "NotFoundException"
    eks.call("CreateCluster", **request(eks, name=CLUSTER))
    eks.settle()
    assert eks.associations() == []


def test_protected_cluster_is_not_deleted(eks: Eks) -> None:
    """Deletion protection has to be switched off first."""
    eks.call("CreateCluster", **request(eks, deletionProtection=True))
    eks.settle()

    assert eks.refusal("DeleteCluster", name="new").code == "InvalidRequestException"

    eks.call("UpdateClusterConfig", name="new", deletionProtection=False)
    eks.settle()
    eks.call("DeleteCluster", name="new")


def test_cluster_that_is_being_deleted_is_in_use(eks: Eks) -> None:
    """A second delete is refused while the first is under way."""
    eks.call("DeleteCluster", name=CLUSTER)

    assert eks.refusal("DeleteCluster", name=CLUSTER).code == "ResourceInUseException"


def test_deletion_overtakes_a_creation_under_way(eks: Eks) -> None:
    """A cluster deleted while CREATING does not become ACTIVE in between."""
    eks.call("CreateCluster", **request(eks))
    eks.clock.advance(5)
    eks.call("DeleteCluster", name="new")

    eks.clock.advance(5)

    assert eks.call("DescribeCluster", name="new")["cluster"]["status"] == "DELETING"
    eks.settle()
    assert eks.call("ListClusters")["clusters"] == [CLUSTER]


def test_endpoint_may_be_the_emulators_own() -> None:
    """A setting says where the Kubernetes API of a cluster is."""
    eks = Eks(Settings(cluster_endpoint="http://127.0.0.1:9/{account}/{region}/{cluster}"))

    cluster = eks.call("DescribeCluster", name=CLUSTER)["cluster"]

    assert cluster["endpoint"] == f"http://127.0.0.1:9/{ACCOUNT}/eu-west-1/{CLUSTER}"


def test_answers_have_no_part_in_later_changes(eks: Eks) -> None:
    """An answer stays as it was given, whatever happens to the cluster afterwards."""
    before = eks.call("DescribeCluster", name=CLUSTER)["cluster"]
    as_text = json.dumps(before, default=str)

    eks.call("TagResource", resourceArn=before["arn"], tags={"a": "b"})
    eks.call("UpdateClusterConfig", name=CLUSTER, deletionProtection=True)
    eks.settle()
    eks.call("DescribeCluster", name=CLUSTER)

    assert json.dumps(before, default=str) == as_text
