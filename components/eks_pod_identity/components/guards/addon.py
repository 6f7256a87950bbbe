"""Hooks of an add-on that stop a run before it loses associations, its IRSA role or tags.

They decide by what is declared and what there is. The state may have been refreshed, imported or
neither, so the old outputs are what it has last seen, and EKS is asked where a change would replace
the list: 1 + the number of owned associations reads, and none for what does not change.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pulumi

from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.facts.existing import existing_in
from eks_pod_identity.components.guards.declared import DeclaredAddon
from eks_pod_identity.components.guards.hooks import stopping_hook
from eks_pod_identity.components.guards.role_spread import role_spread_hook
from eks_pod_identity.errors import Problem
from eks_pod_identity.observed.cluster import Association
from eks_pod_identity.observed.ownership import user_tags
from eks_pod_identity.planning.addon_checks import busy
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.planning.ledger.attributes import (
    Attribute,
    attribute_problems,
    omitted_attributes,
)
from eks_pod_identity.planning.ledger.undeclared import undeclared, undeclared_problem

_LIST = "podIdentityAssociations"
_NOTHING: Mapping[str, Any] = {}


class AddonGuard:
    """Judges each update of one add-on."""

    def __init__(self, component: pulumi.ComponentResource, declared: DeclaredAddon) -> None:
        """Take in what is declared.

        Args:
            component: Already registered, so that its provider is settled.
            declared: The add-on, as its user declares it.
        """
        self._declared = declared
        self._is_lost = False
        self._existing = existing_in(find_aws_context(component))
        # Read here: a hook may run outside of the program's context.
        self._stack = f"{pulumi.get_project()}/{pulumi.get_stack()}"

    @property
    def is_omission_found(self) -> bool:
        """Whether this run is refused because the add-on's list is omitted."""
        return self._is_lost

    def hooks(self) -> pulumi.ResourceHookBinding:
        """Return the hooks of the add-on."""
        guard = stopping_hook(f"{self._declared.name}-omission-guard", self._find)
        spread = role_spread_hook(self._declared.name)
        return pulumi.ResourceHookBinding(before_update=[guard], on_error=[spread])

    def _find(self, args: pulumi.ResourceHookArgs) -> Iterator[Problem]:
        before, now = _before(args), args.new_inputs or _NOTHING
        yield from self._busy(before)
        if now.get(_LIST) is None:
            yield from self._omitted(before)
        elif now[_LIST] and _differ(before.get(_LIST), now[_LIST]):
            yield from self._undeclared(before, {_account(each) for each in now[_LIST]})
        if before.get("serviceAccountRoleArn") and not now.get("serviceAccountRoleArn"):
            yield _irsa_role_removed(self._declared, before)
        yield from _tag_problems(self._declared, before)

    def _busy(self, before: Mapping[str, Any]) -> Iterator[Problem]:
        cluster, addon = before.get("clusterName"), before.get("addonName")
        installed = self._existing.addon(cluster, addon) if cluster and addon else None
        declarer = self._declared.declarer
        if installed and (found := busy(installed, declarer.address, declarer.places)):
            yield found

    def _omitted(self, before: Mapping[str, Any]) -> Iterator[Problem]:
        former = self._declared.former
        if former and former.accounts_of(self._declared.addon):
            self._is_lost = True
            return  # the guard of the ledger reports it
        known = {_account(each): str(each.get("roleArn")) for each in before.get(_LIST) or ()}
        lost = known or {each.service_account.name: each.role_arn for each in self._owned(before)}
        if lost:
            self._is_lost = True
            yield _associations_omitted(self._declared, lost)

    def _undeclared(self, before: Mapping[str, Any], now: Collection[str]) -> Iterator[Problem]:
        known = self._declared.formerly(before)
        for each in undeclared(self._owned(before), now, known):
            if not self._existing.has_role_for(each, self._stack):
                declared = self._declared
                yield undeclared_problem(
                    declared.addon, each, declared.list_address, declared.declarer.places
                )

    def _owned(self, before: Mapping[str, Any]) -> tuple[Association, ...]:
        cluster, addon = before.get("clusterName"), before.get("addonName")
        return self._existing.owned(cluster, addon) if cluster and addon else ()


def tag_guard(declared: DeclaredAddon) -> pulumi.ResourceHook:
    """Return the hook of an add-on that has no associations of its own, the agent."""

    def find(args: pulumi.ResourceHookArgs) -> Iterator[Problem]:
        yield from _tag_problems(declared, _before(args))

    return stopping_hook(f"{declared.name}-omission-guard", find)


def _tag_problems(declared: DeclaredAddon, before: Mapping[str, Any]) -> Iterator[Problem]:
    tags = user_tags(before.get("tags") or _NOTHING)
    held = {Attribute.TAGS: ", ".join(f"{key}={tags[key]}" for key in sorted(tags))}
    omitted = omitted_attributes(declared.args) if tags else ()
    yield from attribute_problems(omitted, held, declared.declarer)


def _before(args: pulumi.ResourceHookArgs) -> Mapping[str, Any]:
    """Return what the state has last seen in AWS; inputs may be older, and a refresh omits some."""
    return {**(args.old_inputs or _NOTHING), **_present(args.old_outputs or _NOTHING)}


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _account(entry: Mapping[str, Any]) -> str:
    return str(entry.get("serviceAccount"))


def _differ(before: Any, now: Any) -> bool:  # noqa: ANN401 - what the engine hands over
    """Tell whether EKS would get the list; a role that is not known yet counts as another one."""
    return _pairs(before) != _pairs(now)


def _pairs(entries: Any) -> set[tuple[str, str]]:  # noqa: ANN401 - as `_differ`
    return {(_account(each), str(each.get("roleArn"))) for each in entries or ()}


def _associations_omitted(declared: DeclaredAddon, lost: Mapping[str, str]) -> Problem:
    return Problem(
        PlanFault.ADDON_ASSOCIATIONS_OMITTED.id,
        declared.list_address,
        f'omitted, but add-on "{declared.addon}" owns {len(lost)} of them',
        places=declared.declarer.places,
        observed=tuple(f"{account} -> {lost[account]}" for account in sorted(lost)),
        help=("to keep what is there, put the list back", f"to remove it, {declared.clearing}"),
    )


def _irsa_role_removed(declared: DeclaredAddon, before: Mapping[str, Any]) -> Problem:
    addon = f"--cluster-name {before['clusterName']} --addon-name {before['addonName']}"
    # It would send an empty ARN, which EKS refuses while the run is half done
    # (https://github.com/hashicorp/terraform-provider-aws/issues/30645); UpdateAddon without a
    # role takes the role away.
    return Problem(
        PlanFault.ADDON_IRSA_ROLE_REMOVED.id,
        declared.irsa_address,
        f'removed, but the AWS provider cannot take it away from "{before["addonName"]}"',
        places=declared.declarer.places,
        observed=(before["serviceAccountRoleArn"],),
        help=(f"aws eks update-addon {addon}\npulumi refresh",),
    )
