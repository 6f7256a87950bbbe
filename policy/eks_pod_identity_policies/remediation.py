"""Remedies of rules as remediations of Pulumi, with secrets and unknowns handed on as they came.

In: a rule and properties as the SDK gives them to a remediation, where nothing guards: an unknown
is a sentinel text, reading a secret gives its plain value, and what is written into the properties
stays even if it is not returned. Out: new properties, or None. Never raises: an exception would end
the deployment, and the rule's judgement follows anyway.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import pulumi_policy as sdk
from pulumi_policy.secret import secrets_preserving_proxy

from eks_pod_identity_policies.plain import MAX_DEPTH, plain
from eks_pod_identity_policies.rule import Changes, ResourceRule
from eks_pod_identity_policies.values import UNKNOWN, Plain, Sealed

# The SDK's hint speaks of an awaitable only; it takes plain values as well.
Remediation: TypeAlias = Callable[[sdk.ResourceValidationArgs], Any]


def remediation_of(
    rule: ResourceRule, changes_for: Callable[[sdk.ResourceValidationArgs, Plain], Changes]
) -> Remediation | None:
    """Return the remediation of a rule, None if it has no remedy.

    Args:
        rule: The rule.
        changes_for: Asks the remedy, for arguments of the SDK and their sealed properties.
    """
    if rule.remedy is None:
        return None

    def remediate(args: sdk.ResourceValidationArgs) -> Any:  # noqa: ANN401 - the SDK's proxy
        if args.resource_type not in rule.types:
            return None
        raw = _target(args.props)
        try:
            changes = changes_for(args, seal(raw))
        except Exception:  # noqa: BLE001 - the rule itself will tell what is wrong
            return None
        if not changes:
            return None
        # A copy: what is changed in place leaks into the next remediation.
        opened = {name: unseal(value) for name, value in changes.items()}
        return secrets_preserving_proxy({**raw, **opened})

    return remediate


def seal(raw: Any, depth: int = 0) -> Plain:  # noqa: ANN401 - whatever the SDK gives
    """Return a value as plain data, with secrets and unknowns sealed."""
    if depth > MAX_DEPTH or isinstance(raw, sdk.Secret):
        return Sealed(raw)
    if isinstance(raw, Mapping):
        return {str(key): seal(each, depth + 1) for key, each in _target(raw).items()}
    if isinstance(raw, list):
        return [seal(each, depth + 1) for each in raw]
    if raw is None or isinstance(raw, str | bool | int | float):
        opened = plain(raw)
        return Sealed(raw) if opened is UNKNOWN else opened
    return Sealed(raw)  # an asset, an archive


def unseal(value: Plain) -> Any:  # noqa: ANN401 - whatever the SDK gave
    """Return a value with what was sealed in it as the SDK gave it."""
    if isinstance(value, Sealed):
        return value.value
    if isinstance(value, dict):
        return {key: unseal(each) for key, each in value.items()}
    if isinstance(value, list):
        return [unseal(each) for each in value]
    return value


def _target(props: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the mapping behind one of the SDK's proxies, which show secrets as plain values."""
    return props if isinstance(props, dict) else props["__target"]
