"""A Kubernetes service account and its namespace, registered under whatever component asks.

In: names, and what they wait for. Out: resources of Pulumi's Kubernetes provider. It never takes
over what is there: that provider refuses to make an account that exists (since 4.29,
https://github.com/pulumi/pulumi-kubernetes/pull/4278) unless it is set to upsert, and then
`upsert_problems` refuses. It never deletes what it did not make: a namespace is left in place,
for whatever else lives there would go with it.
"""

import os
from collections.abc import Iterator, Sequence

import pulumi
import pulumi_kubernetes as kubernetes

from eks_pod_identity.errors import Place, Problem
from eks_pod_identity.ownership import MANAGED_BY_LABEL, MANAGER, ownership_tags

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
    return kubernetes.core.v1.NamespacePatch(
        name,
        metadata={"name": namespace},
        opts=pulumi.ResourceOptions(parent=parent, depends_on=depends_on, retain_on_delete=True),
    )


def make_service_account(  # noqa: PLR0913 - an account has this many facts
    parent: pulumi.ComponentResource,
    name: str,
    cluster: pulumi.Input[str],
    namespace: pulumi.Input[str],
    account: pulumi.Input[str],
    *,
    depends_on: Sequence[pulumi.Input[pulumi.Resource]] = (),
) -> pulumi.Resource:
    """Make a service account that says whose it is."""
    annotations = pulumi.Output.from_input(cluster).apply(
        lambda known: ownership_tags(known, None, None)
    )
    return kubernetes.core.v1.ServiceAccount(
        name,
        metadata={
            "name": account,
            "namespace": namespace,
            "labels": {MANAGED_BY_LABEL: MANAGER},
            "annotations": annotations,
        },
        opts=pulumi.ResourceOptions(parent=parent, depends_on=depends_on),
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
