"""Roles of a file: a trust policy, a ClusterConfig, a state or a preview of Pulumi.

In: the text of a file. Out: roles with their trust policies, or a ConfigError.
"""

from collections.abc import Iterator

from eks_pod_identity.cli.terminal.source import Source
from eks_pod_identity.config import ClusterConfig, load_cluster_config
from eks_pod_identity.errors import ConfigError, Problem
from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.planning.declaration import Declaration
from eks_pod_identity.planning.desired import DesiredAssociation, MadeRole
from eks_pod_identity.review.fault import ReviewFault
from eks_pod_identity.review.role_trust import RoleTrust, Use, roles_of_stack
from eks_pod_identity.review.stack_json import parse_json, read_preview, read_state

_PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}


def roles_of_text(source: Source, account: str | None) -> list[RoleTrust]:
    """Return the roles that a file has.

    Args:
        source: The file.
        account: The account of a ClusterConfig's roles.

    Raises:
        ConfigError: It is none of the files that have roles, or has faults.
    """
    if not source.text.lstrip().startswith("{"):
        return list(_declared(source, account))
    value = parse_json(source.text, source.name)
    if isinstance(value, dict) and "Statement" in value:
        return [RoleTrust(source.name, "", source.text)]
    state = read_state(value)
    if state is None:
        preview = read_preview(value)
        if preview is not None:
            state = tuple(each.new for each in preview.steps if each.new)
    if state is None:
        message = "neither a trust policy nor a state or a preview of Pulumi"
        raise ConfigError([Problem(ReviewFault.UNKNOWN_FORM.id, source.name, message)])
    return list(roles_of_stack(state))


def _declared(source: Source, account: str | None) -> Iterator[RoleTrust]:
    loaded = load_cluster_config(source.text, file=source.name)
    if loaded.config is None or loaded.errors:
        raise ConfigError(loaded.errors)
    if account is None:
        message = "a ClusterConfig does not say whose account its cluster is in"
        help_ = "give it with --account"
        raise ConfigError([Problem(ReviewFault.NO_ACCOUNT.id, source.name, message, help=(help_,))])
    yield from _roles(loaded.config, account)


def _roles(config: ClusterConfig, account: str) -> Iterator[RoleTrust]:
    region = config.metadata.region
    partition = next((to for of, to in _PARTITIONS.items() if region.startswith(of)), "aws")
    cluster = PolicyContext(partition, region, account, config.metadata.name)
    desired = Declaration(config, cluster, {}).desired()
    uses: dict[str, list[Use]] = {}
    made: dict[str, MadeRole] = {}
    for each in desired.associations or ():
        if isinstance(each.role, MadeRole):
            made[each.role.arn] = each.role
            uses.setdefault(each.role.arn, []).append(_use(each, cluster))
    for arn, role in made.items():
        yield RoleTrust(role.name, arn, role.trust_policy, tuple(uses[arn]))


def _use(association: DesiredAssociation, cluster: PolicyContext) -> Use:
    return Use(
        cluster.cluster_arn(cluster.cluster),
        association.service_account,
        not association.disable_session_tags,
    )
