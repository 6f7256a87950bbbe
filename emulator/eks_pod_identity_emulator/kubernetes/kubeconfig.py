"""The kubeconfig of the clusters in a seed, for kubectl and other clients.

In: a seed, and where the emulator listens. Out: a value that JSON and YAML can hold. Must not name
a cluster that is made later: `aws eks update-kubeconfig` does that.
"""

from collections.abc import Mapping

from eks_pod_identity_emulator.http.app import KUBERNETES_PREFIX
from eks_pod_identity_emulator.seed import Seed


def kubeconfig(seed: Seed, address: str) -> Mapping[str, object]:
    """Return a kubeconfig with the seed's clusters; the first one is current."""
    servers = {
        cluster.name: f"{address}{KUBERNETES_PREFIX}{account.id}/{region.name}/{cluster.name}"
        for account in seed.accounts
        for region in account.regions
        for cluster in region.clusters
    }
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {"name": name, "cluster": {"server": server}} for name, server in servers.items()
        ],
        "users": [{"name": "emulator", "user": {"token": "emulator"}}],
        "contexts": [
            {"name": name, "context": {"cluster": name, "user": "emulator"}} for name in servers
        ],
        "current-context": next(iter(servers), ""),
    }
