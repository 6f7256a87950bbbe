"""What the pod identity webhook puts into pods."""

from collections.abc import Mapping
from typing import Any

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
    given["metadata"]["annotations"] = {"eks.amazonaws.com/skip-containers": "proxy,other"}

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
    env = pod_identity_injection("eu-west-1", "ipv6", {}).all_env

    assert env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] == "http://[fd00:ec2::23]/v1/credentials"


@pytest.mark.parametrize(
    ("account", "own", "expected"),
    [
        ({}, {}, range(79_200, 86_401)),
        ({"token-expiration": "86400"}, {}, range(79_200, 86_401)),
        ({"token-expiration": "7200"}, {}, range(7_200, 7_201)),
        ({"token-expiration": "7200"}, {"token-expiration": "900"}, range(900, 901)),
        ({}, {"token-expiration": "-5"}, range(600, 601)),
        ({"token-expiration": "7200"}, {"token-expiration": "soon"}, range(7_200, 7_201)),
        ({"audience": "other", "token-expiration": "30"}, {}, range(600, 601)),
    ],
)
def test_annotations_set_the_life_of_a_pod_identity_token(
    cluster: Cluster,
    associations: Associations,
    account: dict[str, str],
    own: dict[str, str],
    expected: range,
) -> None:
    """The pod's annotation wins over the account's; both are at least 600, the default jitters."""
    cluster.create(SERVICE_ACCOUNT, service_account(annotations=_prefixed(account)))
    associations.declare_association("default", "cart")
    given = pod(serviceAccountName="cart")
    given["metadata"]["annotations"] = _prefixed(own)

    token = _token(cluster.create(POD, given))

    assert token["expirationSeconds"] in expected
    assert token["audience"] == "pods.eks.amazonaws.com"


def _prefixed(annotations: dict[str, str]) -> dict[str, str]:
    return {f"eks.amazonaws.com/{name}": value for name, value in annotations.items()}


def _token(made: Mapping[str, Any]) -> dict[str, Any]:
    source = made["spec"]["volumes"][0]["projected"]["sources"][0]
    token: dict[str, Any] = source["serviceAccountToken"]
    return token


def test_pod_is_labelled_and_its_token_comes_first(
    cluster: Cluster, associations: Associations
) -> None:
    """A pod with Pod Identity has the webhook's label, and the token's volume before its own."""
    associations.declare_association("default", "default")
    given = pod(volumes=[{"name": "cache", "emptyDir": {}}])
    given["metadata"]["labels"] = {"app": "shop"}

    made = cluster.create(POD, given)

    assert made["metadata"]["labels"] == {
        "app": "shop",
        "eks.amazonaws.com/pod-identity": "enabled",
    }
    assert [one["name"] for one in made["spec"]["volumes"]] == ["eks-pod-identity-token", "cache"]


def test_pod_with_irsa_has_no_label(cluster: Cluster) -> None:
    """The label is Pod Identity's alone."""
    annotations = {"eks.amazonaws.com/role-arn": _ROLE}
    cluster.create(SERVICE_ACCOUNT, service_account(annotations=annotations))

    made = cluster.create(POD, pod(serviceAccountName="cart"))

    assert "labels" not in made["metadata"]


@pytest.mark.parametrize(
    ("names", "mounted"),
    [
        (["AWS_CONTAINER_CREDENTIALS_FULL_URI"], True),
        (["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_REGION"], True),
        (["AWS_REGION", "AWS_STS_REGIONAL_ENDPOINTS"], True),
        (
            [
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                "AWS_DEFAULT_REGION",
                "AWS_STS_REGIONAL_ENDPOINTS",
            ],
            False,
        ),
    ],
)
def test_only_a_container_that_sets_all_three_goes_without_the_mount(
    cluster: Cluster, associations: Associations, *, names: list[str], mounted: bool
) -> None:
    """Credentials of its own keep the mount out only together with region and STS's endpoints."""
    associations.declare_association("default", "default")
    env = [{"name": name, "value": "mine"} for name in names]

    made = cluster.create(POD, pod(containers=[{"name": "main", "image": "nginx", "env": env}]))

    assert ("volumeMounts" in made["spec"]["containers"][0]) is mounted


def test_a_mount_is_known_by_its_volume(cluster: Cluster, associations: Associations) -> None:
    """A mount of a volume of that name stays where it is; no second one is added."""
    associations.declare_association("default", "default")
    mount = {"name": "eks-pod-identity-token", "mountPath": "/mine"}
    containers = [{"name": "main", "image": "nginx", "volumeMounts": [mount]}]

    made = cluster.create(POD, pod(containers=containers))

    assert made["spec"]["containers"][0]["volumeMounts"] == [mount]


@pytest.mark.parametrize("label", ["kubernetes.io/os", "beta.kubernetes.io/os"])
def test_windows_pod_reads_its_token_from_a_windows_path(
    cluster: Cluster, associations: Associations, label: str
) -> None:
    """A node selector for Windows turns the token's path, not the mount's."""
    associations.declare_association("default", "default")

    made = cluster.create(POD, pod(nodeSelector={label: "windows"}))

    path = env_of(made)["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]
    assert path == "C:" + f"{_FOLDER}/eks-pod-identity-token".replace("/", "\\")
    assert made["spec"]["containers"][0]["volumeMounts"][0]["mountPath"] == _FOLDER


def test_pod_that_asks_to_be_skipped_is_left_alone(
    cluster: Cluster, associations: Associations
) -> None:
    """EKS's webhook is not asked for pods with the skip label, whatever its value."""
    associations.declare_association("default", "default")
    given = pod()
    given["metadata"]["labels"] = {"eks.amazonaws.com/skip-pod-identity-webhook": ""}

    made = cluster.create(POD, given)

    assert env_of(made) == {}


@pytest.mark.parametrize(("value", "regional"), [("0", False), ("F", False), ("maybe", True)])
def test_regional_endpoints_are_read_as_the_webhook_reads_them(
    cluster: Cluster, associations: Associations, *, value: str, regional: bool
) -> None:
    """Any of Go's booleans counts for Pod Identity too; anything else is ignored."""
    annotations = {"eks.amazonaws.com/sts-regional-endpoints": value}
    cluster.create(SERVICE_ACCOUNT, service_account(annotations=annotations))
    associations.declare_association("default", "cart")

    made = cluster.create(POD, pod(serviceAccountName="cart"))

    assert ("AWS_STS_REGIONAL_ENDPOINTS" in env_of(made)) is regional


def test_dry_run_answers_with_the_injection_and_keeps_nothing(
    cluster: Cluster, associations: Associations
) -> None:
    """EKS's webhook has no side effects, so a dry run shows what it would inject."""
    associations.declare_association("default", "default")

    shown = cluster.create(POD, pod(), dry_run=True)

    assert env_of(shown) == _POD_IDENTITY | _REGION
    assert cluster.objects.all(POD) == []
