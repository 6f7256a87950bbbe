"""From a role's arguments to the policies it gets, named so that a change touches one resource."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pulumi

from eks_pod_identity.args import RolePermissionsArgs
from eks_pod_identity.iam.document import canonical_json
from eks_pod_identity.iam.well_known import (
    WELL_KNOWN_POLICIES,
    Permissions,
    PolicyContext,
    Scope,
)
from eks_pod_identity.refusal import refuse
from eks_pod_identity.scopes import ARGUMENT as SCOPES
from eks_pod_identity.scopes import known_scope, whole_scope
from eks_pod_identity.surroundings import Surroundings

_INLINE_POLICY_NAME = "permissions"


def managed_policies(
    args: RolePermissionsArgs, surroundings: Surroundings
) -> dict[str, pulumi.Input[str]]:
    """Return ARNs of managed policies by the suffix that names their attachment."""
    well_known = (
        arn for key in _well_known(args) for arn in _outline(key, args, surroundings).managed
    )
    return dict(_suffixed([*args.get("permission_policy_arns", ()), *well_known]))


def _suffixed(
    arns: Iterable[pulumi.Input[str]],
) -> Iterator[tuple[str, pulumi.Input[str]]]:
    taken: dict[str, str] = {}
    for index, arn in enumerate(arns):
        if not isinstance(arn, str):
            # The ARN of a policy of the same program is not known yet; only its position is.
            yield f"policy-{index}", arn
        elif arn not in taken.values():
            suffix = _suffix(arn)
            if suffix in taken:
                suffix = f"{suffix}-{hashlib.sha256(arn.encode()).hexdigest()[:6]}"
            taken[suffix] = arn
            yield suffix, arn


def _suffix(arn: str) -> str:
    return re.sub(r"[^\w.-]", "-", arn.rsplit("/", 1)[-1])


def inline_policies(
    name: str, args: RolePermissionsArgs, surroundings: Surroundings, cluster: pulumi.Input[str]
) -> dict[str, pulumi.Output[str]]:
    """Return inline policy documents, as stable JSON text, by policy name.

    Args:
        name: The role's component, for messages about what is known later only.
        args: The arguments of the role.
        surroundings: Where the role is made.
        cluster: The cluster whose pods take it on.
    """
    policies: dict[str, pulumi.Output[str]] = {}
    if "permission_policy" in args:
        own = args.get("permission_policy_name", _INLINE_POLICY_NAME)
        policies[own] = pulumi.Output.from_input(args["permission_policy"]).apply(_json_text)
    for key in _well_known(args):
        policies |= _well_known_inline(name, key, args, surroundings, cluster)
    return policies


def _well_known_inline(
    name: str,
    key: str,
    args: RolePermissionsArgs,
    surroundings: Surroundings,
    cluster: pulumi.Input[str],
) -> dict[str, pulumi.Output[str]]:
    def write(known: Mapping[str, Any]) -> dict[str, str]:
        scope = known["scope"]
        refuse(WELL_KNOWN_POLICIES[key].validate_scope(scope, address=f"{name}.{SCOPES}.{key}"))
        inline = _build(key, surroundings, known["cluster"], scope).inline
        return {policy: canonical_json(document) for policy, document in inline}

    written = pulumi.Output.all(cluster=cluster, scope=whole_scope(args, key)).apply(write)
    return {policy: written[policy] for policy, _ in _outline(key, args, surroundings).inline}


def _outline(key: str, args: RolePermissionsArgs, surroundings: Surroundings) -> Permissions:
    # Which policies there are hangs neither on the cluster's name nor on ARNs known later.
    return _build(key, surroundings, "", known_scope(args, key))


def _well_known(args: RolePermissionsArgs) -> Iterable[str]:
    return args.get("well_known_policies", ())


def _build(key: str, surroundings: Surroundings, cluster: str, scope: Scope) -> Permissions:
    context = PolicyContext(
        partition=surroundings.partition,
        region=surroundings.region,
        account=surroundings.account,
        cluster=cluster,
    )
    return WELL_KNOWN_POLICIES[key].build(context, scope)


def _json_text(document: Any) -> str:  # noqa: ANN401 - an object or its JSON text
    return canonical_json(json.loads(document) if isinstance(document, str) else document)
