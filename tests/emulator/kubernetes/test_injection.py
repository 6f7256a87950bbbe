"""What the pod identity webhook puts into pods."""

import pytest
from harness.associations import Associations
from harness.kubernetes_objects import env_of, pod, service_account

from eks_pod_identity_emulator.kubernetes.cluster import Cluster
from eks_pod_identity_emulator.kubernetes.injection import pod_identity_injection
from eks_pod_identity_emulator.kubernetes.kinds import POD, SERVICE_ACCOUNT

_FOLDER = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount"
_POD_IDENTITY = {
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": f"{_FOLDER}/eks-pod-identity-token",
}
_REGION = {
    "AWS_STS_REGIONAL_ENDPOINTS": "regional",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_REGION": "eu-west-1",
}
_ROLE = "arn:aws:iam::111122223333:role/irsa"
_IRSA = {
    "AWS_ROLE_ARN": _ROLE,
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
}


def test_pod_without_association_is_left_alone(cluster: Cluster) -> None:
    """No association, no annotation: nothing is put in."""
    made = cluster.create(POD, pod())

    assert env_of(made) == {}
    assert "volumes" not in made["spec"]


def test_pod_with_association_gets_agent_and_token(
    cluster: Cluster, associations: Associations
) -> None:
    """Variables, volume and mount are those of the EKS user guide."""
    associations.declare_association("default", "default")

    made = cluster.create(POD, pod())

    assert env_of(made) == _POD_IDENTITY | _REGION
    assert made["spec"]["containers"][0]["volumeMounts"] == [
        {"name": "eks-pod-identity-token", "mountPath": _FOLDER, "readOnly": True}
    ]
    token = made["spec"]["volumes"][0]["projected"]["sources"][0]["serviceAccountToken"]
    assert token["audience"] == "pods.eks.amazonaws.com"
    assert token["path"] == "eks-pod-identity-token"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"AWS_REGION": "us-east-1"}, {**_POD_IDENTITY, "AWS_STS_REGIONAL_ENDPOINTS": "regional"}),
        ({"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}, {**_POD_IDENTITY, **_REGION}),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://mine"}, _REGION),
        ({"OTHER": "x"}, _POD_IDENTITY | _REGION),
    ],
)
def test_what_a_container_sets_is_never_overridden(
    cluster: Cluster,
    associations: Associations,
    given: dict[str, str],
    expected: dict[str, str],
) -> None:
    """A variable of the container's own stays, and keeps out those that belong to it."""
    associations.declare_association("default", "default")
    env = [{"name": name, "value": value} for name, value in given.items()]
    containers = [{"name": "main", "image": "nginx", "env": env}]

    made = cluster.create(POD, pod(containers=containers))

    assert env_of(made) == {**expected, **given}


def test_init_containers_get_credentials_and_skipped_ones_do_not(
    cluster: Cluster,
    associations: Associations,
) -> None:
    """Every container gets credentials but those that the pod's annotation names."""
    associations.declare_association("default", "default")
    containers = [{"name": name, "image": "nginx"} for name in ("main", "proxy")]
    given = pod(containers=containers, initContainers=[{"name": "init", "image": "nginx"}])
    given["metadata"]["annotations"] = {"eks.amazonaws.com/skip-containers": "proxy, other"}

    made = cluster.create(POD, given)

    assert env_of(made) == env_of(made, "init") == _POD_IDENTITY | _REGION
    assert env_of(made, "proxy") == {}


def test_annotated_service_account_gets_irsa(cluster: Cluster) -> None:
    """Without an association, the annotation of IRSA works as it always did."""
    annotations = {
        "eks.amazonaws.com/role-arn": _ROLE,
        "eks.amazonaws.com/token-expiration": "3600",
        "eks.amazonaws.com/sts-regional-endpoints": "false",
    }
    cluster.create(SERVICE_ACCOUNT, service_account(annotations=annotations))

    made = cluster.create(POD, pod(serviceAccountName="cart"))

    region = dict.fromkeys(("AWS_DEFAULT_REGION", "AWS_REGION"), "eu-west-1")
    token = made["spec"]["volumes"][0]["projected"]["sources"][0]["serviceAccountToken"]
    assert env_of(made) == _IRSA | region
    assert (token["audience"], token["expirationSeconds"]) == ("sts.amazonaws.com", 3_600)


def test_association_wins_over_irsa(cluster: Cluster, associations: Associations) -> None:
    """A service account with both gets Pod Identity alone."""
    annotations = {"eks.amazonaws.com/role-arn": _ROLE}
    cluster.create(SERVICE_ACCOUNT, service_account(annotations=annotations))
    associations.declare_association("default", "cart")

    made = cluster.create(POD, pod(serviceAccountName="cart"))

    assert env_of(made) == _POD_IDENTITY | _REGION


def test_agent_of_an_ipv6_cluster_has_an_ipv6_address() -> None:
    """On IPv6 the agent answers on its IPv6 address."""
    env = pod_identity_injection("eu-west-1", "ipv6").env

    assert env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] == "http://[fd00:ec2::23]/v1/credentials"
