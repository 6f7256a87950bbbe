"""What can be known of a role before AWS refuses it: names that are taken, roles that are given.

In: desired associations and what IAM has. Out: problems.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from eks_pod_identity.config.places import Path
from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.trust import SERVICE_PRINCIPAL
from eks_pod_identity.names import ServiceAccountRef, former_role_name, parse_arn, role_name
from eks_pod_identity.observed.cluster import Role
from eks_pod_identity.observed.ownership import SERVICE_ACCOUNT_TAG
from eks_pod_identity.planning.comparison import Comparison
from eks_pod_identity.planning.desired import DesiredAssociation, GivenRole, MadeRole
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.planning.pod_call import is_shut_out

_ACTIONS = frozenset({"sts:assumerole", "sts:tagsession"})
_STATEMENT = f"""add to the statements of its trust policy
{{"Effect": "Allow", "Principal": {{"Service": "{SERVICE_PRINCIPAL}"}},
 "Action": ["sts:AssumeRole", "sts:TagSession"]}}"""
_WILDCARDS = frozenset({"*", "sts:*"})


def role_problems(entry: DesiredAssociation, comparison: Comparison) -> Iterator[Problem]:
    """Yield why the role of an association cannot be made or used."""
    match entry.role:
        case GivenRole():
            yield from given_role_problems(entry, entry.role, comparison)
        case MadeRole():
            yield from name_problems(entry.role, entry.path, entry.addon, comparison)
            yield from path_problems(entry.role, entry.path, comparison)


def _changes_hands(role: MadeRole, addon: str | None, comparison: Comparison) -> bool:
    """Tell whether a role goes to another service account, or to several, and keeps a chosen name.

    Pulumi knows it by that name then, and changes it in place: within the standalone entries, or
    within those of one add-on.
    """
    observed = comparison.observed.roles.get(role.arn)
    if observed is None or not comparison.ownership.owns(observed):
        return False
    former = _former_user(observed)
    if observed.name in _default_names(former, role, comparison):
        return False
    if former is None:
        return addon is None and comparison.ownership.made_shared(observed)
    association = comparison.by_service_account.get(former)
    return association is None or association.owner_addon == addon


def _former_user(role: Role) -> ServiceAccountRef | None:
    namespace, slash, name = role.tags.get(SERVICE_ACCOUNT_TAG, "").partition("/")
    return ServiceAccountRef(namespace, name) if slash else None


def _default_names(
    former: ServiceAccountRef | None, role: MadeRole, comparison: Comparison
) -> frozenset[str]:
    cluster = comparison.observed.name
    users = (*role.service_accounts, *([former] if former else ()))
    here = comparison.desired.cluster
    return frozenset(
        name
        for each in users
        for name in (role_name(here, cluster, each), former_role_name(cluster, each))
    )


def name_problems(
    role: MadeRole, path: Path, addon: str | None, comparison: Comparison
) -> Iterator[Problem]:
    """Yield that somebody else's role has the name of one that is to be made.

    Args:
        role: The role to be made.
        path: The entry that asks for it.
        addon: The add-on that the entry belongs to.
        comparison: What is compared.
    """
    observed = comparison.observed.roles.get(role.arn)
    if observed is None or _is_made_for(observed, role, comparison):
        return
    if _changes_hands(role, addon, comparison):
        return
    yield comparison.report.problem(
        PlanFault.ROLE_EXISTS,
        path,
        f"a role {role.name} exists, and was not made {_for_whom(role)}",
        observed=(_whose(observed, comparison),),
        help=(
            "give the entry another roleName",
            f"to use the role as it is, delete the permissions and write roleARN: {role.arn}",
        ),
    )


def path_problems(role: MadeRole, path: Path, comparison: Comparison) -> Iterator[Problem]:
    """Yield that the name of a role is taken under another path.

    Args:
        role: The role to be made.
        path: The entry that asks for it.
        comparison: What is compared.
    """
    for found in comparison.observed.roles.values():
        if found.name.lower() == role.name.lower() and found.arn != role.arn:
            where = found.arn.partition(":role")[2].removesuffix(found.name)
            yield comparison.report.problem(
                PlanFault.ROLE_PATH_DIFFERS,
                (*path, "path"),
                f"role {found.name} has the path {where}, and a path cannot be changed",
                observed=(found.arn,),
                help=(f"path: {where}", "give the entry another roleName"),
            )


def _is_made_for(observed: Role, role: MadeRole, comparison: Comparison) -> bool:
    if role.is_shared:
        ownership = comparison.ownership
        return ownership.made_shared(observed) or ownership.imported(observed)
    return comparison.ownership.made_for(observed, role.service_account)


def _for_whom(role: MadeRole) -> str:
    return "to be shared" if role.is_shared else f"for {role.service_account}"


def _whose(role: Role, comparison: Comparison) -> str:
    account = role.tags.get(SERVICE_ACCOUNT_TAG)
    if comparison.ownership.owns(role) and account:
        return f"{role.arn} was made by this stack for {account}"
    return f"{role.arn} was not made by this stack"


def given_role_problems(
    entry: DesiredAssociation, role: GivenRole, comparison: Comparison
) -> Iterator[Problem]:
    """Yield why the role that an entry gives cannot be used."""
    report, path = comparison.report, (*entry.path, "roleARN")
    if _account(role.arn) != _account(comparison.observed.arn):
        yield report.problem(
            PlanFault.ROLE_OF_ANOTHER_ACCOUNT,
            path,
            f"{role.arn} is not of the cluster's account {_account(comparison.observed.arn)}",
            help=("write it as targetRoleARN; roleARN takes a role that may assume it",),
        )
    elif role.arn in comparison.observed.missing_roles:
        yield report.problem(
            PlanFault.ROLE_NOT_FOUND,
            path,
            f"there is no role {role.arn}",
            help=(_how_to_get(role),),
        )
    elif found := comparison.observed.roles.get(role.arn):
        if not trusts_pod_identity(found.trust_policy):
            yield _untrusting(role, path, comparison)
        elif not comparison.ownership.owns(found) and _shuts_out(found, entry, comparison):
            yield _excluding(entry, path, comparison)


def _how_to_get(role: GivenRole) -> str:
    if role.made_in:
        return f'the part of cluster "{role.made_in}" makes it: deploy that first'
    return "look at name and path: aws iam get-role --role-name NAME shows the whole ARN"


def _shuts_out(role: Role, entry: DesiredAssociation, comparison: Comparison) -> bool:
    return is_shut_out(
        role.trust_policy,
        comparison.desired.cluster,
        entry.service_account,
        session_tags=not entry.disable_session_tags,
    )


def _excluding(entry: DesiredAssociation, path: Path, comparison: Comparison) -> Problem:
    tags = "off" if entry.disable_session_tags else "on"
    return comparison.report.problem(
        PlanFault.ROLE_TRUST_EXCLUDES,
        path,
        f"{entry.role.arn} shuts out {entry.service_account} of cluster"
        f' "{comparison.observed.name}"',
        observed=(f"session tags are {tags}",),
        help=("change the conditions of its trust policy", "give another role"),
    )


def _untrusting(role: GivenRole, path: Path, comparison: Comparison) -> Problem:
    return comparison.report.problem(
        PlanFault.ROLE_TRUST_INVALID,
        path,
        f"{role.arn} does not let {SERVICE_PRINCIPAL} call sts:AssumeRole and sts:TagSession",
        help=(_STATEMENT,),
    )


def _account(arn: str) -> str:
    parts = parse_arn(arn)
    return parts.account if parts else ""


def trusts_pod_identity(trust_policy: Mapping[str, Any]) -> bool:
    """Tell whether a trust policy names EKS Pod Identity with both actions, as EKS asks for.

    EKS looks for the principal and the actions when an association is made; what conditions let
    through shows only when a pod asks for credentials.
    """
    allowed: set[str] = set()
    for statement in _as_list(trust_policy.get("Statement", ())):
        if statement.get("Effect") == "Allow" and _names_pods(statement.get("Principal", {})):
            allowed |= {action.lower() for action in _as_list(statement.get("Action", ()))}
    return bool(allowed & _WILDCARDS) or allowed >= _ACTIONS


def _names_pods(principal: Any) -> bool:  # noqa: ANN401 - JSON border
    if principal == "*":
        return True
    return isinstance(principal, Mapping) and SERVICE_PRINCIPAL in _as_list(
        principal.get("Service", ())
    )


def _as_list(value: Any) -> list[Any]:  # noqa: ANN401 - JSON border
    return list(value) if isinstance(value, list | tuple) else [value]
