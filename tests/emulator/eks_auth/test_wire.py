"""EKS Auth as boto3 meets it: statuses, codes, the call log and the emulator's own log."""

import json
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import jwt
import pytest
from harness.aws_account import AwsAccount, refusal
from harness.emulator import REGION, RunningEmulator

_AUDIENCE = "pods.eks.amazonaws.com"


class PodInCluster:
    """A pod of `default/default` in an account's cluster `demo`."""

    def __init__(self, aws: AwsAccount) -> None:
        """Make role, cluster, association and pod."""
        self.aws = aws
        self.role = aws.declare_role("reader")
        aws.declare_cluster()
        self._ask("pods", _POD)

    def associate(self) -> None:
        """Give the pod's service account a role."""
        self.aws.eks.create_pod_identity_association(
            clusterName="demo",
            namespace="default",
            serviceAccount="default",
            roleArn=self.role,
        )

    def token(self) -> str:
        """Return a token of the pod."""
        made = self._ask("serviceaccounts/default/token", _TOKEN_REQUEST)
        return str(made["status"]["token"])

    def _ask(self, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        root = f"{self.aws.emulator.url}/_kubernetes/{self.aws.id}/{REGION}/demo"
        url = f"{root}/api/v1/namespaces/default/{path}"
        headers = {"Content-Type": "application/json"}
        request = Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - loopback
        with urlopen(request) as answer:  # noqa: S310 - loopback
            return json.load(answer)


_POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "shell"},
    "spec": {"containers": [{"name": "shell", "image": "amazon/aws-cli"}]},
}
_TOKEN_REQUEST = {
    "apiVersion": "authentication.k8s.io/v1",
    "kind": "TokenRequest",
    "spec": {
        "audiences": [_AUDIENCE],
        "boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": "shell"},
    },
}


@pytest.fixture
def pod(aws: AwsAccount) -> PodInCluster:
    """A pod without association."""
    return PodInCluster(aws)


def test_boto3_gets_credentials_and_the_log_shows_the_cloudtrail_event(pod: PodInCluster) -> None:
    """The call log has the pod's request, and EKS's AssumeRole with names of AWS's blog."""
    pod.associate()

    answer = pod.aws.client("eks-auth").assume_role_for_pod_identity(
        clusterName="demo", token=pod.token()
    )

    assert answer["credentials"]["accessKeyId"].startswith("ASIA")
    request, event = _last_calls(pod)
    assert request["operation"] == "AssumeRoleForPodIdentity"
    assert request["parameters"] == {"clusterName": "demo", "token": "(sensitive)"}
    assert (event["operation"], event["invoked_by"]) == ("AssumeRole", _AUDIENCE)
    parameters = event["parameters"]
    assert parameters["roleArn"] == pod.role
    assert parameters["durationSeconds"] == 21_600
    assert answer["assumedRoleUser"]["arn"].endswith(parameters["roleSessionName"])
    assert parameters["tags"][:3] == [
        {
            "key": "eks-cluster-arn",
            "value": f"arn:aws:eks:{REGION}:{pod.aws.id}:cluster/demo",
        },
        {"key": "eks-cluster-name", "value": "demo"},
        {"key": "kubernetes-namespace", "value": "default"},
    ]
    assert len(parameters["transitiveTagKeys"]) == 6


def _last_calls(pod: PodInCluster) -> tuple[Any, Any]:
    """Return the request of the pod and EKS's own, which are logged as they end."""
    event, request = pod.aws.calls()[-2:]
    return request, event


@pytest.mark.parametrize(
    ("token", "code", "status"),
    [
        ("nonsense", "InvalidParameterException", 400),
        ("a.b.c", "InvalidTokenException", 400),
        (None, "ResourceNotFoundException", 404),
    ],
)
def test_refusals_have_status_and_code_of_the_model(
    pod: PodInCluster, token: str | None, code: str, status: int
) -> None:
    """What is no token, what is none of the cluster's, and a pod without association."""
    ask = pod.aws.client("eks-auth").assume_role_for_pod_identity

    refused = refusal(ask, clusterName="demo", token=token or pod.token())

    assert (refused.code, refused.status) == (code, status)
    assert "nonsense" not in refused.message


def test_the_emulators_log_says_why(tmp_path: Path) -> None:
    """AWS tells the pod little; standard error of `serve` has one line with the reason."""
    log = tmp_path / "log"
    with RunningEmulator(None, "--cluster-transition-seconds", "0", log=log) as emulator:
        pod = PodInCluster(AwsAccount(emulator))
        ask = pod.aws.client("eks-auth").assume_role_for_pod_identity
        refusal(ask, clusterName="demo", token=pod.token())

    (line,) = log.read_text().splitlines()
    assert "service account default/default has no association" in line


def test_issuer_publishes_the_key_that_signs(pod: PodInCluster) -> None:
    """A verifier that knows only the cluster's issuer finds document and key, and they hold."""
    described = pod.aws.eks.describe_cluster(name="demo")["cluster"]
    issuer = described["identity"]["oidc"]["issuer"]
    page = f"/_emulator/issuers/{issuer.removeprefix('https://')}"
    document = pod.aws.emulator.ask("GET", f"{page}/.well-known/openid-configuration")
    keys = jwt.PyJWKSet.from_dict(pod.aws.emulator.ask("GET", f"{page}/keys"))
    token = pod.token()

    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=["RS256"], audience=_AUDIENCE, issuer=issuer)

    assert document["issuer"] == issuer
    assert document["jwks_uri"] == f"{issuer}/keys"
    assert claims["sub"] == "system:serviceaccount:default:default"


def test_throttled_requests_are_429() -> None:
    """The knob that throttles calls throttles these, with the model's status."""
    with RunningEmulator(None, "--throttle-rate", "1") as emulator:
        ask = emulator.client("eks-auth").assume_role_for_pod_identity

        refused = refusal(ask, clusterName="demo", token="a.b.c")  # noqa: S106 - no secret

    assert (refused.code, refused.status) == ("ThrottlingException", 429)
