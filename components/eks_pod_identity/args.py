"""Arguments that several components share.

TypedDicts, because Pulumi reads the schema of a hosted component from them; for the same reason
this package's component modules never import annotations from the future.
"""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict, cast

import pulumi

from eks_pod_identity.iam.trust import TrustScope


class ServiceAccountArgs(TypedDict):
    """A Kubernetes service account, which need not exist yet."""

    namespace: pulumi.Input[str]
    """The namespace of the service account."""
    name: pulumi.Input[str]
    """The name of the service account."""


class RolePermissionsArgs(TypedDict):
    """What a role that is made here may do, and who may take it on."""

    role_name: NotRequired[pulumi.Input[str]]
    """The role's name; by default made of cluster, namespace, service account and a short hash."""
    permission_policy_arns: NotRequired[list[pulumi.Input[str]]]
    """ARNs of managed policies to attach, AWS's or your own; at most 10."""
    permission_policy: NotRequired[pulumi.Input[Any]]
    """An inline policy document, as an object or as JSON text."""
    permission_policy_name: NotRequired[str]
    """The name of the inline policy; `permissions` by default."""
    well_known_policies: NotRequired[list[str]]
    """Ready-made policies by name, for example `externalDNS`."""
    well_known_policy_scopes: NotRequired[
        dict[str, dict[str, pulumi.Input[list[pulumi.Input[str]]]]]
    ]
    """ARNs that narrow well-known policies: by policy, then by the argument's name."""
    permissions_boundary_arn: NotRequired[pulumi.Input[str]]
    """The ARN of a managed policy that bounds the role's permissions."""
    trust_scope: NotRequired[TrustScope]
    """Who of the account may take the role on; by default its own service accounts only."""


class DeclarationArgs(TypedDict):
    """Where something was declared, for messages; programs that read a file fill it in."""

    address: str
    """In the user's spelling, for example `addons[2]`."""
    file: NotRequired[str]
    """The file, for example `cluster.yaml`."""
    line: NotRequired[int]
    """The line, from 1."""
    column: NotRequired[int]
    """The column, from 1."""


def role_permissions(args: Mapping[str, Any]) -> RolePermissionsArgs:
    """Return those of a component's arguments that describe the role made for it."""
    keys = RolePermissionsArgs.__optional_keys__
    return cast("RolePermissionsArgs", {key: value for key, value in args.items() if key in keys})
