"""What clients ask first: which groups, resources and version the API server has.

The OpenAPI documents say only what kubectl looks for before it leaves the checking of fields to the
server; they describe no schemas.
"""

from collections.abc import Mapping
from typing import Any

from eks_pod_identity_emulator.json_value import Json
from eks_pod_identity_emulator.kubernetes.kinds import GROUPS, KINDS, Kind

_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]


_SUBRESOURCES: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "": (
        {
            "name": "serviceaccounts/token",
            "singularName": "",
            "namespaced": True,
            "group": "authentication.k8s.io",
            "version": "v1",
            "kind": "TokenRequest",
            "verbs": ["create"],
        },
    ),
    "apps": (
        {
            "name": "deployments/scale",
            "singularName": "",
            "namespaced": True,
            "group": "autoscaling",
            "version": "v1",
            "kind": "Scale",
            "verbs": ["get", "patch", "update"],
        },
    ),
}


def discovery_document(path: str, version: str) -> Json | None:
    """Return the document at a path below the API's root, None if there is none.

    Args:
        path: Such as "apis/apps/v1".
        version: Kubernetes version of the cluster, such as "1.33".
    """
    named = [_group(group) for group in GROUPS[1:]]
    documents: dict[str, Json] = {
        "api": {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []},
        "api/v1": _resources(""),
        "apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": named},
        "openapi/v3": {
            "paths": {
                _root(group): {"serverRelativeURL": f"/openapi/v3/{_root(group)}"}
                for group in GROUPS
            }
        },
        "version": _version(version),
    }
    for group in GROUPS[1:]:
        documents[f"apis/{group}"] = {"kind": "APIGroup", "apiVersion": "v1", **_group(group)}
        documents[f"apis/{group}/v1"] = _resources(group)
    documents |= {f"openapi/v3/{_root(group)}": _openapi(group) for group in GROUPS}
    return documents.get(path)


def _root(group: str) -> str:
    return f"apis/{group}/v1" if group else "api/v1"


def _group(name: str) -> Mapping[str, Any]:
    version = {"groupVersion": f"{name}/v1", "version": "v1"}
    return {"name": name, "versions": [version], "preferredVersion": version}


def _resources(group: str) -> Mapping[str, Any]:
    kinds = [kind for kind in KINDS if kind.group == group]
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": f"{group}/v1" if group else "v1",
        "resources": [*(_resource(kind) for kind in kinds), *_SUBRESOURCES.get(group, ())],
    }


def _resource(kind: Kind) -> Mapping[str, Any]:
    return {
        "name": kind.plural,
        "singularName": kind.name.lower(),
        "namespaced": kind.namespaced,
        "kind": kind.name,
        "verbs": _VERBS,
        "shortNames": [kind.short_name] if kind.short_name else [],
        "categories": ["all"] if kind.group or kind.name in ("Pod", "Service") else [],
    }


def _version(version: str) -> Mapping[str, Any]:
    major, _, minor = version.partition(".")
    return {
        "major": major,
        "minor": minor,
        "gitVersion": f"v{version}.0-eks-emulated",
        "gitTreeState": "clean",
        "platform": "linux/amd64",
    }


def _openapi(group: str) -> Mapping[str, Any]:
    return {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": "v1"},
        "components": {"schemas": {}},
        "paths": {_item_path(kind): _operations(kind) for kind in KINDS if kind.group == group},
    }


def _item_path(kind: Kind) -> str:
    scope = "namespaces/{namespace}/" if kind.namespaced else ""
    return f"/{_root(kind.group)}/{scope}{kind.plural}/{{name}}"


def _operations(kind: Kind) -> Mapping[str, Any]:
    operation = {
        "parameters": [
            {"name": name, "in": "query", "schema": {"type": "string"}}
            for name in ("dryRun", "fieldManager", "fieldValidation")
        ],
        "responses": {"200": {"description": "OK"}},
        "x-kubernetes-group-version-kind": {
            "group": kind.group,
            "version": "v1",
            "kind": kind.name,
        },
    }
    return {"patch": operation, "put": operation}
