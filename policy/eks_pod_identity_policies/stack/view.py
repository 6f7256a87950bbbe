"""The resources of a stack, joined: which role an association has, which policies a role.

In: resources with outputs and dependencies. Out: the same, found by what they stand for. While an
ARN is unknown, the resource that a property was made from is the only sign of what it will be.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeAlias

from eks_pod_identity_policies.association import Association, associations_of
from eks_pod_identity_policies.documents import IDENTITY_TYPES, Source, identity_policies_of
from eks_pod_identity_policies.resource import (
    ADDONS,
    ASSOCIATIONS,
    CLUSTERS,
    ROLES,
    SERVICE_ACCOUNTS,
    Resource,
)
from eks_pod_identity_policies.stack.name import Names, account_in
from eks_pod_identity_policies.values import UNKNOWN, Plain, has_unknown, objects, texts

Held: TypeAlias = tuple[Resource, Source]

_ATTACHMENTS: Mapping[str, tuple[str, str]] = {
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ("role", "policyArn"),
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": (
        "roleName",
        "policyArns",
    ),
    "aws:iam/policyAttachment:PolicyAttachment": ("roles", "policyArn"),
}
_ROLE_POLICIES: Mapping[str, str] = {
    "aws:iam/rolePolicy:RolePolicy": "role",
    "aws-native:iam:RolePolicy": "roleName",
}
_NATIVE_MANAGED = "aws-native:iam:ManagedPolicy"
_MANAGED_POLICIES = frozenset({"aws:iam/policy:Policy", _NATIVE_MANAGED})
JOINED_TYPES = (
    IDENTITY_TYPES
    | ASSOCIATIONS
    | ADDONS
    | CLUSTERS
    | SERVICE_ACCOUNTS
    | _ATTACHMENTS.keys()
    | _ROLE_POLICIES.keys()
)


class Stack:
    """All resources of one operation."""

    def __init__(self, resources: tuple[Resource, ...]) -> None:
        self.resources = resources

    @cached_property
    def by_urn(self) -> dict[str, Resource]:
        """The resources by URN."""
        return {resource.urn: resource for resource in self.resources}

    @cached_property
    def roles(self) -> tuple[Resource, ...]:
        """The IAM roles."""
        return tuple(self.of_types(ROLES))

    @cached_property
    def _role_names(self) -> Names:
        """The roles by all that other resources may call them: ARN, name, id."""
        return Names(self.roles, ("arn", "name", "roleName", "id"))

    @cached_property
    def _policy_names(self) -> Names:
        """The managed policies by ARN and name."""
        policies = self.of_types(_MANAGED_POLICIES)
        return Names(policies, ("arn", "policyArn", "name", "managedPolicyName"))

    @cached_property
    def permissions(self) -> dict[str, tuple[Held, ...]]:
        """For the URN of each role the documents of its permissions, wherever they stand."""
        held: dict[str, list[Held]] = {role.urn: [] for role in self.roles}
        for role in self.roles:
            held[role.urn] += _documents(role)
            for policy in self._managed_by_list(role):
                held[role.urn] += _documents(policy)
        for resource in self.resources:
            for role, document in self._held_through(resource):
                held[role.urn].append(document)
        return {urn: tuple(documents) for urn, documents in held.items()}

    @cached_property
    def given_policies(self) -> dict[str, frozenset[str]]:
        """For the URN of each role the ARNs of attached policies that are not of this stack."""
        own = {arn for each in self.of_types(_MANAGED_POLICIES) for arn in texts(each.get("arn"))}
        given = {role.urn: set(texts(role.get("managedPolicyArns"))) for role in self.roles}
        for resource in self.resources:
            if resource.type in _ATTACHMENTS:
                role_prop, policy_prop = _ATTACHMENTS[resource.type]
                for role in self._roles_named(resource, role_prop):
                    given[role.urn] |= set(texts(resource.get(policy_prop)))
        return {urn: frozenset(arns - own) for urn, arns in given.items()}

    @cached_property
    def associations(self) -> tuple[Association, ...]:
        """The associations, standalone ones and those of add-ons."""
        owners = self.of_types(ASSOCIATIONS | ADDONS)
        return tuple(each for owner in owners for each in associations_of(owner))

    def role_of(self, association: Association) -> Resource | None:
        """Return the role of an association, if it is of this stack."""
        prop = "podIdentityAssociations" if association.path else "roleArn"
        return self.role_named(association.owner, prop, association.role)

    def target_of(self, association: Association) -> Resource | None:
        """Return the target role of an association, if it is of this stack."""
        if association.target_role is None:
            return None
        found = self.role_named(association.owner, "targetRoleArn", association.target_role)
        # A role of another account may be called as one of this stack.
        surely = found and (texts(found.get("arn")) or not texts(association.target_role))
        return found if surely or _share_account(association) else None

    def cluster_of(self, association: Association) -> Plain:
        """Return the name of an association's cluster, or what stands for it: a URN."""
        if isinstance(association.cluster, str):
            return association.cluster
        found = list(self._made_from(association.owner, "clusterName", CLUSTERS))
        if len(found) != 1:
            return UNKNOWN
        name = found[0].get("name")
        return name if isinstance(name, str) else found[0].urn

    @cached_property
    def annotations(self) -> tuple[tuple[Resource, str, Mapping[str, Plain]], ...]:
        """The annotations of service accounts, by `namespace/name`, with who declares them."""
        return tuple(
            (resource, *found)
            for resource in self.of_types(SERVICE_ACCOUNTS)
            for found in _annotated(resource)
        )

    def of_types(self, types: frozenset[str]) -> Iterator[Resource]:
        """Yield the resources of some types."""
        return (resource for resource in self.resources if resource.type in types)

    def role_named(self, owner: Resource, prop: str, value: Plain = None) -> Resource | None:
        """Return the role of this stack that a property means, by ARN, name or dependency."""
        wanted = texts(owner.get(prop) if value is None else value)
        for name in wanted:
            if found := self._role_names.meant(name, owner, self._made_from(owner, prop, ROLES)):
                return found
        made_from = list(self._made_from(owner, prop, ROLES)) if not wanted else []
        return made_from[0] if len(made_from) == 1 else None

    def _made_from(
        self, resource: Resource, prop: str, types: frozenset[str]
    ) -> Iterator[Resource]:
        for urn in resource.dependencies.get(prop, ()):
            found = self.by_urn.get(urn)
            if found is not None and found.type in types:
                yield found

    def _held_through(self, resource: Resource) -> Iterator[tuple[Resource, Held]]:
        """Yield roles with the documents that a resource gives them."""
        if resource.type in _ROLE_POLICIES:
            roles = self._roles_named(resource, _ROLE_POLICIES[resource.type])
            policies: Iterable[Resource] = (resource,)
        elif resource.type in _ATTACHMENTS:
            role_prop, policy_prop = _ATTACHMENTS[resource.type]
            roles = self._roles_named(resource, role_prop)
            policies = tuple(self._policies(resource, policy_prop))
        elif resource.type == _NATIVE_MANAGED:
            roles = self._roles_named(resource, "roles")
            policies = (resource,)
        else:
            return
        for role in roles:
            yield from ((role, each) for policy in policies for each in _documents(policy))

    def _roles_named(self, owner: Resource, prop: str) -> tuple[Resource, ...]:
        """Return the roles of this stack that a property means, which may be a list."""
        value = owner.get(prop)
        if not isinstance(value, list):
            return tuple(filter(None, [self.role_named(owner, prop)]))
        made_from = list(self._made_from(owner, prop, ROLES))
        named = (self._role_names.meant(name, owner, made_from) for name in texts(value))
        unnamed = made_from if has_unknown(value) else ()
        found = {role.urn: role for role in (*named, *unnamed) if role}
        return tuple(found.values())

    def boundary_of(self, role: Resource) -> Iterator[Resource]:
        """Yield the policy that bounds a role, if it is of this stack."""
        return self._policies(role, "permissionsBoundary")

    def _managed_by_list(self, role: Resource) -> Iterator[Resource]:
        return self._policies(role, "managedPolicyArns")

    def _policies(self, owner: Resource, prop: str) -> Iterator[Resource]:
        made_from = tuple(self._made_from(owner, prop, IDENTITY_TYPES - ROLES))
        named = (self._policy_names.meant(arn, owner, made_from) for arn in texts(owner.get(prop)))
        yield from {each.urn: each for each in (*made_from, *named) if each}.values()


def _share_account(association: Association) -> bool:
    """Tell whether both roles of an association are told to be of one account."""
    accounts = {
        account_in(each) if isinstance(each, str) else ""
        for each in (association.role, association.target_role)
    }
    return len(accounts) == 1 and "" not in accounts


def _annotated(resource: Resource) -> Iterator[tuple[str, Mapping[str, Plain]]]:
    """Yield the annotations of a service account, or of each one of a list."""
    listed = objects(resource.get("items")) if resource.type.endswith("List") else ()
    for each in listed or (resource.props,):
        metadata = each.get("metadata")
        if isinstance(metadata, dict) and isinstance(metadata.get("annotations"), dict):
            subject = f"{metadata.get('namespace') or 'default'}/{metadata.get('name')}"
            yield subject, metadata["annotations"]


def _documents(resource: Resource) -> list[Held]:
    return [(resource, source) for source in identity_policies_of(resource)]
