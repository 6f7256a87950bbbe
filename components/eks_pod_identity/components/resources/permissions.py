"""From a role's arguments to the policies it gets, named so that a change touches one resource."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pulumi

from eks_pod_identity.components.args import PodIdentityRoleArgs, RolePermissionsArgs
from eks_pod_identity.components.refusal import refuse
from eks_pod_identity.components.scopes import ARGUMENT as SCOPES
from eks_pod_identity.components.scopes import known_scope, whole_scope
from eks_pod_identity.iam.document import canonical_json
from eks_pod_identity.iam.target_trust import build_target_grant
from eks_pod_identity.iam.well_known import (
    WELL_KNOWN_POLICIES,
    Permissions,
    PolicyContext,
    Scope,
)
from eks_pod_identity.names import INLINE_POLICY_NAME, TARGET_GRANT_NAME, AwsContext, parse_arn


def managed_policies(args: RolePermissionsArgs, context: AwsContext) -> frozenset[str]:
    """Return the ARNs of managed policies that the program knows while it runs."""
    given = (arn for arn in args.get("permission_policy_arns", ()) if isinstance(arn, str))
    policies = (_outline(key, args, context) for key in _well_known(args))
    return frozenset((*given, *(arn for policy in policies for arn in policy.managed)))


def managed_policies_of_program(args: RolePermissionsArgs) -> tuple[pulumi.Input[str], ...]:
    """Return the ARNs that come out of other resources; what they are is known later."""
    return tuple(arn for arn in args.get("permission_policy_arns", ()) if not isinstance(arn, str))


def attachment_name(arn: str) -> str:
    """Return what names the attachment of a managed policy, the same in whatever list it stands.

    A name that hung on the position or on the other policies would move from one policy to the
    next when the list changes, and the deletion of its old attachment would detach what the new
    one has just attached. AWS's policy and one's own may share a name, hence the account.
    """
    parsed = parse_arn(arn)
    name = arn.rsplit("/", 1)[-1]
    return f"{parsed.account}-{name}" if parsed and parsed.account.isdigit() else name


def inline_policies(
    name: str, args: PodIdentityRoleArgs, context: AwsContext, cluster: pulumi.Input[str]
) -> dict[str, pulumi.Output[str]]:
    """Return inline policy documents, as stable JSON text, by policy name.

    Args:
        name: The role's component, for messages about what is known later only.
        args: The arguments of the role.
        context: Where the role is made.
        cluster: The cluster whose pods take it on.
    """
    policies: dict[str, pulumi.Output[str]] = {}
    if "permission_policy" in args:
        own = args.get("permission_policy_name", INLINE_POLICY_NAME)
        policies[own] = pulumi.Output.from_input(args["permission_policy"]).apply(_json_text)
    if "target_role_arn" in args:
        policies[TARGET_GRANT_NAME] = _target_grant(args)
    for key in _well_known(args):
        policies |= _well_known_inline(name, key, args, context, cluster)
    return policies


def _target_grant(args: PodIdentityRoleArgs) -> pulumi.Output[str]:
    with_tags = args.get("session_tags", True)
    return pulumi.Output.from_input(args["target_role_arn"]).apply(
        lambda arn: canonical_json(build_target_grant([arn], session_tags=with_tags))
    )


def _well_known_inline(
    name: str,
    key: str,
    args: RolePermissionsArgs,
    context: AwsContext,
    cluster: pulumi.Input[str],
) -> dict[str, pulumi.Output[str]]:
    def write(known: Mapping[str, Any]) -> dict[str, str]:
        scope = known["scope"]
        refuse(WELL_KNOWN_POLICIES[key].validate_scope(scope, address=f"{name}.{SCOPES}.{key}"))
        inline = _build(key, context, known["cluster"], scope).inline
        return {policy: canonical_json(document) for policy, document in inline}

    written = pulumi.Output.all(cluster=cluster, scope=whole_scope(args, key)).apply(write)
    return {policy: written[policy] for policy, _ in _outline(key, args, context).inline}


def _outline(key: str, args: RolePermissionsArgs, context: AwsContext) -> Permissions:
    # Which policies there are hangs neither on the cluster's name nor on ARNs known later.
    return _build(key, context, "", known_scope(args, key))


def _well_known(args: RolePermissionsArgs) -> Iterable[str]:
    return args.get("well_known_policies", ())


def _build(key: str, context: AwsContext, cluster: str, scope: Scope) -> Permissions:
    return WELL_KNOWN_POLICIES[key].build(PolicyContext.of(context, cluster), scope)


def _json_text(document: Any) -> str:  # noqa: ANN401 - an object or its JSON text
    return canonical_json(json.loads(document) if isinstance(document, str) else document)
