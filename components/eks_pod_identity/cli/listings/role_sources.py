"""Roles of a file: a trust policy, a ClusterConfig, a state or a preview of Pulumi.

In: the text of a file. Out: roles with their trust policies, or a ConfigError.
"""

from collections.abc import Iterator

from eks_pod_identity.cli.terminal.source import Source
from eks_pod_identity.config import load_cluster_config
from eks_pod_identity.config.validate.arn import partition_of
from eks_pod_identity.errors import ConfigError, Problem
from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.observed.stack import StackResource
from eks_pod_identity.planning.declaration import Declaration
from eks_pod_identity.planning.desired import DesiredAssociation, DesiredCluster, MadeRole
from eks_pod_identity.review.fault import ReviewFault
from eks_pod_identity.review.role_trust import RoleTrust, Use, roles_of_stack
from eks_pod_identity.review.stack_json import parse_json, read_preview, read_state


def roles_of_text(source: Source, account: str | None) -> list[RoleTrust]:
    """Return the roles that a file has.

    Args:
        source: The file.
        account: The account of a ClusterConfig's roles.

    Raises:
        ConfigError: It is none of the files that have roles, or has faults.
    """
    if not is_json(source):
        return list(_roles(desired_of_file(source, account)))
    value = parse_json(source.text, source.name)
    if isinstance(value, dict) and "Statement" in value:
        return [RoleTrust(source.name, "", source.text)]
    return list(roles_of_stack(resources_of_text(source)))


def is_json(source: Source) -> bool:
    """Tell whether a file is JSON, so not a ClusterConfig."""
    return source.text.lstrip().startswith("{")


def resources_of_text(source: Source) -> tuple[StackResource, ...]:
    """Return the resources of a state, or those that a preview will leave.

    Raises:
        ConfigError: It is neither.
    """
    value = parse_json(source.text, source.name)
    state = read_state(value)
    preview = read_preview(value) if state is None else None
    if preview is not None:
        return tuple(each.new for each in preview.steps if each.new)
    if state is None:
        message = "neither a trust policy nor a state or a preview of Pulumi"
        raise ConfigError([Problem(ReviewFault.UNKNOWN_FORM.id, source.name, message)])
    return state


def desired_of_file(source: Source, account: str | None) -> DesiredCluster:
    """Return what a ClusterConfig asks for.

    Raises:
        ConfigError: It has faults, or the account is not told.
    """
    loaded = load_cluster_config(source.text, file=source.name)
    if loaded.config is None or loaded.errors:
        raise ConfigError(loaded.errors)
    if account is None:
        raise ConfigError([account_unknown(source)])
    metadata = loaded.config.metadata
    partition = partition_of(metadata.region)
    cluster = PolicyContext(partition, metadata.region, account, metadata.name)
    return Declaration(loaded.config, cluster, {}).desired()


def account_unknown(source: Source) -> Problem:
    """Return the problem that a file does not name the account of its roles."""
    message = "does not say of which account its roles and clusters are"
    help_ = "give it with --account"
    return Problem(ReviewFault.NO_ACCOUNT.id, source.name, message, help=(help_,))


def _roles(desired: DesiredCluster) -> Iterator[RoleTrust]:
    uses: dict[str, list[Use]] = {}
    made: dict[str, MadeRole] = {}
    for each in desired.associations or ():
        if isinstance(each.role, MadeRole):
            made[each.role.arn] = each.role
            uses.setdefault(each.role.arn, []).append(_use(each, desired.cluster))
    for arn, role in made.items():
        yield RoleTrust(role.name, arn, role.trust_policy, tuple(uses[arn]))


def _use(association: DesiredAssociation, cluster: PolicyContext) -> Use:
    return Use(
        cluster.cluster_arn(cluster.cluster),
        association.service_account,
        not association.disable_session_tags,
    )
