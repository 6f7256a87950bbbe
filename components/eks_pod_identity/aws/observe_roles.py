"""IAM roles with their policies, several at once; a role that is gone is told apart."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity.aws.errors import is_not_found, observation_error
from eks_pod_identity.aws.parallel import Progress, no_progress, read_each
from eks_pod_identity.iam.trust import SERVICE_PRINCIPAL
from eks_pod_identity.observed.cluster import DEFAULT_SESSION_DURATION, Role

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient


@dataclass(frozen=True, slots=True)
class FoundRoles:
    """Roles that were looked up: those that exist, by their ARN, and the ARNs that do not.

    IAM finds roles by name whatever the path, EKS by the whole ARN: a role of another path is
    among the roles, and the ARN that was asked for among the missing.
    """

    roles: Mapping[str, Role] = field(default_factory=dict, hash=False)
    missing: frozenset[str] = frozenset()


def observe_roles(
    iam: "IAMClient", arns: Iterable[str], progress: Progress = no_progress
) -> FoundRoles:
    """Return roles of the caller's account with trust, policies, boundary and tags.

    Raises:
        ObservationError: AWS could not be read.
    """
    wanted = sorted(set(arns))
    found = read_each(wanted, lambda arn: _observe_role(iam, arn), "roles", progress)
    pairs = list(zip(wanted, found, strict=True))
    return FoundRoles(
        roles={role.arn: role for _, role in pairs if role},
        missing=frozenset(arn for arn, role in pairs if role is None or role.arn != arn),
    )


def list_role_arns(iam: "IAMClient") -> dict[str, str]:
    """Return the ARN of every role of the account by its name.

    Raises:
        ObservationError: AWS could not be read.
    """
    try:
        pages = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 1000})
        return {role["RoleName"]: role["Arn"] for page in pages for role in page["Roles"]}
    except (ClientError, BotoCoreError) as error:
        raise observation_error(error, "the list of roles") from error


def observe_pod_role_arns(iam: "IAMClient") -> frozenset[str]:
    """Return the ARNs of all roles of the account whose trust policy speaks of EKS Pod Identity.

    Raises:
        ObservationError: AWS could not be read.
    """
    try:
        pages = iam.get_paginator("list_roles").paginate()
        return frozenset(
            role["Arn"]
            for page in pages
            for role in page["Roles"]
            if SERVICE_PRINCIPAL in json.dumps(role.get("AssumeRolePolicyDocument"))
        )
    except (ClientError, BotoCoreError) as error:
        raise observation_error(error, "the list of roles") from error


def _observe_role(iam: "IAMClient", arn: str) -> Role | None:
    name = arn.rpartition("/")[2]
    try:
        return _read_role(iam, name)
    except (ClientError, BotoCoreError) as error:
        if is_not_found(error):
            return None
        raise observation_error(error, f'role "{name}"') from error


def _read_role(iam: "IAMClient", name: str) -> Role:
    role = iam.get_role(RoleName=name)["Role"]
    return Role(
        arn=role["Arn"],
        name=role["RoleName"],
        trust_policy=_document(role["AssumeRolePolicyDocument"]),
        attached_policy_arns=tuple(sorted(_attached_policy_arns(iam, name))),
        inline_policies=_inline_policies(iam, name),
        permissions_boundary_arn=role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        tags={tag["Key"]: tag["Value"] for tag in role.get("Tags", ())},
        description=role.get("Description", ""),
        max_session_duration=role.get("MaxSessionDuration", DEFAULT_SESSION_DURATION),
    )


def _attached_policy_arns(iam: "IAMClient", name: str) -> Iterable[str]:
    for page in iam.get_paginator("list_attached_role_policies").paginate(RoleName=name):
        yield from (policy["PolicyArn"] for policy in page["AttachedPolicies"])


def _inline_policies(iam: "IAMClient", name: str) -> dict[str, Mapping[str, Any]]:
    pages = iam.get_paginator("list_role_policies").paginate(RoleName=name)
    policies = sorted(policy for page in pages for policy in page["PolicyNames"])
    return {
        policy: _document(iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"])
        for policy in policies
    }


def _document(answer: object) -> Mapping[str, Any]:
    # botocore decodes IAM's documents to dicts; its types still call them text.
    return cast("Mapping[str, Any]", answer)
