"""`aws:iam/getPolicyDocument:getPolicyDocument`: a policy document from its parts. Pure.

After terraform-provider-aws internal/service/iam/policy_document_data_source.go: one member is
written without a list, more are written in reverse order, statements of the same Sid are merged by
the later one.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from eks_pod_identity_emulator.plugins.provider import PluginError
from eks_pod_identity_emulator.plugins.values import PropertyMap

_VERSION = "2012-10-17"
# Statement members in the order in which Terraform writes them.
_LISTS = {
    "actions": "Action",
    "notActions": "NotAction",
    "resources": "Resource",
    "notResources": "NotResource",
}


def policy_document(arguments: PropertyMap) -> PropertyMap:
    """Return the document as text, with and without spaces.

    Raises:
        PluginError: A source is no JSON, or two statements of the sources share a Sid.
    """
    document = _document(arguments)
    text = json.dumps(document, indent=2)
    return {
        **arguments,
        "id": str(int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)),
        "json": text,
        "minifiedJson": json.dumps(document, separators=(",", ":")),
        "version": document["Version"],
    }


def _document(arguments: PropertyMap) -> PropertyMap:
    sources = [arguments["sourceJson"]] if arguments.get("sourceJson") else []
    overrides = [arguments["overrideJson"]] if arguments.get("overrideJson") else []
    given = [_statement(statement) for statement in arguments.get("statements") or ()]
    statements = _merged([], _statements([*sources, *_texts(arguments, "source")]), unique=True)
    statements = _merged(statements, given)
    for text in [*overrides, *_texts(arguments, "override")]:
        statements = _merged(statements, _statements([text]))
    policy_id = {"Id": arguments["policyId"]} if arguments.get("policyId") else {}
    version = {"Version": arguments.get("version", _VERSION)}
    return {**version, **policy_id, "Statement": statements}


def _texts(arguments: PropertyMap, which: str) -> list[str]:
    return list(arguments.get(f"{which}PolicyDocuments") or ())


def _statements(texts: Iterable[str]) -> list[PropertyMap]:
    found: list[PropertyMap] = []
    for text in filter(None, texts):
        try:
            statements = json.loads(text).get("Statement", [])
        except (ValueError, AttributeError) as error:
            raise PluginError(f"reading IAM Policy Document: invalid JSON: {error}") from error
        found.extend(statements if isinstance(statements, list) else [statements])
    return found


def _merged(
    before: list[PropertyMap], after: list[PropertyMap], *, unique: bool = False
) -> list[PropertyMap]:
    merged = list(before)
    for statement in after:
        sid = statement.get("Sid")
        at = next((i for i, other in enumerate(merged) if sid and other.get("Sid") == sid), None)
        if at is None:
            merged.append(statement)
        elif unique:
            raise PluginError(f"duplicate Sid ({sid}) in source_policy_documents")
        else:
            merged[at] = statement
    return merged


def _statement(given: Mapping[str, Any]) -> PropertyMap:
    statement: PropertyMap = {"Sid": given["sid"]} if given.get("sid") else {}
    statement["Effect"] = given.get("effect", "Allow")
    for name, member in _LISTS.items():
        if given.get(name):
            statement[member] = _members(given[name])
    for name, member in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if given.get(name):
            statement[member] = _principals(given[name])
    if given.get("conditions"):
        statement["Condition"] = _conditions(given["conditions"])
    return statement


def _members(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else sorted(set(values), reverse=True)


def _principals(given: list[Mapping[str, Any]]) -> str | PropertyMap:
    by_type: dict[str, list[str]] = {}
    for principal in given:
        by_type.setdefault(principal["type"], []).extend(principal["identifiers"])
    if by_type == {"*": ["*"]}:
        return "*"
    return {kind: _members(identifiers) for kind, identifiers in by_type.items()}


def _conditions(given: list[Mapping[str, Any]]) -> PropertyMap:
    tests: dict[str, dict[str, list[str]]] = {}
    for condition in given:
        variables = tests.setdefault(condition["test"], {})
        variables.setdefault(condition["variable"], []).extend(condition["values"])
    return {
        test: {variable: _values(values) for variable, values in variables.items()}
        for test, variables in tests.items()
    }


def _values(values: list[str]) -> str | list[str]:
    """Condition values keep their order."""
    return values[0] if len(values) == 1 else values
