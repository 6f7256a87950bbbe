"""Scopes of well-known policies, as a role's arguments give them: known now, or later.

In: the arguments of a role. Out: what is wrong with the scopes, and the scopes to build with. For
what an Output will hold, an example stands in: which policies a role gets never hangs on it.
"""

from collections.abc import Iterator, Mapping
from inspect import isawaitable
from typing import Any

import pulumi

from eks_pod_identity.config import Fault
from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.document import Document
from eks_pod_identity.iam.well_known import (
    WELL_KNOWN_POLICIES,
    PolicyContext,
    Scope,
    WellKnownPolicy,
)
from eks_pod_identity.planning.argument_fault import ArgumentFault

ARGUMENT = "well_known_policy_scopes"

_SOMEWHERE = PolicyContext("aws", "eu-west-1", "111122223333", "cluster")


def scope_problems(name: str, args: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with the scopes of a role's well-known policies.

    Args:
        name: The component, or the entry of one, for messages.
        args: Arguments that describe a role.
    """
    address = f"{name}.{ARGUMENT}"
    scopes, keys = args.get(ARGUMENT) or {}, args.get("well_known_policies") or ()
    if not isinstance(scopes, Mapping):
        yield _not_a_mapping(scopes, address)
        return
    for key in scopes:
        if key not in keys:
            yield _without_policy(key, f"{address}.{key}")
    for key in keys:
        if policy := WELL_KNOWN_POLICIES.get(key):
            yield from _problems_of(policy, scopes.get(key, {}), f"{address}.{key}")


def _problems_of(policy: WellKnownPolicy, given: object, address: str) -> Iterator[Problem]:
    if isinstance(given, Mapping):
        yield from policy.validate_scope(_stand_in(policy, given), address=address)
    else:
        yield _not_a_mapping(given, address)


def _without_policy(key: str, address: str) -> Problem:
    return Problem(
        Fault.WELL_KNOWN_SCOPE_WITHOUT_POLICY.id,
        address,
        f'a scope for "{key}", which is not among well_known_policies',
        help=(f'add "{key}" to well_known_policies', "delete the scope"),
    )


def _not_a_mapping(given: object, address: str) -> Problem:
    return Problem(
        ArgumentFault.WELL_KNOWN_SCOPE_NOT_MAPPING.id,
        address,
        f"expected a mapping whose keys are known at once, found {type(given).__name__}",
        help=(f'{ARGUMENT}={{"externalDNS": {{"hosted_zone_arns": [zone.arn]}}}}',),
    )


def known_scope(args: Mapping[str, Any], key: str) -> Scope:
    """Return a policy's scope, with an ARN that fits in place of each that is known later."""
    return _stand_in(WELL_KNOWN_POLICIES[key], _given(args, key))


def known_documents(args: Mapping[str, Any]) -> Iterator[Document]:
    """Yield the inline documents of a role's well-known policies, as far as they are known."""
    for key in args.get("well_known_policies") or ():
        permissions = WELL_KNOWN_POLICIES[key].build(_SOMEWHERE, known_scope(args, key))
        yield from (document for _, document in permissions.inline)


def whole_scope(args: Mapping[str, Any], key: str) -> pulumi.Output[dict[str, list[str]]]:
    """Return a policy's scope as it will be."""
    return pulumi.Output.from_input(dict(_given(args, key)))


def _given(args: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    given: Mapping[str, Any] = (args.get(ARGUMENT) or {}).get(key, {})
    return given


def _stand_in(policy: WellKnownPolicy, given: Mapping[str, Any]) -> Scope:
    examples = {each.name: each.example(_SOMEWHERE) for each in policy.arguments}
    return {name: _known(arns, examples.get(name, "")) for name, arns in given.items()}


def _known(arns: Any, example: str) -> Any:  # noqa: ANN401 - whatever a user has passed
    if isinstance(arns, list | tuple):
        return [example if _is_later(arn) else arn for arn in arns]
    return [example] if _is_later(arns) else arns


def _is_later(value: object) -> bool:
    return isinstance(value, pulumi.Output) or isawaitable(value)
