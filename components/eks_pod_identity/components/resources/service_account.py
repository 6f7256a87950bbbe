"""A Kubernetes service account and its namespace, registered under whatever component asks.

In: names, and what they wait for. Out: resources of Pulumi's Kubernetes provider. It never takes
over what is there: that provider refuses to make an account that exists (since 4.29,
https://github.com/pulumi/pulumi-kubernetes/pull/4278) unless it is set to upsert, and then
`upsert_problems` refuses. One that others made anew, which a refresh brings into the state, stops
the run by `takeover_guard`. It never deletes what it did not make: a namespace is left in place,
for whatever else lives there would go with it.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pulumi
from pulumi_kubernetes import _utilities as kubernetes_sdk

from eks_pod_identity.components.guards.hooks import stopping_hook
from eks_pod_identity.components.resources.tags import MANAGED_BY_LABEL, MANAGER, ownership_tags
from eks_pod_identity.errors import Place, Problem
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.ownership import CLUSTER_TAG, STACK_TAG
from eks_pod_identity.planning.service_accounts import takeover_ways_out

_UPSERT_SETTING = "upsertExistingObjects"
_UPSERT_VARIABLE = "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"


def make_namespace(
    parent: pulumi.ComponentResource,
    name: str,
    namespace: pulumi.Input[str],
    *,
    depends_on: Sequence[pulumi.Input[pulumi.Resource]] = (),
) -> pulumi.Resource:
    """Make a namespace if there is none, and leave it in place for good.

    A Patch resource is applied, so one that exists is no error and several components may ask for
    the same; it says nothing of the namespace but its name, so there is nothing to take back.
    """
    return _make_object(
        "kubernetes:core/v1:NamespacePatch",
        name,
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}},
        pulumi.ResourceOptions(parent=parent, depends_on=depends_on, retain_on_delete=True),
    )


def make_service_account(  # noqa: PLR0913 - an account has this many facts
    parent: pulumi.ComponentResource,
    name: str,
    cluster: pulumi.Input[str],
    namespace: pulumi.Input[str],
    account: pulumi.Input[str],
    *,
    hooks: pulumi.ResourceHookBinding,
    depends_on: Sequence[pulumi.Input[pulumi.Resource]] = (),
) -> pulumi.Resource:
    """Make a service account that says whose it is."""
    annotations = pulumi.Output.from_input(cluster).apply(
        lambda known: ownership_tags(known, None, None)
    )
    metadata = {
        "name": account,
        "namespace": namespace,
        "labels": {MANAGED_BY_LABEL: MANAGER},
        "annotations": annotations,
    }
    return _make_object(
        "kubernetes:core/v1:ServiceAccount",
        name,
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata},
        pulumi.ResourceOptions(parent=parent, depends_on=depends_on, hooks=hooks),
    )


def _make_object(
    token: str, name: str, props: Mapping[str, Any], opts: pulumi.ResourceOptions
) -> pulumi.Resource:
    # The SDK's class would send the same, but half a second later: the import of `core.v1` makes
    # the classes of all its kinds.
    defaults = kubernetes_sdk.get_resource_opts_defaults()
    return pulumi.CustomResource(
        token, name, dict(props), pulumi.ResourceOptions.merge(defaults, opts)
    )


def takeover_guard(name: str) -> pulumi.ResourceHookBinding:
    """Return the hooks that all service accounts of a component share.

    Args:
        name: The name of the component, for messages.
    """
    hook = stopping_hook(f"{name}-takeover-guard", _takeover_problems)
    return pulumi.ResourceHookBinding(before_update=[hook])


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
        "service-account-exists",
        args.name,
        f"service account {ref} has lost the marks of this stack: others made it anew",
        observed=(f"{MANAGED_BY_LABEL}: {manager}",) if manager else (),
        help=takeover_ways_out(ref, wanted[CLUSTER_TAG], wanted[STACK_TAG]),
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
            "kubernetes-provider-upserts",
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
