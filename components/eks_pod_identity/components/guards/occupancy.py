"""Hooks that stop a run where a name is taken; Pulumi would learn it from AWS, half-way.

Pulumi runs them for what its state does not have, so what was imported is not asked about. An
update, which may have had no preview, stops at the first; what to type is told all the same.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import pulumi
from pulumi.resource import DependencyResource

from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.facts.existing import existing_in
from eks_pod_identity.components.guards.hooks import stopping_hook
from eks_pod_identity.errors import Problem
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import AddonState
from eks_pod_identity.observed.ownership import CLUSTER_TAG, Ownership, tag_value
from eks_pod_identity.planning.occupancy import (
    addon_exists,
    already_associated,
    association_exists,
    role_exists,
)
from eks_pod_identity.planning.takeover import import_help

Hooks: TypeAlias = list[pulumi.ResourceHook | pulumi.ResourceHookFunction]
"""As a binding takes them."""
_Find = Callable[[pulumi.ResourceHookArgs], Iterable[Problem]]
_NOTHING: Mapping[str, Any] = {}
_reported: set[tuple[str, str]] = set()


def reported_beforehand(cluster: str, accounts: Iterable[str]) -> None:
    """Have nothing said of associations that the guard of a ledger has reported.

    Args:
        cluster: Their cluster.
        accounts: Their service accounts, `namespace/name`.
    """
    _reported.update((cluster, account) for account in accounts)


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

    def of_roles(self) -> Hooks:
        """Return the `before_create` of roles."""
        return self._hooks("role-occupancy", self._role_problems)

    def of_addon(self, namespace: str) -> Hooks:
        """Return the `before_create` and `before_update` of an add-on.

        Args:
            namespace: Where it runs.
        """

        def find(args: pulumi.ResourceHookArgs) -> Iterator[Problem]:
            yield from self._addon_problems(args, namespace)

        return self._hooks("addon-occupancy", find)

    def _hooks(self, name: str, find: _Find) -> Hooks:
        # Asked here: a hook runs while the engine waits for it.
        self._existing = existing_in(find_aws_context(self._component))
        return [stopping_hook(f"{self._components[-1]}-{name}", find)]

    def _association_problems(self, args: pulumi.ResourceHookArgs) -> Iterator[Problem]:
        inputs = args.new_inputs or _NOTHING
        cluster, namespace, name = map(inputs.get, ("clusterName", "namespace", "serviceAccount"))
        if not (cluster and namespace and name):  # not known yet
            return
        found = self._existing.association(cluster, ServiceAccountRef(namespace, name))
        if found and (cluster, f"{namespace}/{name}") not in _reported:
            help_ = import_help(args.urn, self._components, f"{cluster},{found.id}")
            yield association_exists(args.name, found, _ownership(cluster), help_)

    def _role_problems(self, args: pulumi.ResourceHookArgs) -> Iterator[Problem]:
        name = (args.new_inputs or _NOTHING).get("name")
        found = self._existing.role(name) if name else None
        if found:
            help_ = import_help(args.urn, self._components, found.name)
            owner = _ownership(found.tags.get(CLUSTER_TAG, ""))
            path = (args.new_inputs or _NOTHING).get("path") or "/"
            yield role_exists(args.name, found, owner, help_, path)

    def _addon_problems(self, args: pulumi.ResourceHookArgs, namespace: str) -> Iterator[Problem]:
        inputs = args.new_inputs or _NOTHING
        cluster, addon = inputs.get("clusterName"), inputs.get("addonName")
        if not (cluster and addon):
            return
        is_created = args.old_inputs is None
        if is_created and (installed := self._existing.addon(cluster, addon)):
            if _is_moved(inputs, installed) and _ownership(cluster).owns(installed):
                return  # it would be replaced, and its namespace has been reported
            help_ = import_help(args.urn, self._components, f"{cluster}:{addon}")
            yield addon_exists(args.name, installed, _ownership(cluster), help_)
            return
        for account in _accounts(inputs) - _accounts(args.old_inputs or _NOTHING):
            if (cluster, f"{namespace}/{account}") in _reported:
                continue
            found = self._existing.association(cluster, ServiceAccountRef(namespace, account))
            # What its name owns before it is made was kept by `preserve`, and keeps it from coming.
            if found and (is_created or found.owner_addon != addon):
                yield already_associated(args.name, addon, found)


def _ownership(cluster: str) -> Ownership:
    return Ownership(cluster, tag_value(f"{pulumi.get_project()}/{pulumi.get_stack()}"))


def _is_moved(inputs: Mapping[str, Any], installed: AddonState) -> bool:
    wanted = (inputs.get("namespaceConfig") or _NOTHING).get("namespace")
    return wanted is not None and installed.namespace not in {None, wanted}


def _accounts(inputs: Mapping[str, Any]) -> frozenset[str]:
    entries = inputs.get("podIdentityAssociations") or ()
    return frozenset(entry["serviceAccount"] for entry in entries)
