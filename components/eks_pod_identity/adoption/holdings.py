"""What there is of that which a file declares and the stack's state does not hold, and its maker.

In: the two sides of a plan. Out: holdings, and the facts of a plan as it is after their import.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from eks_pod_identity.adoption.fault import AdoptionFault
from eks_pod_identity.errors import Problem
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.cluster import AddonState, Association, Role
from eks_pod_identity.observed.maker import Maker, Tool, makers_of
from eks_pod_identity.observed.ownership import Thing
from eks_pod_identity.planning.change import Kind
from eks_pod_identity.planning.desired import MadeRole
from eks_pod_identity.planning.file_plan import Sides
from eks_pod_identity.planning.ledger.record import StackRecord
from eks_pod_identity.planning.stack_choice import declared_things


@dataclass(frozen=True, slots=True)
class Holding:
    """A thing to take over.

    Attributes:
        kind: What it is.
        name: As a plan calls it.
        arn: Its ARN.
        makers: Who made it, without the stack itself.
    """

    kind: Kind
    name: str
    arn: str
    makers: tuple[Maker, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind.value} {self.name}"


def holdings_of(sides: Sides, stack: str) -> tuple[Holding, ...]:
    """Return what there is to take over, add-ons first, each in order of names.

    Args:
        sides: The file and the cluster.
        stack: `project/stack` as a tag's value; what it made itself needs no adoption.
    """
    return tuple(each for each in declared_holdings(sides, stack) if each.arn not in _owned(sides))


def held_already(sides: Sides, stack: str) -> tuple[Holding, ...]:
    """Return what the stack's state holds already; as `holdings_of`."""
    return tuple(each for each in declared_holdings(sides, stack) if each.arn in _owned(sides))


def declared_holdings(sides: Sides, stack: str) -> tuple[Holding, ...]:
    """Return all that the file declares and AWS has; what an add-on owns comes with the add-on."""
    things = declared_things(sides.desired, sides.observed)
    found = (
        _holding(each, stack)
        for each in things
        if not (isinstance(each, Association) and each.owner_arn)
    )
    return tuple(sorted(found, key=lambda each: (_ORDER.index(each.kind), each.name)))


_ORDER = (Kind.ADDON, Kind.ROLE, Kind.ASSOCIATION)


def _owned(sides: Sides) -> frozenset[str]:
    return sides.facts.record.owned if sides.facts.record else frozenset()


def _holding(thing: Thing, stack: str) -> Holding:
    makers = tuple(
        each
        for each in makers_of(thing.tags)
        if not (each.tool is Tool.PULUMI and each.stack == stack)
    )
    match thing:
        case AddonState():
            return Holding(Kind.ADDON, thing.name, thing.arn, makers)
        case Role():
            return Holding(Kind.ROLE, thing.name, thing.arn, makers)
        case Association():
            return Holding(Kind.ASSOCIATION, str(thing.service_account), thing.arn, makers)
    raise TypeError(thing)  # pragma: no cover - declared_things yields no service accounts


def after_import(sides: Sides, holdings: tuple[Holding, ...], stack: str) -> Sides:
    """Return the two sides as they are once the stack's state holds what is taken over."""
    record = sides.facts.record or StackRecord()
    held = {**record.held, **dict(_policies(sides, {each.arn for each in holdings}))}
    record = replace(
        record,
        stack=stack,
        owned=record.owned | {each.arn for each in holdings},
        held=held,
    )
    return replace(sides, facts=replace(sides.facts, stack=stack, record=record))


def _policies(sides: Sides, arns: set[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the policies that an import brings along: those that are declared and there."""
    made = {
        entry.role.arn: entry.role
        for entry in sides.desired.all_associations()
        if isinstance(entry.role, MadeRole)
    }
    for arn in arns & made.keys():
        role, observed = made[arn], sides.observed.roles[arn]
        attached = {*role.managed_policy_arns} & {*observed.attached_policy_arns}
        inline = role.inline_policies.keys() & observed.inline_policies.keys()
        yield arn, frozenset(attached | inline)


def account_of(arn: str) -> str:
    """Return the account of an ARN; empty if it has none."""
    parsed = parse_arn(arn)
    return parsed.account if parsed else ""


def changes_since(before: Sides, after: Sides) -> Iterator[Problem]:
    """Yield which things of the file changed, came or went between two reads."""
    was, now = _things(before), _things(after)
    for arn in sorted(was.keys() | now.keys()):
        if was.get(arn) != now.get(arn):
            yield Problem(
                AdoptionFault.CHANGED.id,
                arn,
                "it changed while this command looked; nothing was imported",
                help=("this command again, once no one else works on it",),
            )


def _things(sides: Sides) -> dict[str, object]:
    observed, declared = sides.observed, sides.desired
    accounts = {each.service_account for each in declared.all_associations()}
    return {
        **{each.arn: each for each in observed.associations if each.service_account in accounts},
        **{e.arn: e for e in observed.addons.values() if e.name in (declared.addons or {})},
        **observed.roles,
    }
