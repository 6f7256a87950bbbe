"""Where a component's resources will live: partition, region and account, as plain strings.

Plain, so that names and trust policies are known at the first preview. Asked once per provider and
run, however many components a program has.
"""

from weakref import WeakKeyDictionary

import pulumi
import pulumi_aws as aws
from pulumi.runtime import get_root_resource

from eks_pod_identity.aws.provider_errors import provider_problem
from eks_pod_identity.components.refusal import RefusedError
from eks_pod_identity.names import AwsContext

_AWS_RESOURCE = "aws:eks/podIdentityAssociation:PodIdentityAssociation"


_known: WeakKeyDictionary[pulumi.Resource, AwsContext] = WeakKeyDictionary()


def find_aws_context(component: pulumi.ComponentResource) -> AwsContext:
    """Return the context of a component's AWS provider.

    Args:
        component: Already registered, so that its provider is settled.

    Raises:
        RefusedError: AWS does not say who is asking.
    """
    # Without a provider of its own, the component uses the default one of the whole stack.
    owner = component.get_provider(_AWS_RESOURCE) or get_root_resource()
    if owner is None:
        return _ask(component)
    if owner not in _known:
        _known[owner] = _ask(component)
    return _known[owner]


def _ask(component: pulumi.ComponentResource) -> AwsContext:
    options = pulumi.InvokeOptions(parent=component)
    try:
        identity = aws.get_caller_identity(opts=options)
        region = aws.get_region(opts=options)
    except Exception as error:  # the SDK has no class of its own for a function that fails
        problem = provider_problem(str(error), "cannot tell account and region", "aws")
        raise RefusedError([problem]) from error
    return AwsContext(
        partition=identity.arn.split(":")[1],
        region=region.region,
        account=identity.account_id,
    )
