"""Hooks that stop a preview where a name is taken; Pulumi would learn it from AWS, half-way.

Pulumi runs them for what its state does not have, so what was imported is not asked about. They
look at AWS in previews only: an update has had its preview, or takes AWS's own refusal.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

import pulumi
from pulumi.resource import DependencyResource

from eks_pod_identity.aws.occupants import Occupants
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.errors import Problem
from eks_pod_identity.guard import stopping_hook
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.planning.occupancy import (
    addon_exists,
    already_associated,
    association_exists,
)
from eks_pod_identity.planning.ownership import Ownership, tag_value
from eks_pod_identity.planning.takeover import import_help
from eks_pod_identity.surroundings import find_surroundings

Hooks: TypeAlias = list[pulumi.ResourceHook | pulumi.ResourceHookFunction]
"""As a binding takes them; empty in an update."""
_Find = Callable[[pulumi.ResourceHookArgs], Iterable[Problem]]
_NOTHING: Mapping[str, Any] = {}


class Occupancy:
    """Makes the hooks of the resources of one component."""

    def __init__(
        self,
        component: pulumi.ComponentResource,
        around: pulumi.Resource | None = None,
    ) -> None:
        """Take in where to look.

        Args:
            component: Whose resources they are.
            around: The component around it, if it has one.
        """
        # In a plugin the component around it is known by its URN alone.
        named = [] if around is None or isinstance(around, DependencyResource) else [around]
        self._components = [each.pulumi_resource_name for each in (*named, component)]
        self._component = component

    def of_associations(self) -> Hooks:
        """Return the `before_create` of associations."""
        return self._hooks("association-occupancy", self._association_problems)

    def of_addon(self, namespace: str) -> Hooks:
        """Return the `before_create` and `before_update` of an add-on.

        Args:
            namespace: Where it runs.
        """

        def find(args: pulumi.ResourceHookArgs) -> Iterator[Problem]:
            yield from self._addon_problems(args, namespace)

        return self._hooks("addon-occupancy", find)

    def _hooks(self, name: str, find: _Find) -> Hooks:
        if not pulumi.runtime.is_dry_run():
            return []
        # Asked here: a hook runs while the engine waits for it.
        here = find_surroundings(self._component)
        profile = pulumi.Config("aws").get("profile")
        self._occupants = _occupants(here.region, profile, here.account)

        return [stopping_hook(f"{self._components[-1]}-{name}", find)]

    def _association_problems(self, args: pulumi.ResourceHookArgs) -> Iterator[Problem]:
        inputs = args.new_inputs or _NOTHING
        cluster, namespace, name = map(inputs.get, ("clusterName", "namespace", "serviceAccount"))
        if not (cluster and namespace and name):  # not known yet
            return
        found = self._occupants.association(cluster, ServiceAccountRef(namespace, name))
        if found:
            help_ = import_help(args.urn, self._components, f"{cluster},{found.id}")
            yield association_exists(args.name, found, _ownership(cluster), help_)

    def _addon_problems(self, args: pulumi.ResourceHookArgs, namespace: str) -> Iterator[Problem]:
        inputs = args.new_inputs or _NOTHING
        cluster, addon = inputs.get("clusterName"), inputs.get("addonName")
        if not (cluster and addon):
            return
        is_created = args.old_inputs is None
        if is_created and (installed := self._occupants.addon(cluster, addon)):
            help_ = import_help(args.urn, self._components, f"{cluster}:{addon}")
            yield addon_exists(args.name, installed, _ownership(cluster), help_)
            return
        for account in _accounts(inputs) - _accounts(args.old_inputs or _NOTHING):
            found = self._occupants.association(cluster, ServiceAccountRef(namespace, account))
            if found and found.owner_addon != addon:
                yield already_associated(args.name, addon, found)


@cache
def _occupants(region: str, profile: str | None, account: str) -> Occupants:
    return Occupants(AwsSession(region, profile), account)


def _ownership(cluster: str) -> Ownership:
    return Ownership(cluster, tag_value(f"{pulumi.get_project()}/{pulumi.get_stack()}"))


def _accounts(inputs: Mapping[str, Any]) -> frozenset[str]:
    entries = inputs.get("podIdentityAssociations") or ()
    return frozenset(entry["serviceAccount"] for entry in entries)
