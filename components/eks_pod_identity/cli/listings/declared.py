"""What a ClusterConfig declares, as far as `doctor` compares it with what is there."""

from collections.abc import Iterator
from dataclasses import dataclass

from eks_pod_identity.cli.terminal.source import read_source
from eks_pod_identity.config import (
    ClusterConfig,
    LoadedConfig,
    load_cluster_config,
    standalone_associations,
)
from eks_pod_identity.config.places import Path
from eks_pod_identity.names import ServiceAccountRef

_ADDON_NAMESPACE = "kube-system"  # of most add-ons; EKS has the last word


@dataclass(frozen=True, slots=True)
class DeclaredFile:
    """What a file says.

    Attributes:
        cluster: The cluster that it is about.
        region: Its region; empty if the file does not say.
        entries: By service account, where its entry is.
        external_agent: Whether the agent is no add-on.
    """

    cluster: str
    region: str
    entries: dict[ServiceAccountRef, str]
    external_agent: bool


def read_declared(file: str, cluster: str | None) -> DeclaredFile:
    """Return what a file declares.

    Args:
        file: Its path.
        cluster: The cluster, if it is not that of the file's metadata.

    Raises:
        ConfigError: It cannot be read, or has faults.
    """
    source = read_source(file)
    loaded = load_cluster_config(source.text, file=source.name)
    if cluster:
        loaded = loaded.for_cluster(cluster)
    config = loaded.require()
    entries = {account: _place(path, loaded) for account, path in _entries(config)}
    metadata = config.metadata
    return DeclaredFile(metadata.name, metadata.region, entries, config.has_external_agent)


def _entries(config: ClusterConfig) -> Iterator[tuple[ServiceAccountRef, Path]]:
    for each in standalone_associations(config):
        yield each.service_account, each.path
    for number, addon in enumerate(config.addons or ()):
        for index, entry in enumerate(addon.pod_identity_associations or ()):
            namespace = entry.namespace or addon.namespace or _ADDON_NAMESPACE
            account = ServiceAccountRef(namespace, entry.service_account_name)
            yield account, ("addons", number, "podIdentityAssociations", index)


def _place(path: Path, loaded: LoadedConfig) -> str:
    place = loaded.places.place(path)
    return str(place) if place else loaded.places.address(path)
