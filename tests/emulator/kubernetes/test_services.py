"""Services: what the API server fills in, and what it refuses."""

from typing import Any

import pytest

from eks_pod_identity_emulator.kubernetes.cluster import Cluster
from eks_pod_identity_emulator.kubernetes.kinds import SERVICE
from eks_pod_identity_emulator.kubernetes.refusals import StatusError


def _service(**spec: object) -> dict[str, Any]:
    metadata = {"namespace": "default", "name": "shop"}
    return {"metadata": metadata, "spec": {"ports": [{"port": 80}], **spec}}


def test_load_balancer_has_an_address_at_once(cluster: Cluster) -> None:
    """Cluster IP, node port and host name are assigned, as in EKS some minutes later."""
    made = cluster.create(SERVICE, _service(type="LoadBalancer"))

    assert made["spec"]["clusterIP"].startswith("172.20.")
    assert made["spec"]["ports"][0]["targetPort"] == 80
    assert 30_000 <= made["spec"]["ports"][0]["nodePort"] < 32_768
    host = made["status"]["loadBalancer"]["ingress"][0]["hostname"]
    assert host.endswith(".elb.amazonaws.com")


def test_service_inside_of_the_cluster_has_no_address_outside(cluster: Cluster) -> None:
    """ClusterIP is the default; a change to LoadBalancer keeps the cluster's address."""
    made = cluster.create(SERVICE, _service())

    changed = cluster.replace(SERVICE, _service(type="LoadBalancer"))

    assert made["spec"]["type"] == "ClusterIP"
    assert made["status"] == {"loadBalancer": {}}
    assert changed["spec"]["clusterIP"] == made["spec"]["clusterIP"]
    assert changed["status"]["loadBalancer"]["ingress"]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"ports": []}, "spec.ports: Required value"),
        ({"type": "Balancer"}, 'Unsupported value: "Balancer"'),
        ({"ports": [{"port": 70_000}]}, "must be between 1 and 65535, inclusive"),
    ],
)
def test_faulty_service_is_refused(cluster: Cluster, spec: dict[str, Any], words: str) -> None:
    """Ports, their numbers and the type are checked."""
    with pytest.raises(StatusError) as caught:
        cluster.create(SERVICE, _service(**spec))

    assert caught.value.code == 422
    assert words in caught.value.message


def test_address_of_a_service_is_fixed(cluster: Cluster) -> None:
    """A cluster IP cannot be changed in place."""
    cluster.create(SERVICE, _service())

    with pytest.raises(StatusError, match="may not change once set"):
        cluster.replace(SERVICE, _service(clusterIP="172.20.9.9"))
