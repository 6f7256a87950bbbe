"""Namespaces that add-ons are installed into: eksctl's VA4, VA5 and VA6, name by name."""

import json
import string

import pytest

from eks_pod_identity.config import load_cluster_config

_PUNCTUATION = [f"kube{mark}system" for mark in string.punctuation if mark != "-"]


def _problems(namespace: object) -> list[str]:
    addon = {"name": "adot", "namespaceConfig": {"namespace": namespace}}
    data = {"metadata": {"name": "demo", "region": "eu-west-1"}, "addons": [addon]}
    return [each.id for each in load_cluster_config(json.dumps(data), file="f").problems]


@pytest.mark.parametrize(
    "namespace",
    [None, "", "kube-system", "ns1", "a", "ab", "a-b-c", "end9", "a1b2", "a" * 63, "1st", "007"],
)
def test_namespace_is_taken(namespace: str | None) -> None:
    """None is EKS's own namespace; eksctl refuses a leading digit, which Kubernetes takes."""
    assert _problems(namespace) == []


@pytest.mark.parametrize(
    "namespace",
    [
        *_PUNCTUATION,
        *(f"kube{blank}system" for blank in " \t\n\r\u00a0"),
        *("-kube", "kube-", "-", "Kube", "KUBE", "kub\u00e9", " kube", "kube ", " ", "kube\n"),
        "a" * 64,
    ],
)
def test_namespace_is_refused(namespace: str) -> None:
    """What Kubernetes would refuse is refused before anything is made."""
    assert _problems(namespace) == ["namespace-malformed"]


def test_configuration_values_may_be_empty_or_a_mapping() -> None:
    """As eksctl's VA3 has it: nothing, `{}`, JSON and YAML."""
    for values in ("", "{}", '{"replicaCount": 3}', "replicaCount: 3\n", "env:\n  A: b\n"):
        addon = {"name": "coredns", "configurationValues": values}
        data = {"metadata": {"name": "demo", "region": "eu-west-1"}, "addons": [addon]}

        assert load_cluster_config(json.dumps(data), file="f").problems == ()
