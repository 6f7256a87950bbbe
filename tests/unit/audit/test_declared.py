"""Lines of a ClusterConfig for what an audit finds."""

from typing import Any

import pytest
from harness.observed_account import account_state, role_arn

from eks_pod_identity.audit.declared import Declared, read_declared
from eks_pod_identity.audit.resources import resources_of
from eks_pod_identity.config import load_cluster_config
from eks_pod_identity.errors import ConfigError

_FILE = """\
metadata: {name: demo, region: eu-west-1}
addons:
  - name: eks-pod-identity-agent
  - name: aws-ebs-csi-driver
    podIdentityAssociations:
      - serviceAccountName: ebs-csi-controller-sa
        roleARN: arn:aws:iam::111122223333:role/shared
  - name: vpc-cni
    useDefaultPodIdentityAssociations: true
iam:
  podIdentityAssociations:
    - namespace: shop
      serviceAccountName: api
      roleARN: arn:aws:iam::111122223333:role/shop
x-eks-pod-identity:
  associations:
    - clusters: [demo, staging]
      namespaces: [web, jobs]
      serviceAccountName: default
      roleARN: arn:aws:iam::111122223333:role/shared
"""
_STATE: dict[str, Any] = {
    "clusters": {
        "demo": {
            "addons": {"aws-ebs-csi-driver": None, "vpc-cni": None},
            "associations": [
                {
                    "serviceAccount": "kube-system/ebs-csi-controller-sa",
                    "role": "ebs",
                    "owner": "aws-ebs-csi-driver",
                },
                {"serviceAccount": "kube-system/aws-node", "role": "cni", "owner": "vpc-cni"},
                {"serviceAccount": "shop/api", "role": "shop"},
                {"serviceAccount": "other/api", "role": "others"},
            ],
        },
        "staging": {"associations": [{"serviceAccount": "jobs/default", "role": "jobs"}]},
    },
    "roles": {name: {"trust": "demo/shop/api"} for name in ("shop", "others", "cni", "unused")},
}


@pytest.fixture
def declared() -> Declared:
    """What the file declares."""
    return read_declared([load_cluster_config(_FILE, file="cluster.yaml")])


def test_clusters_and_region_are_those_of_the_file(declared: Declared) -> None:
    """Clusters that only a pattern names belong to it."""
    assert declared.clusters == ("demo", "staging")
    assert declared.regions == {"eu-west-1"}


def test_everything_that_is_declared_has_its_line(declared: Declared) -> None:
    """Entries have their own line, what an add-on brings that of the add-on, a role its user's."""
    observed = resources_of(account_state(_STATE))
    places = declared.places_of(observed)

    addresses = {str(each.subject): each.subject.address for each in observed}
    assert {addresses[name]: place.line for name, place in places.items()} == {
        "demo/kube-system/ebs-csi-controller-sa": 6,
        "demo/kube-system/aws-node": 8,
        "demo/shop/api": 12,
        "staging/jobs/default": 17,
        role_arn("shop"): 12,
        role_arn("cni"): 8,
    }
    assert {place.file for place in places.values()} == {"cluster.yaml"}


def test_file_with_errors_gives_no_lines() -> None:
    """Lines of a file that means nothing would mislead."""
    with pytest.raises(ConfigError):
        read_declared([load_cluster_config("metadata: {}", file="cluster.yaml")])
