"""What to paste to have a well-known policy: the lines of a file, the arguments of a component.

A flag in a file cannot carry ARNs, so for a narrowed policy its statements are written out.
"""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from eks_pod_identity.iam.document import build_document
from eks_pod_identity.iam.well_known import Permissions, Scope, WellKnownPolicy


def yaml_lines(policy: WellKnownPolicy, scope: Scope, permissions: Permissions) -> Iterator[str]:
    """Yield the keys of an entry of `podIdentityAssociations`."""
    if not scope:
        yield from ("wellKnownPolicies:", f"  {policy.key}: true")
        return
    keys: dict[str, Any] = {}
    if permissions.managed:
        keys["permissionPolicyARNs"] = list(permissions.managed)
    if permissions.inline:
        statements = [each for _, document in permissions.inline for each in document["Statement"]]
        keys["permissionPolicy"] = build_document(*statements)
    yield from _dump(keys)


def _dump(content: dict[str, Any]) -> list[str]:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment] # untyped default
    yaml.width = 1_000  # an ARN stays on one line
    text = StringIO()
    yaml.dump(content, text)
    return text.getvalue().splitlines()


def python_lines(policy: WellKnownPolicy, scope: Scope) -> Iterator[str]:
    """Yield the arguments of a PodIdentityAssociation or PodIdentityRole."""
    yield f'"well_known_policies": ["{policy.key}"],'
    if scope:
        yield '"well_known_policy_scopes": {'
        yield f'    "{policy.key}": {{'
        for name, arns in scope.items():
            yield f'        "{name}": {json.dumps(list(arns))},'
        yield from ("    },", "},")
