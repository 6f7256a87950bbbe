"""Many clients and many associations: nothing is lost, and a call's cost does not grow."""

import threading
from concurrent.futures import ThreadPoolExecutor

from harness.eks import CALLER, CLUSTER, Eks

from eks_pod_identity_emulator.errors import ApiError

CLIENTS = 32


def test_thirty_two_clients_make_each_association_once(eks: Eks) -> None:
    """Clients racing for the same service accounts: one wins each, all others get a 409."""
    role = eks.iam.declare_role("shared")
    together = threading.Barrier(CLIENTS)

    def race(_client: int) -> tuple[int, set[int]]:
        together.wait()
        won, statuses = 0, set()
        for number in range(50):
            params = {
                "clusterName": CLUSTER,
                "namespace": "app1",
                "serviceAccount": f"sa-{number}",
                "roleArn": role,
            }
            try:
                eks.service.call("CreatePodIdentityAssociation", params, CALLER)
            except ApiError as refusal:
                statuses.add(refusal.status)
            else:
                won += 1
        return won, statuses

    with ThreadPoolExecutor(CLIENTS) as pool:
        results = list(pool.map(race, range(CLIENTS)))

    assert sum(won for won, _ in results) == 50
    assert set().union(*(statuses for _, statuses in results)) == {409}
    accounts = [entry["serviceAccount"] for entry in eks.associations()]
    assert sorted(accounts) == sorted(f"sa-{number}" for number in range(50))


def test_parallel_creates_and_deletes_leave_the_indexes_whole(eks: Eks) -> None:
    """After a storm of creates and deletes only what was kept is found, by every filter."""
    role = eks.iam.declare_role("shared")

    def storm(client: int) -> None:
        for number in range(20):
            params = {
                "clusterName": CLUSTER,
                "namespace": f"ns-{client}",
                "serviceAccount": f"sa-{number}",
                "roleArn": role,
            }
            made = eks.service.call("CreatePodIdentityAssociation", params, CALLER)
            if number:
                id_ = made["association"]["associationId"]
                eks.service.call(
                    "DeletePodIdentityAssociation",
                    {"clusterName": CLUSTER, "associationId": id_},
                    CALLER,
                )

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(storm, range(CLIENTS)))

    assert len(eks.associations()) == CLIENTS
    assert len(eks.associations(serviceAccount="sa-0")) == CLIENTS
    assert eks.associations(serviceAccount="sa-1") == []
    for client in range(CLIENTS):
        assert len(eks.associations(namespace=f"ns-{client}")) == 1
