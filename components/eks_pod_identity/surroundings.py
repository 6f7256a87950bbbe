"""Where a component's resources will live: partition, region and account, as plain strings.

Plain, so that names and trust policies are known at the first preview. Asked once per provider and
run, however many components a program has.
"""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import pulumi
import pulumi_aws as aws
from pulumi.runtime.settings import get_root_resource

from eks_pod_identity import names
from eks_pod_identity.aws.provider_errors import provider_problem
from eks_pod_identity.refusal import RefusedError

_AWS_RESOURCE = "aws:eks/podIdentityAssociation:PodIdentityAssociation"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A partition (`aws`, `aws-cn`, …), a region and a 12-digit account."""

    partition: str
    region: str
    account: str

    def cluster_arn(self, cluster: str) -> str:
        """Return the ARN of a cluster here, whether it exists yet or not."""
        return names.cluster_arn(self.partition, self.region, self.account, cluster)

    def role_arn(self, role: str) -> str:
        """Return the ARN of a role of this account that has no path."""
        return f"arn:{self.partition}:iam::{self.account}:role/{role}"


_known: WeakKeyDictionary[pulumi.Resource, Surroundings] = WeakKeyDictionary()


def find_surroundings(component: pulumi.ComponentResource) -> Surroundings:
    """Return the surroundings of a component's AWS provider.

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


def _ask(component: pulumi.ComponentResource) -> Surroundings:
    options = pulumi.InvokeOptions(parent=component)
    try:
        identity = aws.get_caller_identity(opts=options)
        region = aws.get_region(opts=options)
    except Exception as error:  # the SDK has no class of its own for a function that fails
        problem = provider_problem(str(error), "cannot tell account and region", "aws")
        raise RefusedError([problem]) from error
    return Surroundings(
        partition=identity.arn.split(":")[1],
        region=region.region,
        account=identity.account_id,
    )
