"""From the models to the schema."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from eks_pod_identity.config.cluster import ClusterConfig
from eks_pod_identity.config.pattern import EXPANSION_KEY
from eks_pod_identity.config.schema.documents import DOCUMENT, document_definitions
from eks_pod_identity.config.schema.generator import SchemaGenerator
from eks_pod_identity.config.schema.reference import DEFINITIONS, TEMPLATE, refer

_STANDALONE = "PodIdentityAssociation"
_PATTERN = "AssociationPattern"
_OWNED = "AddonPodIdentityAssociation"
# What EKS has no place for in an add-on's association may stand there without effect only.
_WITHOUT_EFFECT: Mapping[str, Any] = {
    "createServiceAccount": {"enum": [False, None]},
    "wellKnownPolicies": {
        "type": ["object", "null"],
        "additionalProperties": {"enum": [False, None]},
    },
    "targetRoleARN": {"enum": [None, ""]},
    "grantTargetRole": {"enum": [False, None]},
    "disableSessionTags": {"enum": [False, None]},
    "policy": {"enum": [None, ""]},
}


def build_schema() -> dict[str, Any]:
    """Return the schema of a ClusterConfig as far as it is ours; eksctl's other keys are open."""
    schema = ClusterConfig.model_json_schema(
        schema_generator=SchemaGenerator, ref_template=TEMPLATE
    )
    definitions = schema.pop("$defs") | document_definitions()
    # Pydantic knows no definitions but its own.
    for name in (_STANDALONE, _PATTERN):
        policy = definitions[name]["properties"]["permissionPolicy"]
        policy |= {"allOf": [refer(DOCUMENT)]}
    definitions[_OWNED] = _owned(definitions[_STANDALONE])
    definitions[_STANDALONE]["required"].insert(0, "namespace")
    entries = definitions["Addon"]["properties"]["podIdentityAssociations"]
    entries["items"] = refer(_OWNED)
    return {
        "$schema": SchemaGenerator.schema_dialect,
        "title": "ClusterConfig of eksctl, as far as eks-pod-identity reads it",
        **{key: value for key, value in schema.items() if key != "required"},
        "anyOf": _either_document(schema["required"]),
        DEFINITIONS: dict(sorted(definitions.items())),
    }


def _either_document(required: Sequence[str]) -> list[dict[str, Any]]:
    # Editors look at each document of a file by itself, and the block may have one of its own.
    return [{"required": required}, {"required": [EXPANSION_KEY], "maxProperties": 1}]


def _owned(standalone: Mapping[str, Any]) -> dict[str, Any]:
    owned = copy.deepcopy(dict(standalone))
    owned["description"] = "An association that the add-on owns."
    properties = owned["properties"]
    del properties["tags"]
    for key, replacement in _WITHOUT_EFFECT.items():
        properties[key] = {"description": "Has no place in an add-on.", **replacement}
    properties["namespace"]["description"] = "The add-on's own namespace; may be left out."
    return owned
