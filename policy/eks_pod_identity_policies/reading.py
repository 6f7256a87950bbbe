"""Resources and stacks as rules see them, read from what the SDK hands over.

In: arguments of the SDK's policies. Out: plain resources and stacks, and what rules find in them,
whatever happens. Proxies and unknowns are the business of `plain`.
"""

from collections.abc import Callable, Iterator, Mapping

import pulumi_policy as sdk

from eks_pod_identity_policies.plain import LazyProps
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rule import Finding, Findings
from eks_pod_identity_policies.stack.view import JOINED_TYPES, Stack

_NO_DEPENDENCIES: Mapping[str, tuple[str, ...]] = {}
_DEFECT = (
    "this is a defect of the policy pack, not of your program: report it, and set the policy to"
    " advisory until it is put right"
)


def guarded(judge: Callable[[], Findings]) -> Iterator[Finding]:
    """Yield the findings; an exception becomes one, since it would end the deployment."""
    try:
        yield from judge()
    except Exception as error:  # noqa: BLE001 - whatever it is, the rule has failed closed
        yield Finding(f"the rule could not judge: {type(error).__name__}", (_DEFECT,))


def resource_of(
    found: sdk.ResourceValidationArgs | sdk.PolicyResource,
    dependencies: Mapping[str, tuple[str, ...]] = _NO_DEPENDENCIES,
) -> Resource:
    """Return a resource with its inputs or, in a stack, its outputs."""
    return Resource(
        type=found.resource_type,
        name=found.name,
        urn=found.urn,
        props=LazyProps(found.props),
        ignore_changes=tuple(found.opts.ignore_changes),
        provider=LazyProps(found.provider.props) if found.provider else {},
        dependencies=dependencies,
    )


def stack_of(args: sdk.StackValidationArgs) -> Stack:
    """Return a stack with the outputs of those resources that rules join."""
    joined = (each for each in args.resources if each.resource_type in JOINED_TYPES)
    return Stack(tuple(resource_of(each, _dependencies(each)) for each in joined))


def _dependencies(resource: sdk.PolicyResource) -> Mapping[str, tuple[str, ...]]:
    return {
        prop: tuple(each.urn for each in found)
        for prop, found in resource.property_dependencies.items()
    }
