"""What stops a run that would take over a Kubernetes service account of others.

In: the component that makes service accounts, or what the engine tells of one. Out: problems.
"""

import os
from collections.abc import Iterator
from dataclasses import replace

import pulumi

from eks_pod_identity.components.guards.hooks import stopping_hook
from eks_pod_identity.errors import Place, Problem
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.ownership import (
    CLUSTER_TAG,
    MANAGED_BY_LABEL,
    MANAGER,
    STACK_TAG,
)
from eks_pod_identity.planning.argument_fault import ArgumentFault
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.planning.service_accounts import takeover_ways_out

_UPSERT_SETTING = "upsertExistingObjects"
_taken: dict[tuple[str, ServiceAccountRef], Problem] = {}
_UPSERT_VARIABLE = "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"


def takeover_guard(name: str) -> pulumi.ResourceHookBinding:
    """Return the hooks that all service accounts of a component share.

    Args:
        name: The name of the component, for messages.
    """
    hook = stopping_hook(f"{name}-takeover-guard", _takeover_problems)
    taken = stopping_hook(f"{name}-account-occupancy", _taken_problems)
    return pulumi.ResourceHookBinding(before_create=[taken], before_update=[hook])


def remember_taken(cluster: str, account: ServiceAccountRef, problem: Problem) -> None:
    """Keep what is to be said if the run is about to make an account that others have made."""
    _taken[cluster, account] = problem


def _taken_problems(args: pulumi.ResourceHookArgs) -> Iterator[Problem]:
    metadata = (args.new_inputs or {}).get("metadata") or {}
    cluster = (metadata.get("annotations") or {}).get(CLUSTER_TAG, "")
    account = ServiceAccountRef(metadata.get("namespace", ""), metadata.get("name", ""))
    if found := _taken.get((cluster, account)):
        # Without a file, the resource is the address.
        yield found if found.places else replace(found, address=args.name)


def _takeover_problems(args: pulumi.ResourceHookArgs) -> Iterator[Problem]:
    """Yield that our marks would be put on an account that has none of them.

    Pulumi knows an object by its name, so a refresh cannot tell ours from one that was made after
    it; the update would then mark it as ours, and a destroy delete it.
    """
    metadata = (args.old_outputs or {}).get("metadata") or {}
    labels, annotations = metadata.get("labels") or {}, metadata.get("annotations") or {}
    if STACK_TAG in annotations or labels.get(MANAGED_BY_LABEL) == MANAGER:
        return
    ref = ServiceAccountRef(metadata.get("namespace", ""), metadata.get("name", ""))
    manager = labels.get(MANAGED_BY_LABEL)
    wanted = (args.new_inputs or {})["metadata"]["annotations"]
    yield Problem(
        PlanFault.SERVICE_ACCOUNT_EXISTS.id,
        args.name,
        f"service account {ref} has lost the marks of this stack: others made it anew",
        observed=(f"{MANAGED_BY_LABEL}: {manager}",) if manager else (),
        help=(
            *takeover_ways_out(ref, wanted[CLUSTER_TAG], wanted[STACK_TAG]),
            f"pulumi state delete '{args.urn}'\nand have it made no more, to leave it to them",
        ),
    )


def upsert_problems(
    component: pulumi.ComponentResource, address: str, places: tuple[Place, ...] = ()
) -> Iterator[Problem]:
    """Yield that the Kubernetes provider would take over a service account of others.

    The setting of an explicit provider cannot be seen from here.

    Args:
        component: Already registered, so that its provider is settled.
        address: Where a service account is asked for.
        places: The same in a file.
    """
    for setting, undo in _upserts(component):
        yield Problem(
            ArgumentFault.KUBERNETES_PROVIDER_UPSERTS.id,
            address,
            "a service account that exists would be taken over, and deleted with this one",
            places=places,
            observed=(f"{setting} is true",),
            help=(undo, "leave the service account to whoever makes it: an association needs none"),
        )


def _upserts(component: pulumi.ComponentResource) -> Iterator[tuple[str, str]]:
    # The setting wins over the variable (provider/pkg/provider/provider.go, Configure); the
    # stack's configuration reaches the default provider alone.
    explicit = component.get_provider("kubernetes:core/v1:ServiceAccount")
    setting = None if explicit else pulumi.Config("kubernetes").get(_UPSERT_SETTING)
    if setting == "true":
        yield f"kubernetes:{_UPSERT_SETTING}", f"pulumi config rm kubernetes:{_UPSERT_SETTING}"
    elif setting is None and os.environ.get(_UPSERT_VARIABLE) == "true":
        yield _UPSERT_VARIABLE, f"unset {_UPSERT_VARIABLE}"
