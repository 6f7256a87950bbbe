"""Whether roles exist, at one call each, or one page for many.

In: ARNs or names. Out: roles with their trust policies and nothing else.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity.aws.errors import is_not_found, observation_error
from eks_pod_identity.aws.observe_roles import FoundRoles
from eks_pod_identity.aws.parallel import read_each
from eks_pod_identity.observed.cluster import Role
from eks_pod_identity.planning.former_names import names_clusters

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from types_boto3_iam import IAMClient
    from types_boto3_iam.type_defs import RoleTypeDef

_PAGE = 1000
_FEW = 4
# From here on a page of the list, which has the trust policies too, costs fewer calls.
_MANY = 20


def observe_trusts(iam: "IAMClient", arns: Iterable[str]) -> FoundRoles:
    """Return roles of the caller's account with their trust policies alone.

    Raises:
        ObservationError: AWS could not be read.
    """
    wanted = sorted(set(arns))
    if len(wanted) < _MANY:
        found = read_each(wanted, lambda arn: _trust_of(iam, arn), "roles")
        there = {role.arn: role for role in found if role}
    else:
        there = {role.arn: role for role in list_trusts(iam).values()}
    return FoundRoles(
        roles={arn: there[arn] for arn in wanted if arn in there},
        missing=frozenset(wanted) - there.keys(),
    )


def observe_roles_named(iam: "IAMClient", names: Iterable[str]) -> dict[str, Role]:
    """Return the roles of some names, by name; with tags only if the trust names no cluster.

    Raises:
        ObservationError: AWS could not be read.
    """
    wanted = sorted(set(names))
    if len(wanted) < _FEW:
        found = read_each(wanted, lambda name: _role_named(iam, name), "roles")
        return {role.name: role for role in found if role}
    listed = list_trusts(iam)
    there = [listed[name] for name in wanted if name in listed]
    open_ones = [role.name for role in there if not names_clusters(role)]
    tagged = read_each(open_ones, lambda name: _role_named(iam, name), "roles")  # a list has none
    return {role.name: role for role in (*there, *tagged) if role}


def list_trusts(iam: "IAMClient") -> dict[str, Role]:
    """Return every role of the account by its name, with its trust policy alone.

    Raises:
        ObservationError: AWS could not be read.
    """
    try:
        pages = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": _PAGE})
        return {role["RoleName"]: _role(role) for page in pages for role in page["Roles"]}
    except (ClientError, BotoCoreError) as error:
        raise observation_error(error, "the list of roles") from error


def _trust_of(iam: "IAMClient", arn: str) -> Role | None:
    role = _role_named(iam, arn.rpartition("/")[2])
    return role if role and role.arn == arn else None  # EKS finds a role by its whole ARN


def _role_named(iam: "IAMClient", name: str) -> Role | None:
    try:
        return _role(iam.get_role(RoleName=name)["Role"])
    except (ClientError, BotoCoreError) as error:
        if is_not_found(error):
            return None
        raise observation_error(error, f'role "{name}"') from error


def _role(answer: "RoleTypeDef") -> Role:
    # botocore decodes IAM's documents to dicts; its types still call them text.
    trust = cast("Mapping[str, Any]", answer.get("AssumeRolePolicyDocument") or {})
    tags = {tag["Key"]: tag["Value"] for tag in answer.get("Tags", ())}
    return Role(answer["Arn"], answer["RoleName"], trust, tags=tags)
