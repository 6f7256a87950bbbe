"""Rules of the role that is made for an entry: its name and what it may do."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TypeAlias

from eks_pod_identity.config.association import PodIdentityAssociation
from eks_pod_identity.config.expansion import role_name_in
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.nearest import nearest_of
from eks_pod_identity.config.pattern import EXPANSION_KEY, AssociationPattern
from eks_pod_identity.config.section import eksctl_key
from eks_pod_identity.config.validate.arn import validate_policy_arn, validate_policy_arns
from eks_pod_identity.config.validate.policy import validate_inline_document
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.config.words import quoted
from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.document import (
    INLINE_POLICIES_MAX_SIZE,
    MANAGED_POLICIES_MAX,
    document_size,
)
from eks_pod_identity.iam.target_trust import build_target_grant
from eks_pod_identity.iam.well_known import (
    WELL_KNOWN_POLICIES,
    Permissions,
    PolicyContext,
    ScopeArgument,
    WellKnownPolicy,
)
from eks_pod_identity.iam.well_known import Scope as PolicyScope
from eks_pod_identity.names import is_role_name

# IAM API reference, PutRolePolicy.PolicyName.
# eksctl makes the logical id of a stack from the letters and digits, so there must be one.
POLICY_NAME_PATTERN = r"(?=.*[A-Za-z0-9])[A-Za-z0-9_+=,.@-]{1,128}"
# How many policies there are, and nearly how large they are, does not hang on the account.
EXAMPLE_CONTEXT = PolicyContext("aws", "eu-west-1", "111122223333", "c" * 100)

Scopes: TypeAlias = Mapping[str, PolicyScope] | None
"""What narrows an entry's well-known policies, by policy; None where a file has no place for it."""


def validate_permissions(
    entry: PodIdentityAssociation, scope: Scope, scopes: Scopes = None
) -> Iterator[Problem]:
    """Judge everything that describes the role to be made.

    Args:
        entry: The entry.
        scope: Where it stands.
        scopes: What narrows its well-known policies.
    """
    yield from validate_role_name(entry, scope)
    yield from validate_policy_arn(
        entry.permissions_boundary_arn, scope.at("permissionsBoundaryARN")
    )
    yield from validate_policy_arns(entry.permission_policy_arns, scope.at("permissionPolicyARNs"))
    yield from validate_well_known_policies(entry, scope, scopes)
    yield from validate_managed_policy_count(entry, scope, scopes)
    yield from validate_policy_name(entry, scope)
    yield from validate_inline_document(entry.permission_policy, scope.at("permissionPolicy"))
    yield from validate_inline_size(entry, scope, scopes)


def validate_role_name(entry: PodIdentityAssociation, scope: Scope) -> Iterator[Problem]:
    """The name of a role is one that IAM takes."""
    name = entry.role_name
    if isinstance(entry, AssociationPattern):
        name = role_name_in(entry, EXAMPLE_CONTEXT.cluster)
    if entry.role_name and name and not is_role_name(name):
        message = f"{quoted(entry.role_name)} cannot be the name of a role"
        help_ = "use up to 64 letters, digits and +=,.@_- (a path is not part of the name)"
        yield scope.at("roleName").problem(Fault.ROLE_NAME_MALFORMED, message, help=[help_])


def validate_well_known_policies(
    entry: PodIdentityAssociation, scope: Scope, scopes: Scopes
) -> Iterator[Problem]:
    """Well-known policies are those that we know, with the ARNs that they need."""
    scope = scope.at("wellKnownPolicies")
    for name in entry.well_known_policies:
        policy = WELL_KNOWN_POLICIES.get(name)
        if policy is None:
            yield unknown_policy(name, scope.at(name))
        elif entry.well_known_policies[name]:
            given = (scopes or {}).get(name, {})
            for argument in policy.arguments:
                if argument.required and argument.name not in given:
                    yield _argument_missing(policy, argument, scope.at(name), scopes)


def _argument_missing(
    policy: WellKnownPolicy, argument: ScopeArgument, scope: Scope, scopes: Scopes
) -> Problem:
    key = eksctl_key(argument.name)
    lines = f"wellKnownPolicyScopes:\n  {policy.key}: {{{key}: [ARN]}}"
    help_ = [f"add {lines}"]
    if scopes is None:
        options = (f" --scope {each.name}=ARN" for each in policy.arguments if each.required)
        command = f"eks-pod-identity policies {policy.key}{''.join(options)}"
        help_ = [
            f"write it as permissionPolicy; {command} prints the lines",
            f"move the entry to {EXPANSION_KEY}.associations and add\n{lines}",
        ]
    message = f"well-known policy {policy.key} has no {key}"
    return scope.problem(Fault.WELL_KNOWN_POLICY_SCOPED, message, help=help_)


def unknown_policy(name: str, scope: Scope) -> Problem:
    """Return the problem of a well-known policy that there is none of."""
    known = frozenset(WELL_KNOWN_POLICIES)
    nearest = nearest_of(name, known)
    help_ = f"write {nearest}" if nearest else "known policies: " + ", ".join(sorted(known))
    message = f"there is no well-known policy {quoted(name)}"
    return scope.problem(Fault.WELL_KNOWN_POLICY_UNKNOWN, message, help=[help_])


def validate_managed_policy_count(
    entry: PodIdentityAssociation, scope: Scope, scopes: Scopes
) -> Iterator[Problem]:
    """IAM attaches only so many managed policies to a role."""
    managed = set(entry.permission_policy_arns)
    managed.update(chain.from_iterable(each.managed for each in _well_known(entry, scopes)))
    if len(managed) > MANAGED_POLICIES_MAX:
        message = f"{len(managed)} managed policies, and IAM attaches {MANAGED_POLICIES_MAX}"
        help_ = "merge some of them, or move statements into permissionPolicy"
        scope = scope.at("permissionPolicyARNs")
        yield scope.problem(Fault.MANAGED_POLICIES_TOO_MANY, message, help=[help_])


def validate_policy_name(entry: PodIdentityAssociation, scope: Scope) -> Iterator[Problem]:
    """A name for the inline policy needs the policy, and is one that IAM and eksctl take."""
    name = entry.permission_policy_name
    if name is None:
        return
    scope = scope.at("permissionPolicyName")
    if not entry.permission_policy:
        message = "a name for an inline policy, and no permissionPolicy"
        help_ = ["add permissionPolicy", "delete permissionPolicyName"]
        yield scope.problem(Fault.POLICY_NAME_WITHOUT_POLICY, message, help=help_)
    if not re.fullmatch(POLICY_NAME_PATTERN, name):
        message = f"{quoted(name)} cannot be the name of an inline policy"
        help_ = ["use up to 128 letters, digits and +=,.@_-, with at least one letter or digit"]
        yield scope.problem(Fault.POLICY_NAME_MALFORMED, message, help=help_)


def validate_inline_size(
    entry: PodIdentityAssociation, scope: Scope, scopes: Scopes
) -> Iterator[Problem]:
    """The inline policies of a role have one size limit together."""
    size = sum(
        document_size(document)
        for permissions in _well_known(entry, scopes)
        for _, document in permissions.inline
    )
    if entry.permission_policy:
        size += document_size(entry.permission_policy)
    if entry.grant_target_role and entry.target_role_arn:
        size += document_size(build_target_grant([entry.target_role_arn]))
    if size > INLINE_POLICIES_MAX_SIZE:
        message = (
            f"the inline policies have {size:,} characters together,"
            f" and IAM takes {INLINE_POLICIES_MAX_SIZE:,}"
        )
        help_ = "make managed policies of some and list them in permissionPolicyARNs"
        yield scope.problem(Fault.INLINE_POLICY_TOO_LARGE, message, help=[help_])


def _well_known(entry: PodIdentityAssociation, scopes: Scopes) -> Iterator[Permissions]:
    for name in entry.well_known_policy_names:
        policy = WELL_KNOWN_POLICIES.get(name)
        given = EXAMPLE_CONTEXT.fill_scope((scopes or {}).get(name, {}))
        if policy and not policy.validate_scope(given, address=""):
            yield policy.build(EXAMPLE_CONTEXT, given)
