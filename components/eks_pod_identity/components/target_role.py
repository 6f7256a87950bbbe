"""Component: a role of another account that pods reach through their own role."""

from collections.abc import Iterator

import pulumi

from eks_pod_identity.components.args import TargetRoleArgs
from eks_pod_identity.components.checked import CheckedComponent
from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.guards.claims import Claims
from eks_pod_identity.components.guards.target_role import (
    account_problems,
    cluster_of,
    provider_of_account,
    taken_problems,
    target_role_problems,
)
from eks_pod_identity.components.refusal import refuse
from eks_pod_identity.components.resources.role import RoleResources
from eks_pod_identity.components.resources.target_role import (
    SourceGrants,
    define_target_role,
)
from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.document import canonical_json
from eks_pod_identity.iam.target_trust import build_target_grant

__all__ = ["TargetRole", "TargetRoleArgs"]


class TargetRole(CheckedComponent):
    """A role that EKS assumes from the role of an association, usually in another account.

    Makes one `aws.iam.Role` with its policies by the provider of its account, and, if
    `source_provider` is given, one `aws.iam.RolePolicy` for each association by the provider of the
    clusters' account. The trust policy lets in each source role for its association alone: while
    session tags are on by the tags of cluster, namespace and service account, else by the external
    id (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html). Sessions
    of a chained role last one hour at most, whatever the role allows.

    Raises:
        RefusedError: The arguments or the providers are wrong; nothing was made.
    """

    arn: pulumi.Output[str]
    """The ARN of the role, for `target_role_arn`; whatever uses it waits for both halves."""
    role_name: pulumi.Output[str]
    """The name of the role."""
    grant_policy: pulumi.Output[str]
    """The policy, as JSON text, that a source role needs; for stacks without `source_provider`."""

    def __init__(
        self,
        name: str,
        args: TargetRoleArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        refuse(target_role_problems(name, args))
        super().__init__("eks-pod-identity:index:TargetRole", name, None, opts)
        context = find_aws_context(self)
        refuse(_provider_problems(name, context.account, args))
        definition = define_target_role(name, args, context)
        refuse(Claims(self).role(name, definition.name))
        refuse(taken_problems(self, name, args["role_name"]))
        made = RoleResources(self, name, definition, occupancy=[])
        arn = str(definition.arn)
        grants = SourceGrants(self, name, args, arn).policies if "source_provider" in args else []
        ready = pulumi.Output.all(*(each.urn for each in (*made.own, *grants)))
        self.arn = pulumi.Output.all(made.arn, ready).apply(lambda both: str(both[0]))
        self.role_name = made.role_name
        with_tags = not all(each.get("disable_session_tags") for each in args["associations"])
        grant = canonical_json(build_target_grant([arn], session_tags=with_tags))
        self.grant_policy = pulumi.Output.from_input(grant)
        self.register_outputs(
            {"arn": self.arn, "roleName": self.role_name, "grantPolicy": self.grant_policy}
        )


def _provider_problems(name: str, account: str, args: TargetRoleArgs) -> Iterator[Problem]:
    yield from account_problems(name, account, args["account"])
    if "source_provider" not in args:
        return
    address = f"{name}.source_provider"
    found = provider_of_account(address, args["source_provider"])
    if isinstance(found, Problem):
        yield found
        return
    for each in args["associations"]:
        if (cluster := cluster_of(each)) and cluster.account != found:
            yield from account_problems(address, found, cluster.account)
            return
