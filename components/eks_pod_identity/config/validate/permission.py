"""Rules of the role that is made for an entry: its name and what it may do."""

import re
from collections.abc import Iterator
from itertools import chain

from eks_pod_identity.config.association import PodIdentityAssociation
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.nearest import nearest_of
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
from eks_pod_identity.iam.well_known import (
    WELL_KNOWN_POLICIES,
    Permissions,
    PolicyContext,
    WellKnownPolicy,
)
from eks_pod_identity.names import is_role_name

# IAM API reference, PutRolePolicy.PolicyName.
# eksctl makes the logical id of a stack from the letters and digits, so there must be one.
POLICY_NAME_PATTERN = r"(?=.*[A-Za-z0-9])[A-Za-z0-9_+=,.@-]{1,128}"
# How many policies there are, and nearly how large they are, does not hang on the account.
_CONTEXT = PolicyContext("aws", "eu-west-1", "111122223333", "c" * 100)


def validate_permissions(entry: PodIdentityAssociation, scope: Scope) -> Iterator[Problem]:
    """Judge everything that describes the role to be made."""
    yield from validate_role_name(entry, scope)
    yield from validate_policy_arn(
        entry.permissions_boundary_arn, scope.at("permissionsBoundaryARN")
    )
    yield from validate_policy_arns(entry.permission_policy_arns, scope.at("permissionPolicyARNs"))
    yield from validate_well_known_policies(entry, scope)
    yield from validate_managed_policy_count(entry, scope)
    yield from validate_policy_name(entry, scope)
    yield from validate_inline_document(entry.permission_policy, scope.at("permissionPolicy"))
    yield from validate_inline_size(entry, scope)


def validate_role_name(entry: PodIdentityAssociation, scope: Scope) -> Iterator[Problem]:
    """The name of a role is one that IAM takes."""
    if entry.role_name and not is_role_name(entry.role_name):
        message = f"{quoted(entry.role_name)} cannot be the name of a role"
        help_ = "use up to 64 letters, digits and +=,.@_- (a path is not part of the name)"
        yield scope.at("roleName").problem(Fault.ROLE_NAME_MALFORMED, message, help=[help_])


def validate_well_known_policies(entry: PodIdentityAssociation, scope: Scope) -> Iterator[Problem]:
    """Well-known policies are those that we know, and need no more than their name."""
    scope = scope.at("wellKnownPolicies")
    for name in entry.well_known_policies:
        policy = WELL_KNOWN_POLICIES.get(name)
        if policy is None:
            yield _unknown_policy(name, scope.at(name))
        elif entry.well_known_policies[name]:
            for problem in policy.validate_scope({}, address=""):
                yield scope.at(name).problem(
                    Fault.WELL_KNOWN_POLICY_SCOPED,
                    problem.message,
                    help=[_written_out(policy)],
                )


def _written_out(policy: WellKnownPolicy) -> str:
    scope = "".join(f" --scope {each.name}=ARN" for each in policy.arguments if each.required)
    return (
        f"write it as permissionPolicy; eks-pod-identity policies {policy.key}{scope}"
        " prints the lines"
    )


def _unknown_policy(name: str, scope: Scope) -> Problem:
    known = frozenset(WELL_KNOWN_POLICIES)
    nearest = nearest_of(name, known)
    help_ = f"write {nearest}" if nearest else "known policies: " + ", ".join(sorted(known))
    message = f"there is no well-known policy {quoted(name)}"
    return scope.problem(Fault.WELL_KNOWN_POLICY_UNKNOWN, message, help=[help_])


def validate_managed_policy_count(entry: PodIdentityAssociation, scope: Scope) -> Iterator[Problem]:
    """IAM attaches only so many managed policies to a role."""
    managed = set(entry.permission_policy_arns)
    managed.update(chain.from_iterable(each.managed for each in _well_known(entry)))
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


def validate_inline_size(entry: PodIdentityAssociation, scope: Scope) -> Iterator[Problem]:
    """The inline policies of a role have one size limit together."""
    size = sum(
        document_size(document)
        for permissions in _well_known(entry)
        for _, document in permissions.inline
    )
    if entry.permission_policy:
        size += document_size(entry.permission_policy)
    if size > INLINE_POLICIES_MAX_SIZE:
        message = (
            f"the inline policies have {size:,} characters together,"
            f" and IAM takes {INLINE_POLICIES_MAX_SIZE:,}"
        )
        help_ = "make managed policies of some and list them in permissionPolicyARNs"
        yield scope.problem(Fault.INLINE_POLICY_TOO_LARGE, message, help=[help_])


def _well_known(entry: PodIdentityAssociation) -> Iterator[Permissions]:
    for name in entry.well_known_policy_names:
        policy = WELL_KNOWN_POLICIES.get(name)
        if policy and not policy.validate_scope({}, address=""):
            yield policy.build(_CONTEXT)
