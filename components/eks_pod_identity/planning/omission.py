"""Nothing is deleted by omission: what was declared before must be cleared in words.

A `Ledger` is what one run declares. It is kept in the stack's state; the next run compares its own
with it. A list that is gone is a problem, `[]` is a wish.

    before          now             outcome
    entries         entries         the difference is applied
    entries         `[]`            all entries are deleted
    entries         omitted, null   problem, before any change
    none or `[]`    omitted, null   fine: nothing is lost
"""

import io
from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass
from typing import Any, TypeAlias

from ruamel.yaml import YAML

from eks_pod_identity.errors import Place, Problem

_DOCUMENTS = ("permissionPolicy", "policy")
_FIRST_KEYS = ("namespace", "serviceAccountName")
_YAML = YAML(pure=True)
_YAML.indent(mapping=2, sequence=4, offset=2)

Entries: TypeAlias = Mapping[str, Mapping[str, Any]]
"""By `namespace/name`: the role's ARN under `role`, and under `entry` what the user wrote."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What one run declares; None means omitted.

    Attributes:
        associations: The entries of `iam.podIdentityAssociations`.
        addons: By add-on name, its entries; None where the add-on's list is omitted.
    """

    associations: Entries | None
    addons: Mapping[str, Entries | None] | None

    def to_state(self) -> dict[str, Any]:
        """Return the ledger as plain JSON; what is omitted has no key."""
        state: dict[str, Any] = {}
        if self.associations is not None:
            state["associations"] = dict(self.associations)
        if self.addons is not None:
            state["addons"] = {
                name: {} if entries is None else {"associations": dict(entries)}
                for name, entries in self.addons.items()
            }
        return state

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "Ledger":
        """Return the ledger that `to_state` gave."""
        addons = state.get("addons")
        return cls(
            associations=state.get("associations"),
            addons=None
            if addons is None
            else {name: addon.get("associations") for name, addon in addons.items()},
        )


@dataclass(frozen=True, slots=True)
class Declarations:
    """Where the lists are, or would have to be, for the report.

    Attributes:
        associations: Address and place of `iam.podIdentityAssociations`.
        addons: By add-on name, address and place of its entry.
        addon_list: Address and place of `addons`.
    """

    associations: tuple[str, Place | None]
    addons: Mapping[str, tuple[str, Place | None]]
    addon_list: tuple[str, Place | None]


def omission_problems(before: Ledger, now: Ledger, at: Declarations) -> Iterator[Problem]:
    """Yield a problem for every list that held entries before and is omitted now."""
    if before.associations and now.associations is None:
        yield _list_omitted("associations-omitted", at.associations, "", before.associations)
    if before.addons and now.addons is None:
        yield _addons_omitted(before.addons, at.addon_list)
    for name, entries in (now.addons or {}).items():
        lost = (before.addons or {}).get(name)
        if lost and entries is None:
            yield addon_omission_problem(name, lost, *at.addons[name])


def addon_omission_problem(addon: str, lost: Entries, address: str, place: Place | None) -> Problem:
    """Return the problem of an add-on whose list is omitted while it owns associations."""
    return _list_omitted(
        "addon-associations-omitted",
        (f"{address}.podIdentityAssociations", place),
        f'add-on "{addon}" owns ',
        lost,
    )


def _list_omitted(
    id: str,  # noqa: A002 - Problem's own word
    at: tuple[str, Place | None],
    owner: str,
    lost: Entries,
) -> Problem:
    address, place = at
    one = len(lost) == 1
    return Problem(
        id=id,
        address=address,
        message=f"omitted, but {owner or 'this stack holds '}{_count(lost, 'association')}",
        places=(place,) if place else (),
        observed=tuple(f"{account} -> {lost[account]['role']}" for account in sorted(lost)),
        help=(
            f"to keep {'it' if one else 'them'}, add\n{_yaml_text(lost)}",
            f"to remove {'it' if one else 'them all'}, add podIdentityAssociations: []",
        ),
    )


def _addons_omitted(lost: Mapping[str, Entries | None], at: tuple[str, Place | None]) -> Problem:
    address, place = at
    return Problem(
        id="addons-omitted",
        address=address,
        message=f"omitted, but this stack holds {_count(lost, 'add-on')}",
        places=(place,) if place else (),
        observed=(", ".join(sorted(lost)),),
        help=("to keep them, put the list back", "to remove them all, add addons: []"),
    )


def _count(things: Sized, noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


def _yaml_text(lost: Entries) -> str:
    entries = [entry["entry"] for entry in lost.values() if entry.get("entry")]
    if not entries:
        return "useDefaultPodIdentityAssociations: true"
    text = io.StringIO()
    _YAML.dump({"podIdentityAssociations": [_without_documents(entry) for entry in entries]}, text)
    return text.getvalue().rstrip()


def _without_documents(entry: Mapping[str, Any]) -> dict[str, Any]:
    # A policy document may fill a screen; the reader has it where the list was.
    keys = sorted(entry, key=lambda key: (key not in _FIRST_KEYS, key))
    return {key: "(as before)" if key in _DOCUMENTS else entry[key] for key in keys}
