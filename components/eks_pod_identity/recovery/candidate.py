"""What may exist without the stack's knowledge, and what was found of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eks_pod_identity.observed.cluster import AddonState
from eks_pod_identity.observed.ownership import STACK_TAG
from eks_pod_identity.observed.stack import CREATING, StackResource, StackState
from eks_pod_identity.recovery.identity import (
    Found,
    Identity,
    PresentObject,
    identify,
)

_WELL = "ACTIVE"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resource that the stack does not have, and that may have been made all the same.

    Attributes:
        resource: As the interrupted run, or the next one, would make it.
        identity: What to look for.
        pending: Whether its creation is a pending operation; else the answer to it may have been
            lost on the way, for the next run would make it again.
    """

    resource: StackResource
    identity: Identity
    pending: bool


def find_candidates(stack: StackState, planned: Iterable[StackResource]) -> tuple[Candidate, ...]:
    """Return what is to be looked up.

    Args:
        stack: With its pending operations.
        planned: What the next run would create.
    """
    creating = {
        each.resource.urn: each.resource for each in stack.operations if each.kind == CREATING
    }
    pending = tuple(_candidates(creating.values(), pending=True))
    others = (each for each in planned if each.urn not in creating)
    return pending + tuple(_candidates(others, pending=False))


def _candidates(resources: Iterable[StackResource], *, pending: bool) -> Iterator[Candidate]:
    for resource in resources:
        identity = identify(resource)
        if identity:
            yield Candidate(resource, identity, pending)


@dataclass(frozen=True, slots=True)
class Existence:
    """What exists of a candidate.

    Attributes:
        import_id: The id that `pulumi import` takes.
        stack: `project/stack` of the tag that it carries; None without one.
        status: EKS's word for an add-on that is not well.
    """

    import_id: str
    stack: str | None
    status: str = ""


def existence(candidate: Candidate, found: Found | None) -> Existence | None:
    """Return what a look-up says of a candidate, or None if it does not exist.

    Args:
        candidate: What was looked for.
        found: The thing itself, or the role that it is part of.
    """
    import_id = candidate.identity.import_id(found) if found else None
    if found is None or import_id is None:
        return None
    stack = found.stack if isinstance(found, PresentObject) else found.tags.get(STACK_TAG)
    status = found.status if isinstance(found, AddonState) else _WELL
    return Existence(import_id, stack, "" if status == _WELL else status)
