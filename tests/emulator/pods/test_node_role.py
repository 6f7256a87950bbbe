"""The agent calls EKS Auth as the node: its role's policies have a say."""

from pathlib import Path

import pytest
from harness.emulator import RunningEmulator
from harness.pod_shell import PodShell

_ASK = (
    'curl -s -H "Authorization: $(cat $AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE)" '
    "$AWS_CONTAINER_CREDENTIALS_FULL_URI"
)
_TRUST = """
        trust:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: { Service: SERVICE.amazonaws.com }
              Action: ["sts:AssumeRole", "sts:TagSession"]"""
_SEED = f"""
settings: {{ addonTransitionSeconds: 0, agentCache: false }}
accounts:
  "111122223333":
    roles:
      - name: reader{_TRUST.replace("SERVICE", "pods.eks")}
      - name: node{_TRUST.replace("SERVICE", "ec2")}
        POLICIES
    regions:
      eu-west-1:
        clusters:
          - name: demo
            nodeRoleArn: arn:aws:iam::111122223333:role/NODE
            serviceAccounts: [{{ namespace: web, name: api }}]
            associations:
              - namespace: web
                serviceAccount: api
                roleArn: arn:aws:iam::111122223333:role/reader
            addons: [{{ name: eks-pod-identity-agent }}]
"""
_WORKER = 'managedPolicies: ["arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"]'


@pytest.mark.parametrize(
    ("policies", "node", "words"),
    [
        (_WORKER, "node", '"AccessKeyId":"ASIA'),
        (
            "",
            "node",
            "(AccessDeniedException): User: arn:aws:sts::111122223333:assumed-role/node/i-",
        ),
        ("", "gone", "no EC2 IMDS role found"),
    ],
)
def test_node_has_to_be_allowed(tmp_path: Path, policies: str, node: str, words: str) -> None:
    """AmazonEKSWorkerNodePolicy lets the node ask; without it, or without a role, it cannot."""
    seed = tmp_path / "aws.yaml"
    seed.write_text(_SEED.replace("POLICIES", policies).replace("NODE", node))
    with RunningEmulator(seed) as emulator:
        shell = PodShell(emulator, tmp_path)
        shell.declare_pod("one")
        done = shell.run("exec", "web/one", "--", "sh", "-c", _ASK)

    assert words in done.stdout
