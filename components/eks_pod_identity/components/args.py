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


class AdoptsArgs(TypedDict):
    """Plain resources of this stack that move under the component, by their names or URNs."""

    role: NotRequired[str]
    """The `aws.iam.Role`; without `role_name` it keeps the name that it has."""
    attachments: NotRequired[dict[str, str]]
    """Each `aws.iam.RolePolicyAttachment` of the role, by the ARN of its policy."""
    inline_policies: NotRequired[dict[str, str]]
    """Each `aws.iam.RolePolicy` of the role, by the name of its policy."""
    association: NotRequired[str]
    """The `aws.eks.PodIdentityAssociation`; of PodIdentityAssociation only."""


class RoleSettingsArgs(TypedDict):
    """What a role that is made here has beside its name, trust and permissions."""

    description: NotRequired[pulumi.Input[str]]
    """The role's description, at most 1,000 characters."""
    path: NotRequired[str]
    """The role's path, such as `/teams/shop/`; `/` by default. Another path replaces the role."""
    max_session_duration: NotRequired[int]
    """The longest session of the role in seconds, 3,600 (the default) to 43,200. Pods get six hours
    whatever it says, and one hour of a target role."""
    force_detach_policies: NotRequired[bool]
    """Whether policies that others attached go with the role when it is deleted."""
    trusted_by: NotRequired[list[Any]]
    """Statements of a trust policy beside ours, for roles that something else assumes too."""


class RolePermissionsArgs(RoleSettingsArgs):
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


class PodIdentityRoleArgs(RolePermissionsArgs):
    """Arguments of PodIdentityRole."""

    cluster_name: NotRequired[pulumi.Input[str]]
    """The name of the EKS cluster; only its pods may assume the role."""
    cluster_names: NotRequired[list[pulumi.Input[str]]]
    """Several clusters of the region instead, which need not exist yet; needs `role_name`."""
    service_accounts: list[ServiceAccountArgs]
    """The service accounts with pods that may assume the role; at least one."""
    session_tags: NotRequired[bool]
    """Whether EKS tags the sessions (true by default); false goes with disableSessionTags."""
    target_role_arn: NotRequired[pulumi.Input[str]]
    """The ARN of a role that the role may assume, for associations with this target role."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of the role, beside those that name its owner."""
    adopts: NotRequired[AdoptsArgs]
    """Plain resources of this stack that become this role and its policies, without replacement."""
    retain: NotRequired[bool]
    """Whether AWS keeps all of it when Pulumi deletes it; false by default."""


class TargetAssociationArgs(TypedDict):
    """An association that reaches a target role through its own role; it need not exist yet."""

    cluster_arn: str
    """The ARN of the association's cluster."""
    namespace: str
    """The namespace of its service account."""
    service_account: str
    """The name of its service account."""
    source_role_arn: pulumi.Input[str]
    """The ARN of its role, of the cluster's account."""
    disable_session_tags: NotRequired[bool]
    """Whether the association disables session tags; then its external id is asked for."""
    external_id: NotRequired[pulumi.Input[str]]
    """The external id that EKS gave it, to be compared with the one that the trust asks for."""


class TargetRoleArgs(TypedDict):
    """Arguments of TargetRole."""

    account: str
    """The account that the role is made in, 12 digits; the component's provider must be of it."""
    role_name: str
    """The role's name; with it both accounts know the ARN before there is a role."""
    associations: list[TargetAssociationArgs]
    """The associations with pods that may assume the role; at least one."""
    permission_policy_arns: NotRequired[list[pulumi.Input[str]]]
    """ARNs of managed policies to attach, AWS's or of the role's account; at most 10."""
    permission_policy: NotRequired[pulumi.Input[Any]]
    """An inline policy document, as an object or as JSON text."""
    permission_policy_name: NotRequired[str]
    """The name of the inline policy; `permissions` by default."""
    permissions_boundary_arn: NotRequired[pulumi.Input[str]]
    """The ARN of a managed policy that bounds the role's permissions."""
    description: NotRequired[pulumi.Input[str]]
    """The role's description, at most 1,000 characters."""
    path: NotRequired[str]
    """The role's path, such as `/teams/shop/`; `/` by default. Another path replaces the role."""
    force_detach_policies: NotRequired[bool]
    """Whether policies that others attached go with the role when it is deleted."""
    trusted_by: NotRequired[list[Any]]
    """Statements of a trust policy beside ours, for roles that something else assumes too."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of the role, beside those that name its owner."""
    source_provider: NotRequired[Any]
    """An AWS provider of the clusters' account: with it the source roles get the permission to
    assume the role; without it `grant_policy` has what they need."""


class PodIdentityAssociationArgs(RolePermissionsArgs):
    """Arguments of PodIdentityAssociation: either `role_arn` or permissions for a new role."""

    cluster_name: pulumi.Input[str]
    """The name of the EKS cluster."""
    namespace: pulumi.Input[str]
    """The namespace of the service account."""
    service_account: pulumi.Input[str]
    """The name of the service account."""
    role_arn: NotRequired[pulumi.Input[str]]
    """The ARN of a role you have; excludes permissions."""
    target_role_arn: NotRequired[pulumi.Input[str]]
    """The ARN of a role, of any account, that EKS assumes from the first one."""
    grant_target_role: NotRequired[bool]
    """Whether the role that is made may assume the target role; false by default."""
    disable_session_tags: NotRequired[bool]
    """Whether EKS leaves its session tags out; false by default."""
    policy: NotRequired[pulumi.Input[str]]
    """A session policy as JSON text; needs `disable_session_tags`."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of the association and of the role that is made for it."""
    create_service_account: NotRequired[bool]
    """Whether to make the Kubernetes service account too; one that exists is an error."""
    create_namespace: NotRequired[bool]
    """Whether to make the namespace if there is none; it stays when the association goes."""
    adopts: NotRequired[AdoptsArgs]
    """Plain resources of this stack that become these, without replacement."""
    retain: NotRequired[bool]
    """Whether AWS and Kubernetes keep all of it when Pulumi deletes it; false by default."""
    wait_until_settled: NotRequired[float]
    """How many seconds to wait at most until new pods get the credentials; by default none."""


class PodIdentityAgentArgs(TypedDict):
    """Arguments of PodIdentityAgent."""

    cluster_name: pulumi.Input[str]
    """The name of the EKS cluster, which must not be in Auto Mode: that one has the agent."""
    addon_version: NotRequired[pulumi.Input[str]]
    """A full version; by default EKS's default for the cluster."""
    configuration_values: NotRequired[pulumi.Input[str]]
    """The add-on's configuration as JSON or YAML text."""
    resolve_conflicts: NotRequired[str]
    """`NONE`, `OVERWRITE` or `PRESERVE` (updates only), for fields that others have changed."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of the add-on."""
    retain: NotRequired[bool]
    """Whether AWS keeps all of it when Pulumi deletes it; false by default."""


class AddonPodIdentityAssociationArgs(RolePermissionsArgs):
    """An association that the add-on owns: either `role_arn` or permissions for a new role."""

    service_account: str
    """The name of the add-on's service account, as EKS's catalogue lists it."""
    role_arn: NotRequired[pulumi.Input[str]]
    """The ARN of a role you have; excludes permissions."""


class AddonArgs(TypedDict):
    """Arguments of Addon."""

    cluster_name: pulumi.Input[str]
    """The name of the EKS cluster."""
    addon_name: str
    """EKS's name of the add-on, for example `vpc-cni`."""
    addon_version: NotRequired[str]
    """A full or partial version or `latest`; by default EKS's default for the cluster."""
    pod_identity_associations: NotRequired[list[AddonPodIdentityAssociationArgs]]
    """All associations of the add-on; an empty list removes them, leaving it out never does."""
    use_default_pod_identity_associations: NotRequired[bool]
    """Whether to make the associations that EKS recommends for this add-on."""
    service_account_role_arn: NotRequired[pulumi.Input[str]]
    """The ARN of an IRSA role; excludes a list of associations that is not empty."""
    configuration_values: NotRequired[pulumi.Input[str]]
    """The add-on's configuration as JSON or YAML text."""
    namespace: NotRequired[str]
    """The namespace to install it in, if not EKS's default; fixed once installed."""
    preserve: NotRequired[bool]
    """Whether software, associations and roles stay when the add-on is deleted."""
    resolve_conflicts: NotRequired[str]
    """`NONE`, `OVERWRITE` or `PRESERVE` (updates only), for fields that others have changed."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of the add-on and of the roles made for it."""
    retain: NotRequired[bool]
    """Whether AWS keeps all of it when Pulumi deletes it; false by default."""
    kubernetes_version: NotRequired[str]
    """The cluster's Kubernetes version; looked up if left out."""
    ip_family: NotRequired[str]
    """The cluster's IP family, `ipv4` or `ipv6`; looked up if left out."""


class ClusterPodIdentitiesArgs(TypedDict):
    """Arguments of ClusterPodIdentities: either `config_file` or `config`."""

    config_file: NotRequired[str]
    """The path of a ClusterConfig file, seen from the program's folder."""
    config: NotRequired[str]
    """The text of a ClusterConfig."""
    cluster_name: NotRequired[pulumi.Input[str]]
    """The cluster to create the file's part of, by default the one of `metadata`; an output of a
    cluster that this program creates is waited for, and must be the name in `metadata`."""
    kubernetes_version: NotRequired[str]
    """The Kubernetes version of a cluster that this program creates, if the file lacks it."""
    ip_family: NotRequired[str]
    """The IP family of such a cluster, `ipv4` or `ipv6`, if the file does not say it."""
    auto_mode: NotRequired[bool]
    """Whether such a cluster runs in Auto Mode, if the file does not say it."""
    create_namespaces: NotRequired[bool]
    """Whether to make missing namespaces of the service accounts to be made; they stay for good."""
    retain: NotRequired[bool]
    """Whether AWS and Kubernetes keep all of it when Pulumi deletes it; false by default."""
    former_cluster: NotRequired[str]
    """The component's cluster of before: confirms that its associations and add-ons go."""


def role_permissions(args: Mapping[str, Any]) -> RolePermissionsArgs:
    """Return those of a component's arguments that describe the role made for it."""
    keys = RolePermissionsArgs.__optional_keys__
    return cast("RolePermissionsArgs", {key: value for key, value in args.items() if key in keys})
