"""A target role and what source roles need to assume it, registered under the component that asks.

The trust is closed by tags or by external id, so it is text that is known before either account has
anything; see `iam.target_trust`.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from eks_pod_identity.components.args import PodIdentityRoleArgs, TargetRoleArgs
from eks_pod_identity.components.guards.target_role import (
    cluster_of,
    external_id_problems,
    source_problems,
)
from eks_pod_identity.components.refusal import refuse
from eks_pod_identity.components.resources.permissions import (
    inline_policies,
    managed_policies,
    managed_policies_of_program,
)
from eks_pod_identity.components.resources.role_definition import RoleDefinition, role_settings
from eks_pod_identity.components.resources.tags import target_tags
from eks_pod_identity.config import Fault
from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.document import (
    TRUST_POLICY_MAX_SIZE,
    build_document,
    canonical_json,
    document_size,
)
from eks_pod_identity.iam.target_trust import (
    ChainedAssociation,
    build_target_grant,
    build_target_trust_policy,
)
from eks_pod_identity.names import AwsContext, ServiceAccountRef, parse_arn


def define_target_role(name: str, args: TargetRoleArgs, context: AwsContext) -> RoleDefinition:
    """Return what a target role is made of.

    Args:
        name: The component, for messages about what is known later only.
        args: The arguments, already judged.
        context: Where the role is made.
    """
    permissions: PodIdentityRoleArgs = {**_permissions(args), "service_accounts": []}  # type: ignore[typeddict-item]
    own: pulumi.Output[Any] = pulumi.Output.from_input(args.get("tags", {}))
    return RoleDefinition(
        name=args["role_name"],
        trust_policy=_trust(name, args),
        tags=own.apply(target_tags),
        managed_policy_arns=managed_policies(permissions, context),
        later_policy_arns=managed_policies_of_program(permissions),
        inline_policies=inline_policies(name, permissions, context, ""),
        permissions_boundary_arn=args.get("permissions_boundary_arn"),
        settings=role_settings(args),
        arn=context.role_arn(args["role_name"], args.get("path") or "/"),
    )


def _permissions(args: TargetRoleArgs) -> Mapping[str, Any]:
    keys = ("permission_policy_arns", "permission_policy", "permission_policy_name")
    return {key: value for key, value in args.items() if key in keys}


def _trust(name: str, args: TargetRoleArgs) -> pulumi.Output[str]:
    entries = args["associations"]

    def write(known: Sequence[Mapping[str, Any]]) -> str:
        refuse(_late_problems(name, entries, known))
        document = build_target_trust_policy(map(chained, known))
        whole = build_document(*document["Statement"], *(args.get("trusted_by") or ()))
        refuse(_size_problems(name, document_size(whole)))
        return canonical_json(whole)

    return pulumi.Output.all(*(dict(each) for each in entries)).apply(write)


def chained(entry: Mapping[str, Any]) -> ChainedAssociation:
    """Return the association that an entry names, all of it known."""
    return ChainedAssociation(
        entry["source_role_arn"],
        entry["cluster_arn"],
        ServiceAccountRef(entry["namespace"], entry["service_account"]),
        session_tags=not entry.get("disable_session_tags"),
    )


def _late_problems(
    name: str, entries: Sequence[Mapping[str, Any]], known: Sequence[Mapping[str, Any]]
) -> Iterator[Problem]:
    """Yield what only the values of outputs show."""
    for index, (written, entry) in enumerate(zip(entries, known, strict=True)):
        address = f"{name}.associations[{index}]"
        cluster = cluster_of(entry)
        if cluster and not isinstance(written["source_role_arn"], str):
            yield from source_problems(address, entry["source_role_arn"], cluster)
        if "external_id" in entry and not isinstance(written["external_id"], str):
            yield from external_id_problems(
                f"{address}.external_id", entry["external_id"], chained(entry).external_id
            )


def _size_problems(name: str, size: int) -> Iterator[Problem]:
    if size > TRUST_POLICY_MAX_SIZE:
        yield Problem(
            Fault.TRUST_POLICY_TOO_LARGE.id,
            f"{name}.associations",
            f"trust policy has {size:,} characters, IAM takes {TRUST_POLICY_MAX_SIZE:,}",
            help=("make several target roles with fewer associations each",),
        )


class SourceGrants:
    """Lets source roles assume a target role: an inline policy on each, one for each association.

    Attributes:
        policies: The policies.
    """

    def __init__(
        self, component: pulumi.ComponentResource, name: str, args: TargetRoleArgs, arn: str
    ) -> None:
        """Register them with the provider of the source roles' account.

        Args:
            component: The component that they belong to.
            name: What their names begin with.
            args: The arguments, already judged.
            arn: The target role's.
        """
        self._options = pulumi.ResourceOptions(
            parent=component, provider=args["source_provider"], delete_before_replace=True
        )
        self._name, self._role_name, self._arn = name, args["role_name"], arn
        self.policies = [self._grant(each) for each in args["associations"]]

    def _grant(self, entry: Mapping[str, Any]) -> aws.iam.RolePolicy:
        cluster = cluster_of(entry)
        label = f"{cluster.resource.partition('/')[2] if cluster else ''}-{entry['namespace']}"
        grant = build_target_grant([self._arn], session_tags=not entry.get("disable_session_tags"))
        return aws.iam.RolePolicy(
            f"{self._name}-{label}-{entry['service_account']}",
            name=f"assume-{self._role_name}-{_digest(entry)}",
            role=pulumi.Output.from_input(entry["source_role_arn"]).apply(_name_of),
            policy=canonical_json(grant),
            opts=self._options,
        )


def _digest(entry: Mapping[str, Any]) -> str:
    # One role may be that of several associations, and a policy's name is once on a role.
    key = "/".join((entry["cluster_arn"], entry["namespace"], entry["service_account"]))
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def _name_of(arn: str) -> str:
    parsed = parse_arn(arn)
    return parsed.resource.rpartition("/")[2] if parsed else arn
