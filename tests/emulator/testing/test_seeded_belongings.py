"""Secrets, buckets and pods of a seed, as clients find them."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from harness.emulator import ACCOUNT, REGION, RunningEmulator
from harness.pod_shell import PodShell

_READER = "111122223333:role/reader"
_SEED = f"""
settings: {{ addonTransitionSeconds: 0, associationSpreadSeconds: 60 }}
accounts:
  "{ACCOUNT}":
    roles:
      - name: reader
        trust:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: {{ Service: pods.eks.amazonaws.com }}
              Action: ["sts:AssumeRole", "sts:TagSession"]
        managedPolicies: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
    regions:
      {REGION}:
        secrets:
          - name: dev-secret
            value: hidden
            tags: {{ stage: dev }}
            policy: {{ Version: "2012-10-17", Statement: [] }}
        buckets:
          - name: pictures
            objects: {{ "cats/1 & 2.txt": meow }}
            tags: {{ "a<b": "c&d" }}
            policy:
              Version: "2012-10-17"
              Statement:
                - Effect: Deny
                  Principal: "*"
                  Action: "s3:DeleteObject"
                  Resource: "arn:aws:s3:::pictures/*"
        clusters:
          - name: demo
            serviceAccounts: [{{ namespace: web, name: api }}]
            associations:
              - {{ namespace: web, serviceAccount: api, roleArn: "arn:aws:iam::{_READER}" }}
            addons: [{{ name: eks-pod-identity-agent }}]
            pods:
              - {{ namespace: web, name: shell, serviceAccount: api, env: {{ STAGE: dev }} }}
              - {{ namespace: jobs, name: bare }}
"""


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seed's file."""
    file = tmp_path_factory.mktemp("seed") / "aws.yaml"
    file.write_text(_SEED)
    return file


def test_what_a_seed_declares_is_there_and_is_renewed(seed: Path, tmp_path: Path) -> None:
    """A pod of the seed lists the seed's bucket; after a renewal all is as at the start."""
    with RunningEmulator(seed) as emulator:
        emulator.client("secretsmanager").delete_secret(SecretId="dev-secret")
        emulator.client("s3").delete_object(Bucket="pictures", Key="cats/1 & 2.txt")
        emulator.ask("POST", "/_emulator/renew")
        _look(emulator)
        listed = PodShell(emulator, tmp_path).run("exec", "web/shell", "--", "aws", "s3", "ls")
        pods = emulator.ask("GET", "/_emulator/pods")[0]["pods"]

    assert listed.stdout.split()[-1] == "pictures"
    of_account = {f"{pod['namespace']}/{pod['name']}": bool(pod["env"]) for pod in pods}
    assert (of_account["web/shell"], of_account["jobs/bare"]) == (True, False)


def _look(emulator: RunningEmulator) -> None:
    secrets, s3 = emulator.client("secretsmanager"), emulator.client("s3")
    assert secrets.get_secret_value(SecretId="dev-secret")["SecretString"] == "hidden"
    described = secrets.describe_secret(SecretId="dev-secret")
    assert described["Tags"] == [{"Key": "stage", "Value": "dev"}]
    policy = secrets.get_resource_policy(SecretId="dev-secret")["ResourcePolicy"]
    assert json.loads(policy)["Statement"] == []
    assert s3.get_bucket_location(Bucket="pictures")["LocationConstraint"] == REGION
    assert s3.get_bucket_tagging(Bucket="pictures")["TagSet"] == [{"Key": "a<b", "Value": "c&d"}]
    assert "DeleteObject" in s3.get_bucket_policy(Bucket="pictures")["Policy"]
    body = s3.get_object(Bucket="pictures", Key="cats/1 & 2.txt")["Body"]
    assert body.read() == b"meow"


@pytest.mark.parametrize(
    ("region", "message"),
    [
        (
            {"secrets": [{"name": "a", "value": "b"}, {"name": "a", "value": "b"}]},
            "secrets[1]: The operation failed because the secret a already exists.",
        ),
        ({"buckets": [{"name": "No"}]}, "buckets[0]: The specified bucket is not valid."),
        ({"secrets": [{"name": "a"}]}, "secrets[0].value: missing"),
        (
            {"clusters": [{"name": "c", "pods": [{"namespace": "web", "name": "UPPER"}]}]},
            "cluster c, pods[0]: Pod",
        ),
        (
            {
                "clusters": [
                    {"name": "c", "pods": [{"namespace": "a", "name": "b", "serviceAccount": "d"}]}
                ]
            },
            'cluster c, pods[0]: pods "b" is forbidden: error looking up service account a/d',
        ),
    ],
)
def test_what_a_service_refuses_is_told_by_its_key(
    tmp_path: Path, region: dict[str, Any], message: str
) -> None:
    """The emulator does not start; it says where and why, in the service's words."""
    file = tmp_path / "aws.yaml"
    file.write_text(json.dumps({"accounts": {ACCOUNT: {"regions": {REGION: region}}}}))

    done = subprocess.run(
        ["eks-pod-identity-emulator", "serve", "--port", "0", "--seed", str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
