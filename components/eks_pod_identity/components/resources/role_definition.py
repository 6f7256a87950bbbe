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
        description: Its description.
    """

    name: pulumi.Input[str] | None
    trust_policy: pulumi.Input[str]
    tags: pulumi.Input[dict[str, str]]
    managed_policy_arns: frozenset[str] = frozenset()
    later_policy_arns: Sequence[pulumi.Input[str]] = ()
    inline_policies: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    permissions_boundary_arn: pulumi.Input[str] | None = None
    description: pulumi.Input[str] | None = None


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
    )


def define_role_of_args(
    name: str, args: PodIdentityRoleArgs, context: AwsContext
) -> RoleDefinition:
    """Return what a role is made of that a component's arguments describe.

    Args:
        name: The component, for messages about what is known later only.
        args: The arguments, already judged.
        context: Where the role is made.
    """
    facts = _role_facts(args)
    # Apart: unknown or secret tags shall not make the trust policy unknown or secret.
    tagged = pulumi.Output.all(facts, args.get("tags", {}))
    return RoleDefinition(
        name=_role_name(args, context),
        trust_policy=facts.apply(lambda known: _trust_policy(args, context, known)),
        tags=tagged.apply(lambda known: _tags(*known)),
        managed_policy_arns=managed_policies(args, context),
        later_policy_arns=managed_policies_of_program(args),
        inline_policies=inline_policies(name, args, context, args["cluster_name"]),
        permissions_boundary_arn=args.get("permissions_boundary_arn"),
        description=args.get("description"),
    )


def _role_name(args: PodIdentityRoleArgs, context: AwsContext) -> pulumi.Input[str] | None:
    """Return the name that a role will have; a plain text if it is known already."""
    if chosen := args.get("role_name"):
        return chosen
    if args.get("adopts", {}).get("role"):
        return None
    cluster = args["cluster_name"]
    known = [tuple(each.values()) for each in args["service_accounts"]]
    if isinstance(cluster, str) and all(isinstance(part, str) for each in known for part in each):
        facts = {"cluster": cluster, "service_accounts": args["service_accounts"]}
        return _default_role_name(facts, context)
    return _role_facts(args).apply(lambda known: _default_role_name(known, context))


def _role_facts(args: PodIdentityRoleArgs) -> pulumi.Output[dict[str, Any]]:
    return pulumi.Output.all(
        cluster=args["cluster_name"],
        service_accounts=[dict(account) for account in args["service_accounts"]],
    )


def _refs(facts: Mapping[str, Any]) -> tuple[ServiceAccountRef, ...]:
    accounts = facts["service_accounts"]
    return tuple(ServiceAccountRef(account["namespace"], account["name"]) for account in accounts)


def _default_role_name(facts: Mapping[str, Any], context: AwsContext) -> str:
    return generated_role_name(context, facts["cluster"], *_refs(facts))


def _tags(facts: Mapping[str, Any], own: Mapping[str, str]) -> dict[str, str]:
    first, *others = _refs(facts)
    return ownership_tags(facts["cluster"], None if others else first, own)


def _trust_policy(args: PodIdentityRoleArgs, context: AwsContext, facts: Mapping[str, Any]) -> str:
    document = build_trust_policy(
        cluster_arn=context.cluster_arn(facts["cluster"]),
        service_accounts=_refs(facts),
        scope=TrustScope(args.get("trust_scope", TrustScope.SERVICE_ACCOUNT)),
        session_tags=args.get("session_tags", True),
    )
    return canonical_json(document)
