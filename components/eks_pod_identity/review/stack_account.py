"""What a stack's state, or a preview, makes of an account: associations, roles, policies.

In: resources of pulumi-aws. Out: the same values that reading AWS gives, so that the same questions
can be asked. What a preview does not know yet is followed by its dependencies: an association whose
role has no ARN yet depends on that role. Documents that are secrets or not known are left open.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from eks_pod_identity.names import Arn, ServiceAccountRef, cluster_arn, parse_arn
from eks_pod_identity.observed.account import AccountState, ManagedPolicy
from eks_pod_identity.observed.cluster import (
    Association,
    ClusterState,
    Role,
    sorted_associations,
)
from eks_pod_identity.observed.stack import StackResource
from eks_pod_identity.review.access_change import hidden
from eks_pod_identity.review.role_trust import ASSOCIATION, ROLE

Json: TypeAlias = Any
_INLINE = "aws:iam/rolePolicy:RolePolicy"
_ATTACHED = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_MANAGED = "aws:iam/policy:Policy"
_PROVIDER = "pulumi:providers:aws"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a stack's resources live, as far as it does not say so itself.

    Attributes:
        account: The account's id; empty if it is not known.
        region: The region; empty if it is not known.
        partition: The partition.
    """

    account: str = ""
    region: str = ""
    partition: str = "aws"


def surroundings_of(resources: Iterable[StackResource], told: Surroundings) -> Surroundings:
    """Return where resources live: as told, else as their ARNs and their provider say."""
    found = tuple(resources)
    arns = [each for each in map(_own_arn, found) if each and each.account.isdigit()]
    first = arns[0] if arns else None
    regions = (_text(each.inputs.get("region")) for each in found if each.type == _PROVIDER)
    by_arn = (each.region for each in arns)
    return Surroundings(
        told.account or (first.account if first else ""),
        told.region or next(filter(None, (*by_arn, *regions)), ""),
        first.partition if first else told.partition,
    )


def account_of_stack(resources: Iterable[StackResource], where: Surroundings) -> AccountState:
    """Return what a stack makes of its account.

    Args:
        resources: As they are, or as they will be.
        where: Where they live.
    """
    return _Stack(tuple(resources), where).account()


class _Stack:
    """The resources of a stack, joined by names, ARNs and dependencies."""

    def __init__(self, resources: tuple[StackResource, ...], where: Surroundings) -> None:
        self._resources = resources
        self._where = where

    def account(self) -> AccountState:
        policies = {each.arn: each for each in map(self._managed, self._of(_MANAGED))}
        roles = {each.arn: each for each in map(self._role, self._of(ROLE))}
        return AccountState(tuple(self._clusters()), roles, policies=policies)

    def _of(self, type_: str) -> Iterator[StackResource]:
        return (each for each in self._resources if each.type == type_)

    @cached_property
    def _by_urn(self) -> Mapping[str, StackResource]:
        return {each.urn: each for each in self._resources}

    def _arn(self, resource: StackResource, kind: str) -> str:
        known = _text(resource.outputs.get("arn"))
        path = _text(resource.inputs.get("path")) or "/"
        name = f"{kind}{path}{_name(resource)}"
        return known or str(Arn(self._where.partition, "iam", "", self._where.account, name))

    def _target(self, resource: StackResource, key: str) -> StackResource | None:
        """Return the resource that a property is of, if it is the only one it depends on."""
        depends = resource.options.get("propertyDependencies") or {}
        named = [self._by_urn[urn] for urn in depends.get(key) or () if urn in self._by_urn]
        fitting = [each for each in named if each.type in {ROLE, _MANAGED}]
        return fitting[0] if len(fitting) == 1 else None

    def _names_role(self, resource: StackResource, role: StackResource) -> bool:
        told = _text(resource.inputs.get("role"))
        if told:
            return told.rpartition("/")[2] == _name(role)
        target = self._target(resource, "role")
        return target is not None and target.urn == role.urn

    def _arn_in(self, resource: StackResource, key: str, kind: str) -> str:
        told = _text(resource.inputs.get(key)) or _text(resource.outputs.get(key))
        target = None if told else self._target(resource, key)
        return told or (self._arn(target, kind) if target else "")

    def _managed(self, resource: StackResource) -> ManagedPolicy:
        document = _document(resource.inputs.get("policy"))
        return ManagedPolicy(self._arn(resource, "policy"), _name(resource), document)

    def _role(self, resource: StackResource) -> Role:
        attached = [
            self._arn_in(each, "policyArn", "policy")
            for each in self._of(_ATTACHED)
            if self._names_role(each, resource)
        ]
        own = resource.inputs.get("managedPolicyArns") or ()
        return Role(
            self._arn(resource, "role"),
            _name(resource),
            _document(resource.inputs.get("assumeRolePolicy")),
            tuple(sorted({*attached, *(_text(each) for each in own)})),
            dict(self._inline(resource)),
            _text(resource.inputs.get("permissionsBoundary")) or None,
            _tags(resource),
        )

    def _inline(self, role: StackResource) -> Iterator[tuple[str, Json]]:
        for each in role.inputs.get("inlinePolicies") or ():
            if isinstance(each, Mapping):
                yield _text(each.get("name")), _document(each.get("policy"))
        for policy in self._of(_INLINE):
            if self._names_role(policy, role):
                yield _name(policy), _document(policy.inputs.get("policy"))

    def _clusters(self) -> Iterator[ClusterState]:
        by_arn: dict[str, list[Association]] = {}
        for each in self._of(ASSOCIATION):
            name = _text(each.inputs.get("clusterName"))
            if name:
                by_arn.setdefault(self._cluster_arn(each, name), []).append(self._association(each))
        for arn, found in sorted(by_arn.items()):
            yield ClusterState(
                arn.rpartition("/")[2], arn, "", associations=sorted_associations(found)
            )

    def _cluster_arn(self, resource: StackResource, name: str) -> str:
        own = _own_arn(resource)
        region = (own.region if own else "") or _text(resource.inputs.get("region"))
        where = self._where
        return cluster_arn(where.partition, region or where.region, where.account, name)

    def _association(self, resource: StackResource) -> Association:
        values = {**resource.inputs, **resource.outputs}
        policy = values.get("policy")
        return Association(
            _text(values.get("associationId")) or resource.name,
            _text(values.get("associationArn")),
            ServiceAccountRef(_text(values.get("namespace")), _text(values.get("serviceAccount"))),
            self._arn_in(resource, "roleArn", "role"),
            target_role_arn=self._arn_in(resource, "targetRoleArn", "role") or None,
            disable_session_tags=values.get("disableSessionTags") is True,
            policy=policy if isinstance(policy, str) and policy else None,
            external_id=_text(resource.outputs.get("externalId")) or None,
            tags=_tags(resource),
        )


def _own_arn(resource: StackResource) -> Arn | None:
    outputs = resource.outputs
    return parse_arn(_text(outputs.get("associationArn")) or _text(outputs.get("arn")))


def _name(resource: StackResource) -> str:
    known = _text(resource.outputs.get("name")) or _text(resource.inputs.get("name"))
    return known or resource.name


def _tags(resource: StackResource) -> dict[str, str]:
    found = resource.outputs.get("tagsAll") or resource.inputs.get("tags") or {}
    return {key: _text(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _document(value: Json) -> Json:
    return None if value is None or hidden((value,)) else value


def _text(value: Json) -> str:
    return value if isinstance(value, str) and not hidden((value,)) else ""
