"""What a file will make of an account: a ClusterConfig, a state or a preview of Pulumi.

In: the text of a file. Out: clusters with associations, their roles and the policies that the file
has itself, as reading AWS gives them, or a ConfigError.
"""

from collections.abc import Iterator

from eks_pod_identity.cli.listings.role_sources import (
    account_unknown,
    desired_of_file,
    is_json,
    resources_of_text,
)
from eks_pod_identity.cli.terminal.source import Source
from eks_pod_identity.errors import ConfigError
from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.names import external_id
from eks_pod_identity.observed.account import AccountState
from eks_pod_identity.observed.cluster import Association, ClusterState, Role, sorted_associations
from eks_pod_identity.planning.desired import DesiredAssociation, DesiredCluster, MadeRole
from eks_pod_identity.review.stack_account import Surroundings, account_of_stack, surroundings_of


def account_of_text(source: Source, account: str | None, region: str | None) -> AccountState:
    """Return what a file makes of its account.

    Args:
        source: The file.
        account: The account of its roles, where it does not say.
        region: The region of a program's clusters, where it does not say.

    Raises:
        ConfigError: It is none of these files, has faults, or does not say the account.
    """
    if not is_json(source):
        return _account(desired_of_file(source, account))
    resources = resources_of_text(source)
    where = surroundings_of(resources, Surroundings(account or "", region or ""))
    if not where.account:
        raise ConfigError([account_unknown(source)])
    return account_of_stack(resources, where)


def _account(desired: DesiredCluster) -> AccountState:
    roles = {each.arn: each for each in _roles(desired)}
    context = desired.cluster
    found = sorted_associations(_association(each, context) for each in desired.all_associations())
    arn = context.cluster_arn(context.cluster)
    return AccountState((ClusterState(context.cluster, arn, "", associations=found),), roles)


def _roles(desired: DesiredCluster) -> Iterator[Role]:
    for each in desired.all_associations():
        role = each.role
        if isinstance(role, MadeRole):
            yield Role(
                role.arn,
                role.name,
                role.trust_policy,
                role.managed_policy_arns,
                role.inline_policies,
                role.permissions_boundary_arn,
                role.tags,
            )


def _association(entry: DesiredAssociation, context: PolicyContext) -> Association:
    """Return an association as it will be; its id is not known."""
    account = entry.service_account
    told = external_id(context.region, context.account, context.cluster, account)
    return Association(
        str(account),
        "",
        account,
        entry.role.arn,
        target_role_arn=entry.target_role_arn or None,
        disable_session_tags=entry.disable_session_tags,
        policy=entry.policy or None,
        external_id=told if entry.target_role_arn else None,
        tags=entry.tags,
    )
