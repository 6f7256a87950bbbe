"""Where ClusterConfig files declare what is audited, so that a finding can point at a line.

In: files without errors. Out: positions of associations and add-ons, by cluster. A role has the
position of the first association that uses it, since that is where it is asked for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from eks_pod_identity.audit.observed import Observed
from eks_pod_identity.audit.subject import OWNER, USED_BY, Kind, Subject
from eks_pod_identity.config import (
    ClusterConfig,
    LoadedConfig,
    Places,
    clusters,
    standalone_associations,
)
from eks_pod_identity.config.places import Path
from eks_pod_identity.errors import Place


@dataclass(frozen=True, slots=True)
class Declared:
    """What files declare.

    Attributes:
        clusters: The clusters that they are for, in order.
        regions: Their regions.
        positions: By address as subjects have it, and for an association of an add-on by cluster,
            add-on and service account.
    """

    clusters: tuple[str, ...] = ()
    regions: frozenset[str] = frozenset()
    positions: Mapping[tuple[str, ...], Place] = field(default_factory=dict, hash=False)

    def places_of(self, observed: Sequence[Observed]) -> dict[str, Place]:
        """Return the position of each thing that the files declare, by its subject as text."""
        subjects = [each.subject for each in observed]
        users = {each.address: each for each in subjects if each.kind is Kind.ASSOCIATION}
        found = ((str(each), self._place(each, users)) for each in subjects)
        return {name: place for name, place in found if place}

    def _place(self, subject: Subject, users: Mapping[str, Subject]) -> Place | None:
        if subject.kind is Kind.ROLE:
            named = (users[name] for name in subject.related[USED_BY] if name in users)
            places = (self._place(user, users) for user in named)
            return next((place for place in places if place), None)
        if owner := subject.related.get(OWNER):
            entry = (subject.cluster, *owner, subject.address.rpartition("/")[2])
            return self.positions.get(entry) or self.positions.get(entry[:2])
        return self.positions.get(tuple(subject.address.split("/")))


NOTHING = Declared()
"""No files were given."""


def read_declared(files: Iterable[LoadedConfig]) -> Declared:
    """Return what files declare.

    Raises:
        ConfigError: A file has errors.
    """
    loaded = [(each, each.require()) for each in files]
    parts = [(each.for_cluster(name), name) for each, own in loaded for name in clusters(own)]
    return Declared(
        clusters=tuple(dict.fromkeys(name for _, name in parts)),
        regions=frozenset(own.metadata.region for _, own in loaded),
        positions={
            address: place
            for part, name in parts
            for address, place in _positions(name, part.require(), part.places)
        },
    )


def _positions(
    cluster: str, config: ClusterConfig, places: Places
) -> Iterator[tuple[tuple[str, ...], Place]]:
    for address, path in _paths(cluster, config):
        if place := places.place(path):
            yield address, place


def _paths(cluster: str, config: ClusterConfig) -> Iterator[tuple[tuple[str, ...], Path]]:
    for each in standalone_associations(config):
        ref = each.service_account
        yield (cluster, ref.namespace, ref.name), each.path
    for index, addon in enumerate(config.addons or ()):
        yield (cluster, addon.name), ("addons", index)
        for inner, entry in enumerate(addon.pod_identity_associations or ()):
            path = ("addons", index, "podIdentityAssociations", inner)
            yield (cluster, addon.name, entry.service_account_name), path
