"""A hook that clears what an association no longer has, because the AWS provider cannot.

It runs before the provider's update, so that EKS sees a session policy gone by the time that
session tags come back: it takes no policy with session tags on.
"""

from collections.abc import Sequence

import pulumi

from eks_pod_identity.aws.clear import clear_association
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.components.guards.hooks import hook_name
from eks_pod_identity.components.guards.threads import in_thread
from eks_pod_identity.errors import PodIdentityError
from eks_pod_identity.names import parse_arn

_CLEARABLE = ("targetRoleArn", "policy")


def clearance(
    name: str,
    before_create: Sequence[pulumi.ResourceHook | pulumi.ResourceHookFunction] = (),
    before_update: Sequence[pulumi.ResourceHook | pulumi.ResourceHookFunction] = (),
) -> pulumi.ResourceHookBinding:
    """Return the hooks that all `aws.eks.PodIdentityAssociation` of a component share.

    Args:
        name: The name of the component, for messages.
        before_create: Other hooks of the same resources.
        before_update: Other hooks of the same resources, which run first.
    """
    hook = pulumi.ResourceHook(hook_name(f"{name}-clearance"), _clear)
    return pulumi.ResourceHookBinding(
        before_create=[*before_create], before_update=[*before_update, hook]
    )


async def _clear(args: pulumi.ResourceHookArgs) -> None:
    # What was observed, not what was asked for: a refresh may have found a field set by others.
    before, now = args.old_outputs or {}, args.new_inputs or {}
    gone = [field for field in _CLEARABLE if before.get(field) and not now.get(field)]
    if not gone:
        return
    arn = parse_arn(before["associationArn"])
    session = AwsSession(arn.region if arn else None, pulumi.Config("aws").get("profile"))
    try:
        await in_thread(
            lambda: clear_association(session, before["clusterName"], before["associationId"], gone)
        )
    except PodIdentityError as error:
        raise pulumi.RunError(str(error)) from error
