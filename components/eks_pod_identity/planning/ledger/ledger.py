"""What one run declares, kept in the stack's state for the next run to compare its own with.

In: a desired state. Out: names and role ARNs, as plain JSON; and where the file's lists are, for
what is found by comparing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

from eks_pod_identity.config.expansion import EXPANSION_LIST, LIST
from eks_pod_identity.config.places import Places
from eks_pod_identity.errors import Place
from eks_pod_identity.planning.desired import DesiredAssociation, DesiredCluster, MadeRole

Entries: TypeAlias = Mapping[str, str]
"""The role's ARN by `namespace/name`: enough to say what would be lost, and no more."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What one run declares; None means omitted.

    Attributes:
        associations: The entries of `iam.podIdentityAssociations`.
        addons: By add-on name, its entries; None where the add-on's list is omitted.
        expanded: What the entries of `x-eks-pod-identity.associations` stand for.
        given: ARNs of the roles that no entry makes; None in what older versions wrote.
        cluster: The ARN of the cluster that it is for; None in what older versions wrote.
    """

    associations: Entries | None
    addons: Mapping[str, Entries | None] | None
    expanded: Entries | None = None
    given: frozenset[str] | None = None
    cluster: str | None = None

    @classmethod
    def of(cls, desired: DesiredCluster) -> Self:
        """Return the ledger of a desired state; what is omitted there is omitted here."""
        standalone, addons = desired.associations or (), desired.addons
        listed = [each for each in standalone if not each.is_expanded]
        expanded = [each for each in standalone if each.is_expanded]
        roles = [each.role for each in desired.all_associations()]
        made = {role.arn for role in roles if isinstance(role, MadeRole)}
        return cls(
            associations=None if LIST in desired.omitted else _entries(listed),
            addons=None
            if addons is None
            else {name: _entries(addon.associations) for name, addon in addons.items()},
            expanded=None if EXPANSION_LIST in desired.omitted else _entries(expanded),
            given=frozenset({role.arn for role in roles} - made),
            cluster=desired.cluster.cluster_arn(desired.cluster.cluster),
        )

    @property
    def standalone(self) -> Entries:
        """The standalone associations, whichever list they are in."""
        return {**(self.associations or {}), **(self.expanded or {})}

    @property
    def roles(self) -> Iterator[str]:
        """The ARN of the role of every association."""
        yield from self.standalone.values()
        for entries in (self.addons or {}).values():
            yield from (entries or {}).values()

    def to_state(self) -> dict[str, Any]:
        """Return the ledger as plain JSON; what is omitted has no key."""
        state: dict[str, Any] = {}
        if self.associations is not None:
            state["associations"] = dict(self.associations)
        if self.expanded is not None:
            state["expanded"] = dict(self.expanded)
        if self.addons is not None:
            state["addons"] = {
                name: {} if entries is None else {"associations": dict(entries)}
                for name, entries in self.addons.items()
            }
        if self.given is not None:
            state["given"] = sorted(self.given)
        if self.cluster is not None:
            state["cluster"] = self.cluster
        return state

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        """Return the ledger that `to_state` gave."""
        addons, given = state.get("addons"), state.get("given")
        return cls(
            associations=state.get("associations"),
            expanded=state.get("expanded"),
            addons=None
            if addons is None
            else {name: addon.get("associations") for name, addon in addons.items()},
            given=None if given is None else frozenset(given),
            cluster=state.get("cluster"),
        )


def _entries(associations: Iterable[DesiredAssociation] | None) -> Entries | None:
    if associations is None:
        return None
    return {str(each.service_account): each.role.arn for each in associations}


@dataclass(frozen=True, slots=True)
class Declarations:
    """Where the lists are, or would have to be, for the report.

    Attributes:
        associations: Address and place of `iam.podIdentityAssociations`.
        expanded: Address and place of `x-eks-pod-identity.associations`.
        addons: By add-on name, address and place of its entry.
        addon_list: Address and place of `addons`.
        cluster: Address and place of the cluster's name.
    """

    associations: tuple[str, Place | None]
    expanded: tuple[str, Place | None]
    addons: Mapping[str, tuple[str, Place | None]]
    addon_list: tuple[str, Place | None]
    cluster: tuple[str, Place | None] = ("metadata.name", None)

    @classmethod
    def of(cls, desired: DesiredCluster, places: Places) -> Self:
        """Return where a file's lists are, or would have to be."""

        def at(*path: str | int) -> tuple[str, Place | None]:
            return places.address(path), places.place(path)

        addons = desired.addons or {}
        return cls(
            associations=at(*LIST),
            expanded=at(*EXPANSION_LIST),
            addons={name: at(*addon.path) for name, addon in addons.items()},
            addon_list=at("addons"),
            cluster=at("metadata", "name"),
        )
