"""What a role is made of, worked out before anything is registered.

There are two ways to it: from the desired state of a file, where everything is known, and from a
component's arguments, where some of it may come out of other resources.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from eks_pod_identity.components.args import PodIdentityRoleArgs
from eks_pod_identity.components.facts.named import generated_role_name
from eks_pod_identity.components.resources.permissions import (
    inline_policies,
    managed_policies,
    managed_policies_of_program,
)
from eks_pod_identity.components.resources.tags import ownership_tags
from eks_pod_identity.config import EXPANSION_KEY
from eks_pod_identity.iam.document import canonical_json
from eks_pod_identity.iam.trust import TrustScope, build_trust_policy
from eks_pod_identity.names import AwsContext, ServiceAccountRef
from eks_pod_identity.planning.desired import MadeRole

_SETTINGS = ("description", "path", "max_session_duration", "force_detach_policies")


@dataclass(frozen=True, slots=True)
class RoleDefinition:
    """What a role is made of.

    Attributes:
        name: Its name; None for one that keeps the name it has in the state.
        trust_policy: JSON text.
        tags: The user's and ours.
        managed_policy_arns: Those that are known while the program runs.
        later_policy_arns: Those that come out of other resources.
        inline_policies: JSON texts by policy name.
        permissions_boundary_arn: The managed policy that bounds it.
        settings: Those of RoleSettingsArgs that are arguments of `aws.iam.Role`.
        arn: Its ARN, if it is known while the program runs.
    """

    name: pulumi.Input[str] | None
    trust_policy: pulumi.Input[str]
    tags: pulumi.Input[dict[str, str]]
    managed_policy_arns: frozenset[str] = frozenset()
    later_policy_arns: Sequence[pulumi.Input[str]] = ()
    inline_policies: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    permissions_boundary_arn: pulumi.Input[str] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    arn: str | None = None


def define_role(role: MadeRole, cluster: str) -> RoleDefinition:
    """Return what a role of the desired state is made of.

    Args:
        role: The role.
        cluster: The cluster that it is made for.
    """
    # A shared role belongs to no single service account, even if only one uses it for now.
    owner = None if role.is_shared else role.service_account
    declared_in = EXPANSION_KEY if role.is_shared else ""
    return RoleDefinition(
        name=role.name,
        trust_policy=canonical_json(role.trust_policy),
        tags=ownership_tags(cluster, owner, role.tags, declared_in),
        managed_policy_arns=frozenset(role.managed_policy_arns),
        inline_policies={
            name: canonical_json(document) for name, document in role.inline_policies.items()
        },
        permissions_boundary_arn=role.permissions_boundary_arn,
        settings=_settings_of(role),
        arn=role.arn,
    )


def _settings_of(role: MadeRole) -> Mapping[str, Any]:
    settings = {each: getattr(role, each) for each in _SETTINGS}
    # What is IAM's default is left out, as it is in states of earlier versions.
    return {each: value for each, value in settings.items() if value and value != "/"}


def define_role_of_args(
    name: str, args: PodIdentityRoleArgs, context: AwsContext
) -> RoleDefinition:
    """Return what a role is made of that a component's arguments describe.

    Args:
        name: The component, for messages about what is known later only.
        args: The arguments, already judged.
        context: Where the role is made.
    """
    facts, role_name = _role_facts(args), _role_name(args, context)
    path = args.get("path") or "/"
    # Apart: unknown or secret tags shall not make the trust policy unknown or secret.
    tagged = pulumi.Output.all(facts, args.get("tags", {}))
    return RoleDefinition(
        name=role_name,
        trust_policy=facts.apply(lambda known: _trust_policy(args, context, known)),
        tags=tagged.apply(lambda known: _tags(*known)),
        managed_policy_arns=managed_policies(args, context),
        later_policy_arns=managed_policies_of_program(args),
        inline_policies=inline_policies(name, args, context, cluster_names(args)[0]),
        permissions_boundary_arn=args.get("permissions_boundary_arn"),
        settings=role_settings(args),
        arn=context.role_arn(role_name, path) if isinstance(role_name, str) else None,
    )


def role_settings(args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the settings of a role that arguments give."""
    given = {key: args[key] for key in _SETTINGS if args.get(key) is not None}
    if "max_session_duration" in given:
        given["max_session_duration"] = int(given["max_session_duration"])
    return given


def cluster_names(args: PodIdentityRoleArgs) -> Sequence[pulumi.Input[str]]:
    """Return the clusters that a role is for, one or several."""
    return args.get("cluster_names") or [args["cluster_name"]]


def _role_name(args: PodIdentityRoleArgs, context: AwsContext) -> pulumi.Input[str] | None:
    """Return the name that a role will have; a plain text if it is known already."""
    if chosen := args.get("role_name"):
        return chosen
    if args.get("adopts", {}).get("role"):
        return None
    cluster = cluster_names(args)[0]
    known = [tuple(each.values()) for each in args["service_accounts"]]
    if isinstance(cluster, str) and all(isinstance(part, str) for each in known for part in each):
        facts = {"cluster": cluster, "service_accounts": args["service_accounts"]}
        return _default_role_name(facts, context)
    return _role_facts(args).apply(lambda known: _default_role_name(known, context))


def _role_facts(args: PodIdentityRoleArgs) -> pulumi.Output[dict[str, Any]]:
    return pulumi.Output.all(
        cluster=cluster_names(args)[0],
        clusters=list(cluster_names(args)),
        service_accounts=[dict(account) for account in args["service_accounts"]],
    )


def _refs(facts: Mapping[str, Any]) -> tuple[ServiceAccountRef, ...]:
    accounts = facts["service_accounts"]
    return tuple(ServiceAccountRef(account["namespace"], account["name"]) for account in accounts)


def _default_role_name(facts: Mapping[str, Any], context: AwsContext) -> str:
    return generated_role_name(context, facts["cluster"], *_refs(facts))


def _tags(facts: Mapping[str, Any], own: Mapping[str, str]) -> dict[str, str]:
    first, *others = _refs(facts)
    is_shared = bool(others) or len(facts["clusters"]) > 1
    return ownership_tags(facts["cluster"], None if is_shared else first, own)


def _trust_policy(args: PodIdentityRoleArgs, context: AwsContext, facts: Mapping[str, Any]) -> str:
    document = build_trust_policy(
        cluster_arn=context.cluster_arn(facts["cluster"]),
        other_cluster_arns=map(context.cluster_arn, facts["clusters"]),
        service_accounts=_refs(facts),
        scope=TrustScope(args.get("trust_scope", TrustScope.SERVICE_ACCOUNT)),
        session_tags=args.get("session_tags", True),
        more=args.get("trusted_by") or (),
    )
    return canonical_json(document)
