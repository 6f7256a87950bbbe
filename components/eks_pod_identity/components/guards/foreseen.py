"""What a component refuses before it registers anything: the findings of `plan` on what it names.

In: the desired state that the component's arguments or file describe. Out: problems, in the words
of the file or of the program. A preview goes on, so that its report has those of all components.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextvars import copy_context
from typing import Any

import pulumi
import pulumi_aws as aws

from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.facts.named import named_in
from eks_pod_identity.components.facts.observed import observe_beforehand
from eks_pod_identity.components.guards.arguments import (
    as_told,
    described_addon,
    described_association,
)
from eks_pod_identity.components.guards.preconditions import Preconditions
from eks_pod_identity.components.guards.service_account import remember_taken
from eks_pod_identity.components.refusal import RefusedError, errors_among, findings_of_preview
from eks_pod_identity.config import Places
from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.observed.ownership import Ownership, tag_value
from eks_pod_identity.planning.addon_permissions import AddonPermissions
from eks_pod_identity.planning.comparison import Comparison
from eks_pod_identity.planning.desired import DesiredCluster
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.planning.preview import (
    named_roles,
    preview_problems,
    taken_service_accounts,
)
from eks_pod_identity.planning.report import NOWHERE, Reporter

# What a resource of the same program may still make, by the problem that it would be.
_MADE_BY = {PlanFault.ROLE_NOT_FOUND.id: aws.iam.Role}
# What is about a whole cluster, however many components a program has for it.
_OF_CLUSTERS = frozenset({PlanFault.CLUSTER_NOT_ACTIVE.id, PlanFault.AGENT_UNHEALTHY.id})
_reported: set[tuple[str, str, str]] = set()
# What any resource that comes first may bring about, a chart or a cluster as well.
_PERHAPS_MADE = (PlanFault.NAMESPACE_NOT_FOUND, PlanFault.CLUSTER_NOT_ACTIVE)


def foreseen_problems(
    component: pulumi.ComponentResource,
    desired: DesiredCluster,
    places: Places,
    opts: pulumi.ResourceOptions | None,
    made_later: Iterable[PlanFault] = (),
) -> Iterator[Problem]:
    """Yield what `plan` would refuse of what a component is about.

    Each is looked up once in a run. What the component waits for may be what makes one of them, so
    then it may be missing.

    Args:
        component: Already registered, so that its provider is settled.
        desired: What the component shall make.
        places: Looks up addresses and positions.
        opts: The component's own.
        made_later: What is no problem, because the component itself makes what is missing.
    """
    cluster, context = desired.cluster, find_aws_context(component)
    observed = observe_beforehand(component, desired)
    observed, notes = named_in(context).look_up(observed, named_roles(desired))
    for note in notes:
        pulumi.info(f"not checked beforehand: {note}")
    stack = tag_value(f"{pulumi.get_project()}/{pulumi.get_stack()}")
    ownership = Ownership(cluster.cluster, stack)
    comparison = Comparison.of(desired, observed, ownership, Reporter(places))
    later = frozenset(_made_first(opts)) | frozenset(each.id for each in made_later)
    for account, problem in taken_service_accounts(comparison):
        remember_taken(cluster.cluster, account, problem)
    yield from (each for each in preview_problems(comparison) if each.id not in later)


def foreseen_of_association(
    component: pulumi.ComponentResource,
    name: str,
    args: Mapping[str, Any],
    opts: pulumi.ResourceOptions | None,
) -> Iterator[Problem]:
    """Yield as `foreseen_problems`, for the arguments of an association or role, already judged."""
    if isinstance(args["cluster_name"], str):
        cluster = PolicyContext.of(find_aws_context(component), args["cluster_name"])
        desired = described_association(args, cluster)
        makes = bool(args.get("create_namespace"))
        found = _of_arguments(component, desired, opts, makes_namespace=makes)
        yield from as_told(_each_once(found, desired), name)


def foreseen_of_addon(
    component: pulumi.ComponentResource,
    name: str,
    args: Mapping[str, Any],
    permissions: AddonPermissions,
    opts: pulumi.ResourceOptions | None,
) -> Iterator[Problem]:
    """Yield as `foreseen_problems`, for the arguments of an Addon, already judged."""
    if isinstance(args["cluster_name"], str):
        cluster = PolicyContext.of(find_aws_context(component), args["cluster_name"])
        desired = described_addon(args, permissions, cluster)
        yield from as_told(_each_once(_of_arguments(component, desired, opts), desired), name)


def _each_once(problems: Iterable[Problem], desired: DesiredCluster) -> Iterator[Problem]:
    """Yield what is about a whole cluster for the first of its components alone."""
    for problem in problems:
        if problem.id in _OF_CLUSTERS:
            key = (desired.cluster.cluster, problem.id, problem.message)
            if key in _reported:
                continue
            _reported.add(key)
        yield problem


def _of_arguments(
    component: pulumi.ComponentResource,
    desired: DesiredCluster,
    opts: pulumi.ResourceOptions | None,
    *,
    makes_namespace: bool = False,
) -> Iterator[Problem]:
    """Yield what a file's component asks of policies, too."""
    waits = bool(opts and opts.depends_on)
    made = [PlanFault.NAMESPACE_NOT_FOUND] if makes_namespace else []
    preconditions = Preconditions(component, NOWHERE)
    yield from preconditions.policy_problems(desired, may_make_policies=waits)
    yield from foreseen_problems(component, desired, NOWHERE, opts, made)


def refuse_foreseen(problems: Iterable[Problem]) -> None:
    """Refuse as `refuse` does, but let a preview go on to the other components.

    Raises:
        RefusedError: In an update, and in a plugin.
    """
    found = errors_among(problems)
    if not found:
        return
    preview = findings_of_preview()
    if preview is None:
        raise RefusedError(found)
    preview.fail(found, copy_context())


def _made_first(opts: pulumi.ResourceOptions | None) -> Iterator[str]:
    waited_for = opts.depends_on if opts else None
    things = waited_for if isinstance(waited_for, list | tuple) else [waited_for]
    if waited_for:
        yield from (each.id for each in _PERHAPS_MADE)
    for id_, kind in _MADE_BY.items():
        if any(isinstance(each, kind) for each in things):
            yield id_
