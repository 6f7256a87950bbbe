"""A Kubernetes service account and its namespace, registered under whatever component asks.

In: names, and what they wait for. Out: resources of Pulumi's Kubernetes provider. It never takes
over what is there: that provider refuses to make an account that exists (since 4.29,
https://github.com/pulumi/pulumi-kubernetes/pull/4278) unless it is set to upsert, and then
`upsert_problems` refuses. One that others made anew, which a refresh brings into the state, stops
the run by `takeover_guard`. It never deletes what it did not make: a namespace is left in place,
for whatever else lives there would go with it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

import pulumi

from eks_pod_identity.components.resources.tags import ownership_tags
from eks_pod_identity.observed.ownership import MANAGED_BY_LABEL, MANAGER


@cache
def _sdk_version() -> str:
    return version("pulumi_kubernetes")


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
    # the classes of all its kinds. Like the class, this asks for the plugin of the SDK's version.
    defaults = pulumi.ResourceOptions(version=_sdk_version())
    return pulumi.CustomResource(
        token, name, dict(props), pulumi.ResourceOptions.merge(defaults, opts)
    )
