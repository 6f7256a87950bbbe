"""A ClusterConfig that is for another cluster than before, on the real engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.declared import Component, Declared, declared, empty_clusters

_FILE = """\
metadata: {name: NAME, region: eu-west-1}
addons:
  - name: eks-pod-identity-agent
  - name: vpc-cni
    useDefaultPodIdentityAssociations: true
iam:
  podIdentityAssociations:
    - namespace: dev
      serviceAccountName: api
      permissionPolicyARNs: [arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess]
"""


@pytest.fixture(name="stack")
def _stack(tmp_path: Path) -> Iterator[Declared]:
    with empty_clusters(tmp_path, "demo", "prod") as aws:
        yield declared(tmp_path / "program", aws, "demo")


def _cluster(name: str, **args: str) -> Component:
    return Component(
        "ClusterPodIdentities", "cluster", {"config": _FILE.replace("NAME", name), **args}
    )


def test_another_cluster_is_refused_until_the_former_one_is_named(stack: Declared) -> None:
    """One changed line does not empty a cluster; who says so gets the new one, and the old goes."""
    stack.up(_cluster("demo"))
    before = stack.aws.associations("demo")

    refusal = stack.refused(_cluster("prod"))

    assert "[cluster-changed]" in refusal
    assert "this stack holds 2 associations and 2 add-ons in another cluster" in refusal
    assert "cluster/demo" in refusal
    assert 'former_cluster="demo"' in refusal
    assert "Traceback" not in refusal
    assert stack.aws.associations("demo") == before

    assert stack.up(_cluster("demo")) == ()

    stack.up(_cluster("prod", former_cluster="demo"))

    assert set(stack.aws.associations("prod")) == set(before)
    assert stack.aws.associations("demo") == {}
    assert stack.aws.client("eks").list_addons(clusterName="demo")["addons"] == []
    assert not any(role.startswith("demo-") for role in stack.aws.role_names())

    assert stack.up(_cluster("prod", former_cluster="demo")) == ()
    assert "[cluster-changed]" in stack.refused(_cluster("demo", former_cluster="demo"))
