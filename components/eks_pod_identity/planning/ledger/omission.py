"""Nothing is deleted by omission: what was declared before must be cleared in words.

A `Ledger` is what one run declares. It is kept in the stack's state; the next run compares its own
with it. A list that is gone is a problem, `[]` is a wish.

    before          now             outcome
    entries         entries         the difference is applied
    entries         `[]`            all entries are deleted
    entries         omitted, null   problem, before any change, unless the other list has them
    none or `[]`    omitted, null   fine: nothing is lost
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from eks_pod_identity.errors import Place, Problem
from eks_pod_identity.prose import counted

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
    def from_state(cls, state: Mapping[str, Any]) -> "Ledger":
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


def omission_problems(before: Ledger, now: Ledger, at: Declarations) -> Iterator[Problem]:
    """Yield a problem for every list that held entries before and is omitted now."""
    for lost, kept, where in (
        (before.associations, now.associations, at.associations),
        (before.expanded, now.expanded, at.expanded),
    ):
        if kept is None and (gone := _not_in(now.standalone, lost or {})):
            yield _list_omitted("associations-omitted", where, "the run before declared", gone)
    if before.addons and now.addons is None:
        yield _addons_omitted(before.addons, at.addon_list)
    for name, entries in (now.addons or {}).items():
        lost = (before.addons or {}).get(name)
        if lost and entries is None:
            address, place = at.addons[name]
            yield _list_omitted(
                "addon-associations-omitted",
                (f"{address}.podIdentityAssociations", place),
                f'the run before gave add-on "{name}"',
                lost,
            )


def _not_in(kept: Entries, lost: Entries) -> Entries:
    """Return the entries that no list has any more; those that moved to the other one stay."""
    return {account: role for account, role in lost.items() if account not in kept}


def _list_omitted(
    id: str,  # noqa: A002 - Problem's own word
    at: tuple[str, Place | None],
    owner: str,
    lost: Entries,
) -> Problem:
    address, place = at
    it, all_ = ("it", "it") if len(lost) == 1 else ("them", "them all")
    return Problem(
        id=id,
        address=address,
        message=f"omitted, but {owner} {counted(len(lost), 'association')}",
        places=(place,) if place else (),
        observed=tuple(f"{account} -> {lost[account]}" for account in sorted(lost)),
        help=(
            f"to keep {it}, put the list back",
            f"to remove {all_}, write {address.rpartition('.')[2]}: []",
        ),
    )


def _addons_omitted(lost: Mapping[str, Entries | None], at: tuple[str, Place | None]) -> Problem:
    address, place = at
    return Problem(
        id="addons-omitted",
        address=address,
        message=f"omitted, but the run before declared {counted(len(lost), 'add-on')}",
        places=(place,) if place else (),
        observed=(", ".join(sorted(lost)),),
        help=("to keep them, put the list back", "to remove them all, write addons: []"),
    )
