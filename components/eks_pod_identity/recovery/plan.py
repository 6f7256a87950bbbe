"""From pending operations and what was found in AWS to the steps that make the next run converge.

    interrupted while   found                        step
    creating            made by this stack           import: back under its URN
    creating            in the stack already         forget: an earlier recovery brought it back
    creating            not there                    forget: the next run makes it
    creating            made by somebody else        forget: the next run will tell the conflict
    creating            cannot be looked up or put   keep: only a human can tell
    creating a patch    -                            forget: the next run applies it again
    updating, deleting  -                            refresh: the state reads what became of it
    (not pending)       made by this stack           import: the answer was lost on the way
    (not pending)       the same, but its component
                        is not in the stack          keep: it can be put back after the next run

Nothing is ever imported that does not carry the tag of this very stack, and nothing is deleted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from eks_pod_identity.observed.cluster import Association
from eks_pod_identity.observed.ownership import tag_value
from eks_pod_identity.observed.stack import CREATING, StackResource, StackState
from eks_pod_identity.recovery.candidate import (
    Candidate,
    Existence,
    existence,
    find_candidates,
)
from eks_pod_identity.recovery.identity import Found, identify
from eks_pod_identity.recovery.look_up import LookUp
from eks_pod_identity.recovery.objects import is_applied, is_object


class Action(Enum):
    """What is done about one resource."""

    IMPORT = "import"
    REFRESH = "refresh"
    FORGET = "forget"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class RecoveryStep:
    """One resource, and what is done about it.

    Attributes:
        action: What is done.
        resource: The resource as a run would make it, or as the state has it.
        what: Its name in AWS, for people.
        found: What was found, for people.
        operation: What the run was about to do with it; empty if nothing is pending.
        import_id: For `import`, the id to do it by.
        replaces: For `import`, whether the URN is still taken by what it replaces.
    """

    action: Action
    resource: StackResource
    what: str
    found: str
    operation: str = ""
    import_id: str = ""
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class RecoveryPlan:
    """All steps, in the order of the pending operations."""

    stack: StackState
    steps: tuple[RecoveryStep, ...] = ()

    def of(self, action: Action) -> tuple[RecoveryStep, ...]:
        """Return the steps of one kind."""
        return tuple(step for step in self.steps if step.action is action)

    @property
    def cleared(self) -> tuple[RecoveryStep, ...]:
        """The steps whose pending creation is to be cleared."""
        return tuple(
            step
            for step in self.steps
            if step.operation == CREATING and step.action is not Action.KEEP
        )

    @property
    def stays_pending(self) -> tuple[RecoveryStep, ...]:
        """The steps whose pending creation is left to a human."""
        return tuple(step for step in self.of(Action.KEEP) if step.operation)


def plan_recovery(
    stack: StackState, planned: tuple[StackResource, ...], look_up: LookUp
) -> RecoveryPlan:
    """Return what is to be done.

    Args:
        stack: As it was exported.
        planned: What the next run would create.
        look_up: What was found of `find_candidates(stack, planned)`.
    """
    candidates = {each.resource.urn: each for each in find_candidates(stack, planned)}
    steps = (
        *_operation_steps(stack, candidates, look_up),
        *_lost_answer_steps(stack, candidates, look_up),
    )
    # Pulumi carries a pending creation along, so a second interrupted run may list it twice.
    return RecoveryPlan(stack, tuple({step.resource.urn: step for step in steps}.values()))


def _operation_steps(
    stack: StackState, candidates: Mapping[str, Candidate], look_up: LookUp
) -> Iterator[RecoveryStep]:
    for operation in stack.operations:
        resource = operation.resource
        if operation.kind != CREATING:
            yield RecoveryStep(Action.REFRESH, resource, _name(resource), "-", operation.kind)
        elif not resource.custom or resource.type.startswith("pulumi:"):
            found = "exists in the stack alone"
            yield RecoveryStep(Action.FORGET, resource, _name(resource), found, CREATING)
        elif is_applied(resource):
            found = "applied again by the next run"
            yield RecoveryStep(Action.FORGET, resource, _name(resource), found, CREATING)
        elif resource.urn not in candidates:
            yield _keep(resource, "none of ours, so it is not looked up")
        elif resource.urn in look_up.failed:
            yield _keep(resource, look_up.failed[resource.urn])
        else:
            yield _creation_step(stack, candidates[resource.urn], look_up)


def _keep(resource: StackResource, why: str, *, pending: bool = True) -> RecoveryStep:
    return RecoveryStep(Action.KEEP, resource, _name(resource), why, CREATING if pending else "")


def _creation_step(stack: StackState, candidate: Candidate, look_up: LookUp) -> RecoveryStep:
    resource, found = candidate.resource, look_up.found.get(candidate.resource.urn)
    existing = existence(candidate, found)
    if existing is None:
        verdict = "not there"
    elif _is_known(stack, candidate, found):
        verdict = "there, and in the stack"
    elif existing.stack != tag_value(stack.full_name):
        verdict = f"made by {existing.stack or 'somebody else'}"
    elif resource.parent not in stack.by_urn:
        return _keep(
            resource, "made by this stack, which lost its component", pending=candidate.pending
        )
    else:
        return _import(stack, candidate, existing)
    return RecoveryStep(Action.FORGET, resource, str(candidate.identity), verdict, CREATING)


def _lost_answer_steps(
    stack: StackState, candidates: Mapping[str, Candidate], look_up: LookUp
) -> Iterator[RecoveryStep]:
    for urn, candidate in candidates.items():
        if candidate.pending or urn in look_up.failed:
            continue
        step = _creation_step(stack, candidate, look_up)
        if step.action in {Action.IMPORT, Action.KEEP}:
            yield step


def _import(stack: StackState, candidate: Candidate, existing: Existence) -> RecoveryStep:
    return RecoveryStep(
        action=Action.IMPORT,
        resource=candidate.resource,
        what=str(candidate.identity),
        found=_found(candidate, existing),
        operation=CREATING if candidate.pending else "",
        import_id=existing.import_id,
        replaces=candidate.resource.urn in stack.by_urn,
    )


def _found(candidate: Candidate, existing: Existence) -> str:
    if is_object(candidate.resource) and candidate.pending:
        return "there"  # whose it is shows when it is read
    return f"made by this stack{', ' if existing.status else ''}{existing.status}"


def _is_known(stack: StackState, candidate: Candidate, found: Found | None) -> bool:
    known = stack.by_urn.get(candidate.resource.urn)
    if known is None or identify(known) != candidate.identity:
        return False
    # A second association of the same account has the same name and another id.
    return not isinstance(found, Association) or known.id == found.id


def _name(resource: StackResource) -> str:
    return str(identify(resource) or f"{resource.type.rpartition(':')[2]} {resource.name}")
