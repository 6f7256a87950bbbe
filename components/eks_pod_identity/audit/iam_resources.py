"""Roles and managed policies as resources of pulumi-aws, with documents as JSON text.

In: what IAM says. Out: resources. An inline policy is a part of its role. AWS's own policies are
seen by rules that need to know what a role may do, and are not judged: nobody can change them.
"""

import json
from collections.abc import Iterator, Mapping

from eks_pod_identity.audit.observed import INLINE_POLICY, POLICY, Observed, given
from eks_pod_identity.audit.subject import ATTACHED_TO, USED_BY, Kind, Subject
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.account import ManagedPolicy
from eks_pod_identity.observed.cluster import Role
from eks_pod_identity_policies.resource import ROLE, Resource
from eks_pod_identity_policies.values import Plain


def role_resources(role: Role, users: tuple[str, ...]) -> Iterator[Observed]:
    """Yield a role and its inline policies.

    Args:
        role: The role.
        users: The associations that use it, as they are called.
    """
    subject = role_subject(role.arn, users)
    yield Observed(Resource(ROLE, role.name, role.arn, _role_props(role)), subject)
    for name, document in sorted(role.inline_policies.items()):
        props = {"name": name, "role": role.arn, "policy": _text(document)}
        resource = Resource(INLINE_POLICY, name, f"{role.arn}#{name}", props)
        yield Observed(resource, subject, f'inline policy "{name}"')


def policy_resource(policy: ManagedPolicy, users: tuple[str, ...]) -> Observed:
    """Return a managed policy.

    Args:
        policy: The policy.
        users: The names of the roles that it is attached to.
    """
    props = {"arn": policy.arn, "name": policy.name, "policy": _text(policy.document)}
    related = {ATTACHED_TO: users}
    subject = Subject(Kind.POLICY, policy.arn, policy.arn, _path(policy.arn), related=related)
    resource = Resource(POLICY, policy.name, policy.arn, given(props))
    return Observed(resource, subject, judged=not policy.is_of_aws)


def role_subject(arn: str, users: tuple[str, ...]) -> Subject:
    """Return how a role is called."""
    return Subject(Kind.ROLE, arn, arn, _path(arn), related={USED_BY: users})


def _role_props(role: Role) -> dict[str, Plain]:
    return given(
        {
            "arn": role.arn,
            "name": role.name,
            "path": _path_of(role.arn),
            "assumeRolePolicy": _text(role.trust_policy),
            "managedPolicyArns": list(role.attached_policy_arns),
            "permissionsBoundary": role.permissions_boundary_arn,
            "tags": dict(role.tags),
        }
    )


def _text(document: Mapping[str, Plain] | None) -> str | None:
    return None if document is None else json.dumps(document)


def _path_of(role_arn: str) -> str:
    arn = parse_arn(role_arn)
    _, _, rest = arn.resource.partition("/") if arn else ("", "", "")
    folder, _, _ = rest.rpartition("/")
    return f"/{folder}/" if folder else "/"


def _path(text: str) -> str:
    arn = parse_arn(text)
    return f"aws/{arn.account}/{arn.service}/{arn.resource}" if arn else f"aws/{text}"
