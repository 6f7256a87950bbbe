"""What rules hold of one key alone, in the words of JSON Schema.

Each limit is that of the rule, by the same constant. A rule that needs a second key to judge by
has no place here.
"""

from collections.abc import Mapping
from typing import Any

from eks_pod_identity import names
from eks_pod_identity.config.addon import Addon, NamespaceConfig, ResolveConflicts
from eks_pod_identity.config.association import PodIdentityAssociation
from eks_pod_identity.config.cluster import (
    API_VERSION,
    KIND,
    ClusterConfig,
    Iam,
    IpFamily,
    KubernetesNetworkConfig,
    Metadata,
)
from eks_pod_identity.config.pattern import (
    AgentSource,
    AssociationPattern,
    Expansion,
    RoleSharing,
)
from eks_pod_identity.config.section import Section, eksctl_key
from eks_pod_identity.config.validate import (
    addon,
    cluster,
    permission,
    role_settings,
    tag,
    uniqueness,
)
from eks_pod_identity.iam.document import (
    MANAGED_POLICIES_MAX,
    SESSION_POLICY_MAX_LENGTH,
    TRUST_POLICY_MAX_SIZE,
    TRUST_POLICY_QUOTA_MAX,
)
from eks_pod_identity.iam.trust import TrustScope
from eks_pod_identity.iam.well_known import WELL_KNOWN_POLICIES, WellKnownPolicy

REQUIRED: Mapping[type[Section], tuple[str, ...]] = {
    ClusterConfig: ("metadata",),
    Metadata: ("name", "region"),
    Addon: ("name",),
    PodIdentityAssociation: ("service_account_name",),
}

_NOT_OF_AWS = "^(?![aA][wW][sS]:)"


def _tags() -> dict[str, Any]:
    characters = f"^[^{tag.excluded_ascii()}]*$"
    return {
        "maxProperties": tag.MAX_TAGS,
        "propertyNames": {
            "minLength": 1,
            "maxLength": tag.MAX_KEY,
            "allOf": [{"pattern": _NOT_OF_AWS}, {"pattern": characters}],
        },
        "additionalProperties": {
            "type": ["string", "number", "boolean", "null"],
            "maxLength": tag.MAX_VALUE,
            "pattern": characters,
        },
    }


def _well_known_policies(*, scoped: bool = False) -> dict[str, Any]:
    return {
        "properties": {
            key: _flag(policy, scoped=scoped) for key, policy in WELL_KNOWN_POLICIES.items()
        },
        "additionalProperties": False,
    }


def _flag(policy: WellKnownPolicy, *, scoped: bool) -> dict[str, Any]:
    description = f"{policy.title}. {policy.description}"
    if not scoped and any(argument.required for argument in policy.arguments):
        description += " Needs ARNs, so write its statements as permissionPolicy."
        return {"description": description, "enum": [False, None]}
    return {"description": description, "type": ["boolean", "null"]}


def _well_known_scopes() -> dict[str, Any]:
    return {
        "properties": {key: _scope(policy) for key, policy in WELL_KNOWN_POLICIES.items()},
        "additionalProperties": False,
    }


def _scope(policy: WellKnownPolicy) -> dict[str, Any]:
    arns = {"type": "array", "minItems": 1, "items": {"type": "string"}}
    return {
        "description": f"What narrows {policy.key}.",
        "type": ["object", "null"],
        "properties": {
            eksctl_key(each.name): {"description": each.description, **arns}
            for each in policy.arguments
        },
        "additionalProperties": False,
    }


def _listed(pattern: str) -> dict[str, Any]:
    items = {"type": ["string", "number", "boolean"], "pattern": f"^({pattern})$"}
    return {"minItems": 1, "uniqueItems": True, "items": items}


def _one_of(*values: str) -> dict[str, Any]:
    return {"enum": [*values, "", None]}


def _in_any_case(*words: str) -> dict[str, Any]:
    spellings = (
        "".join(f"[{letter.lower()}{letter.upper()}]" for letter in word) for word in words
    )
    return {"pattern": "|".join(spellings), "examples": [word.lower() for word in words]}


_NAMESPACE = {"pattern": names.NAMESPACE_PATTERN, "maxLength": names.NAMESPACE_MAX_LENGTH}
_ROLE_ARN = {"pattern": names.ROLE_ARN_PATTERN}
_TAGS = _tags()
_ASSOCIATION: Mapping[str, dict[str, Any]] = {
    "namespace": _NAMESPACE,
    "service_account_name": {
        "pattern": names.SERVICE_ACCOUNT_PATTERN,
        "maxLength": names.SERVICE_ACCOUNT_MAX_LENGTH,
    },
    "role_arn": _ROLE_ARN,
    "target_role_arn": _ROLE_ARN,
    "role_name": {"pattern": names.ROLE_NAME_PATTERN},
    "permissions_boundary_arn": {"pattern": names.POLICY_ARN_PATTERN},
    "description": {"maxLength": role_settings.DESCRIPTION_MAX_LENGTH},
    "path": {"pattern": role_settings.PATH_PATTERN},
    "max_session_duration": {
        "minimum": role_settings.SHORTEST_SESSION,
        "maximum": role_settings.LONGEST_SESSION,
    },
    "permission_policy_arns": {
        "maxItems": MANAGED_POLICIES_MAX,
        "uniqueItems": True,
        "items": {"type": "string", "pattern": f"^({names.POLICY_ARN_PATTERN})$"},
    },
    "permission_policy_name": {"pattern": permission.POLICY_NAME_PATTERN},
    "well_known_policies": _well_known_policies(),
    "tags": _TAGS,
    "policy": {"maxLength": SESSION_POLICY_MAX_LENGTH},
}

LIMITS: Mapping[type[Section], Mapping[str, dict[str, Any]]] = {
    ClusterConfig: {"api_version": _one_of(API_VERSION), "kind": _one_of(KIND)},
    Metadata: {
        "name": {"pattern": names.CLUSTER_NAME_PATTERN},
        "region": {"pattern": names.REGION_PATTERN},
        "version": {"pattern": cluster.KUBERNETES_VERSION_PATTERN},
        "tags": _TAGS,
    },
    Iam: {"pod_identity_associations": {"maxItems": uniqueness.MAX_ASSOCIATIONS}},
    KubernetesNetworkConfig: {"ip_family": _one_of(*(each.value for each in IpFamily))},
    NamespaceConfig: {"namespace": _NAMESPACE},
    Addon: {
        "name": {"pattern": addon.NAME_PATTERN},
        "version": {"pattern": addon.VERSION_PATTERN},
        "service_account_role_arn": _ROLE_ARN,
        "resolve_conflicts": _in_any_case(*(each.value for each in ResolveConflicts)),
        "tags": _TAGS,
    },
    PodIdentityAssociation: _ASSOCIATION,
    AssociationPattern: {
        **_ASSOCIATION,
        "namespaces": _listed(names.NAMESPACE_PATTERN),
        "service_account_names": _listed(names.SERVICE_ACCOUNT_PATTERN),
        "clusters": _listed(names.CLUSTER_NAME_PATTERN),
        "role": _one_of(*(each.value for each in RoleSharing)),
        "role_name": {"pattern": r"([A-Za-z0-9_+=,.@-]|\{cluster\})+"},
        "trust_scope": _one_of(*(each.value for each in TrustScope)),
        "well_known_policies": _well_known_policies(scoped=True),
        "well_known_policy_scopes": _well_known_scopes(),
    },
    Expansion: {
        "agent": _one_of(*(each.value for each in AgentSource)),
        "associations": {"maxItems": uniqueness.MAX_ASSOCIATIONS},
        "trust_policy_quota": {
            "minimum": TRUST_POLICY_MAX_SIZE,
            "maximum": TRUST_POLICY_QUOTA_MAX,
        },
    },
}
