"""The external id of an association: known before EKS gives it, and held against what EKS gave.

The form is that of the EKS user guide, `names.external_id`; a trust policy that was written by it
would shut the association out if EKS ever gave another one.
"""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from eks_pod_identity.components.guards.target_role import external_id_problems
from eks_pod_identity.components.refusal import refuse
from eks_pod_identity.names import AwsContext, ServiceAccountRef, external_id


def expected_external_id(
    context: AwsContext,
    cluster: pulumi.Input[str],
    namespace: pulumi.Input[str],
    service_account: pulumi.Input[str],
) -> pulumi.Output[str]:
    """Return the external id that EKS will give an association."""

    def write(parts: Sequence[str]) -> str:
        name, *ref = parts
        return external_id(context.region, context.account, name, ServiceAccountRef(*ref))

    return pulumi.Output.all(cluster, namespace, service_account).apply(write)


def checked_external_id(
    name: str,
    association: aws.eks.PodIdentityAssociation,
    expected: pulumi.Output[str],
) -> pulumi.Output[str]:
    """Return the external id: in a preview the expected one, in an update the one EKS gave.

    Args:
        name: The component, for messages.
        association: What EKS gave it to.
        expected: What its form says.

    Raises:
        RefusedError: They differ.
    """
    if pulumi.runtime.is_dry_run():
        return pulumi.Output.all(expected, association.urn).apply(lambda both: str(both[0]))

    def check(both: Sequence[str]) -> str:
        refuse(external_id_problems(name, both[0], both[1]))
        return both[0]

    return pulumi.Output.all(association.external_id, expected).apply(check)
