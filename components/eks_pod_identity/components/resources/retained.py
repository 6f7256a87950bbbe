"""What stays in AWS and Kubernetes when Pulumi deletes it: `retain` of a component.

`retain_on_delete` of a component reaches none of its children, so each of them gets it here. In:
options and arguments of a component. Out: options.
"""

from collections.abc import Mapping
from typing import Any

import pulumi


def retaining(
    opts: pulumi.ResourceOptions | None, args: Mapping[str, Any]
) -> pulumi.ResourceOptions | None:
    """Return the options of a component with which all of it stays, if its arguments say so."""
    if not args.get("retain"):
        return opts
    more = pulumi.ResourceOptions(transformations=[_retained])
    return pulumi.ResourceOptions.merge(opts, more)


def _retained(
    args: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult | None:
    if not isinstance(args.resource, pulumi.CustomResource):
        return None
    kept = pulumi.ResourceOptions(retain_on_delete=True)
    return pulumi.ResourceTransformationResult(
        args.props, pulumi.ResourceOptions.merge(args.opts, kept)
    )
