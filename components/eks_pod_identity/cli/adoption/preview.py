"""What the program of a file would make and what of it exists, with the ids of an import.

The program says what its resources are called, and which components are around them: whatever
wraps ours, in whatever language. In: a Pulumi program and the two sides of a plan. Out: ids by URN.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eks_pod_identity.adoption.fault import AdoptionFault
from eks_pod_identity.cli.recovery.account_look_up import look_up_accounts
from eks_pod_identity.cli.recovery.aws_look_up import by_provider, look_up_in_aws
from eks_pod_identity.cli.stack.pulumi import Done, Pulumi
from eks_pod_identity.errors import AdoptionError, Problem
from eks_pod_identity.observed.ownership import tag_value
from eks_pod_identity.observed.stack import StackResource, StackState, planned_creations
from eks_pod_identity.planning.desired import DesiredCluster, MadeRole
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.recovery.candidate import Candidate, existence, find_candidates
from eks_pod_identity.recovery.identity import (
    AddonIdentity,
    AssociationIdentity,
    ObjectIdentity,
    role_of,
)
from eks_pod_identity.recovery.look_up import LookUp, merged
from eks_pod_identity.recovery.objects import is_object

# What an import is there to settle.
_SETTLED = frozenset(
    each.id
    for each in (PlanFault.ASSOCIATION_EXISTS, PlanFault.ADDON_EXISTS, PlanFault.ROLE_EXISTS)
)
_ID = re.compile(r"\[([a-z0-9]+(?:-[a-z0-9]+)+)\]$", re.MULTILINE)
_MAX_LINES = 12


@dataclass(frozen=True, slots=True)
class Importable:
    """What an import would bring into a stack.

    Attributes:
        stack: The stack's state.
        planned: All that the program would make.
        ids: The id of each import, by URN.
        words: What each is called, by URN.
    """

    stack: StackState
    planned: tuple[StackResource, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict, hash=False)
    words: Mapping[str, str] = field(default_factory=dict, hash=False)


def find_importable(pulumi: Pulumi, stack: StackState, desired: DesiredCluster) -> Importable:
    """Return what the program would make and exists.

    Args:
        pulumi: The program.
        stack: The state.
        desired: What its file asks for; the rest of the program is left alone.

    Raises:
        AdoptionError: The program refuses its preview for a reason that no import settles.
        ObservationError: AWS could not be read.
    """
    preview, done = pulumi.preview()
    planned = tuple(planned_creations(preview))
    if problem := _refusal(preview, done, planned):
        raise AdoptionError([problem])
    candidates = [
        each
        for each in find_candidates(stack, planned)
        if not each.pending and _is_declared(each, desired)
    ]
    found = _look_up(stack, candidates)
    existing = {each: existence(each, found.found.get(each.resource.urn)) for each in candidates}
    # An object in Kubernetes is imported if its marks say that it is this stack's.
    own = tag_value(stack.full_name)
    ids = {
        each.resource.urn: there.import_id
        for each, there in existing.items()
        if there and (not is_object(each.resource) or there.stack == own)
    }
    words = {each.resource.urn: str(each.identity) for each in candidates}
    return Importable(stack, planned, ids, words)


def _is_declared(candidate: Candidate, desired: DesiredCluster) -> bool:
    cluster, identity = desired.cluster.cluster, candidate.identity
    match identity:
        case AssociationIdentity() | AddonIdentity():
            return identity.cluster == cluster
        case ObjectIdentity():
            return _is_of(candidate.resource, cluster)
    roles = {e.role.name for e in desired.all_associations() if isinstance(e.role, MadeRole)}
    return role_of(identity) in roles


def _is_of(resource: StackResource, cluster: str) -> bool:
    annotations = (resource.inputs.get("metadata") or {}).get("annotations") or {}
    return cluster in annotations.values()


def _look_up(stack: StackState, candidates: Sequence[Candidate]) -> LookUp:
    accounts, _ = look_up_accounts(stack, [each for each in candidates if is_object(each.resource)])
    groups = by_provider(candidates).items()
    found = merged(*(look_up_in_aws(stack, *each) for each in groups), accounts)
    if found.failed:
        raise AdoptionError(_not_followed(urn, why) for urn, why in found.failed.items())
    return found


def _not_followed(urn: str, why: str) -> Problem:
    return Problem(
        AdoptionFault.PROVIDER_UNKNOWN.id,
        urn.rpartition("::")[2],
        why,
        help=("give the provider a profile or a role, which the command can follow",),
    )


def _refusal(
    preview: Mapping[str, Any], done: Done, planned: Sequence[StackResource]
) -> Problem | None:
    """Return why the program's preview fails, unless it is what an import settles."""
    if done.code == 0:
        return None
    texts = list(_errors(preview)) or [*done.said]
    ids = {id_ for text in texts for id_ in _ID.findall(text)}
    if planned and ids and ids <= _SETTLED:
        return None
    lines = [line for text in texts for line in text.splitlines()]
    return Problem(
        AdoptionFault.REFUSED.id,
        "pulumi",
        "the program refuses its preview",
        observed=tuple(lines[:_MAX_LINES]),
        help=("pulumi preview shows all of it",),
    )


def _errors(preview: Mapping[str, Any]) -> Iterator[str]:
    for each in preview.get("diagnostics") or ():
        if each.get("severity") == "error":
            yield each["message"].strip()
