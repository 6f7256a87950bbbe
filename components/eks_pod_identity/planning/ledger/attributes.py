"""Target role, session policy and tags are not deleted by omission either.

    declared      AWS has      outcome
    a value       any          it is set
    `""`, `{}`    some         it is removed: the user said so
    omitted       some         problem, before any change
    omitted       none         fine: nothing is lost

In: what a declaration leaves out and what AWS has. Out: problems, in the words of the file or of
the program.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Self

from eks_pod_identity.config.places import Path, Places
from eks_pod_identity.errors import Place, Problem
from eks_pod_identity.observed.cluster import AddonState, Association
from eks_pod_identity.observed.ownership import user_tags
from eks_pod_identity.planning.desired import DesiredAddon, DesiredAssociation
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.planning.report import Reporter


class Attribute(Enum):
    """What can be omitted.

    Attributes:
        argument: Its name in a program.
        key: Its name in a file.
        empty: What removes it.
        fault: The problem of omitting it.
        noun: What it is called.
    """

    TARGET_ROLE = (
        "target_role_arn",
        "targetRoleARN",
        '""',
        PlanFault.TARGET_ROLE_OMITTED,
        "target role",
    )
    SESSION_POLICY = ("policy", "policy", '""', PlanFault.SESSION_POLICY_OMITTED, "session policy")
    TAGS = ("tags", "tags", "{}", PlanFault.TAGS_OMITTED, "tags")

    def __init__(self, argument: str, key: str, empty: str, fault: PlanFault, noun: str) -> None:
        self.argument = argument
        self.key = key
        self.empty = empty
        self.fault = fault
        self.noun = noun


@dataclass(frozen=True, slots=True)
class Declarer:
    """Who declares a thing, for messages.

    Attributes:
        address: In the user's spelling: an entry of the file, or the name of a component.
        places: The entry's position, if there is a file.
        in_file: Whether the user writes keys of a file, or arguments of a program.
    """

    address: str
    places: tuple[Place, ...] = ()
    in_file: bool = False

    @classmethod
    def of(cls, path: Path, places: Places) -> Self:
        """Return an entry of a file as declarer."""
        return cls(places.address(path), places.places(path), in_file=True)

    def named(self, attribute: Attribute) -> str:
        """Return the address of an attribute."""
        return f"{self.address}.{attribute.key if self.in_file else attribute.argument}"

    def removal(self, attribute: Attribute) -> str:
        """Return what to write to have it removed."""
        if self.in_file:
            return f"write {attribute.key}: {attribute.empty}"
        return f"pass {attribute.argument}={attribute.empty}"


def omitted_attributes(given: Mapping[str, object]) -> frozenset[Attribute]:
    """Return what the arguments of a component leave out; None counts as left out."""
    return frozenset(each for each in Attribute if given.get(each.argument) is None)


def held_attributes(
    observed: Association | AddonState, wanted_tags: Collection[str]
) -> Mapping[Attribute, str]:
    """Return what AWS has, as text for a report.

    Args:
        observed: What is there.
        wanted_tags: Keys of tags that are wanted all the same: those of the AWS provider.
    """
    tags = {key: each for key, each in user_tags(observed.tags).items() if key not in wanted_tags}
    held = {Attribute.TAGS: ", ".join(f"{key}={value}" for key, value in sorted(tags.items()))}
    if isinstance(observed, Association):
        held[Attribute.TARGET_ROLE] = observed.target_role_arn or ""
        held[Attribute.SESSION_POLICY] = observed.policy or ""
    return {attribute: text for attribute, text in held.items() if text}


def attribute_problems(
    omitted: Collection[Attribute], held: Mapping[Attribute, str], declarer: Declarer
) -> Iterator[Problem]:
    """Yield a problem for everything that is omitted and that AWS has.

    Args:
        omitted: What the declaration leaves out.
        held: What AWS has, as text.
        declarer: Who declares it.
    """
    for attribute in Attribute:
        if attribute in omitted and attribute in held:
            yield Problem(
                attribute.fault.id,
                declarer.named(attribute),
                f"omitted, but AWS has {attribute.noun} that this would remove",
                places=declarer.places,
                observed=(held[attribute],),
                help=(
                    f"to keep what is there, declare {attribute.noun}",
                    f"to remove it, {declarer.removal(attribute)}",
                ),
            )


def entry_problems(
    entry: DesiredAssociation | DesiredAddon, observed: Association | AddonState, report: Reporter
) -> Iterator[Problem]:
    """Yield what a run would take away from a thing because its entry of the file omits it.

    Args:
        entry: The entry.
        observed: What is there of it.
        report: Knows where the entry is.
    """
    held = held_attributes(observed, entry.tags)
    if held:  # of thousands most have nothing to lose
        omitted = [each for each in Attribute if each.key in entry.omitted]
        declarer = Declarer.of(entry.path, report.places)
        yield from attribute_problems(omitted, held, declarer)
