"""What of an association a pod template can be told by, and waiting until pods get it.

The wait is a hook of a Stash that follows the association: it runs before the Stash is created or
changed, so a wait that fails stops what depends on it, and the next `up` waits again.
"""

import hashlib
import json
from collections.abc import Sequence
from functools import partial
from typing import Any

import pulumi
import pulumi_aws as aws

from eks_pod_identity.aws.kubernetes import KubernetesAccess
from eks_pod_identity.aws.observe import ClusterObserver
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.guards.hooks import hook_name
from eks_pod_identity.components.guards.threads import in_thread
from eks_pod_identity.kubernetes.settling import Settlement, wait_until_settled
from eks_pod_identity.names import ServiceAccountRef

_LENGTH = 12


def revision_of(association: aws.eks.PodIdentityAssociation) -> pulumi.Output[str]:
    """Return a hash that changes when, and only when, new pods would get something else.

    Role, target role, session tags and session policy count; tags of the association do not.
    """

    def digest(facts: Sequence[Any]) -> str:
        text = json.dumps([fact or None for fact in facts])
        return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]

    return pulumi.Output.all(
        association.role_arn,
        association.target_role_arn,
        association.disable_session_tags,
        association.policy,
    ).apply(digest)


def settled(
    parent: pulumi.ComponentResource,
    name: str,
    association: aws.eks.PodIdentityAssociation,
    revision: pulumi.Output[str],
    seconds: float,
) -> pulumi.Stash:
    """Return what is there once new pods get the association's credentials.

    Args:
        parent: The component that it belongs to.
        name: Its name.
        association: The association.
        revision: A change of it is waited for, too.
        seconds: How long to wait at most; then the run fails.
    """
    context, profile = find_aws_context(parent), pulumi.Config("aws").get("profile")
    session = AwsSession(context.region, profile)

    async def wait(args: pulumi.ResourceHookArgs) -> None:
        wanted = (args.new_inputs or {})["input"]
        account = ServiceAccountRef(wanted["namespace"], wanted["serviceAccount"])
        found = await in_thread(partial(_wait, session, wanted["clusterName"], account, seconds))
        if not found.settled:
            raise pulumi.RunError(_complaint(name, found))

    hook = pulumi.ResourceHook(hook_name(f"{name}-settled"), wait)
    return pulumi.Stash(
        name,
        input={
            "clusterName": association.cluster_name,
            "namespace": association.namespace,
            "serviceAccount": association.service_account,
            "associationId": association.association_id,
            "revision": revision,
        },
        opts=pulumi.ResourceOptions(
            parent=parent,
            hooks=pulumi.ResourceHookBinding(before_create=[hook], before_update=[hook]),
        ),
    )


def _wait(
    session: AwsSession, cluster: str, account: ServiceAccountRef, seconds: float
) -> Settlement:
    state = ClusterObserver(session, cluster).observe_cluster()
    way = KubernetesAccess(session)
    return next(iter(wait_until_settled(lambda: way.access(state), [account], seconds)))


def _complaint(name: str, found: Settlement) -> str:
    why = (
        f"cannot ask: {found.obstacle}"
        if found.obstacle
        else f"new pods do not get its credentials after {found.seconds:.0f} s"
    )
    return f"{name}: the association of {found.account} has not settled: {why}"
