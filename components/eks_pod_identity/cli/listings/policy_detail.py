"""One well-known policy, written for a cluster and ARNs, or for what stands for them."""

from dataclasses import dataclass

from eks_pod_identity.iam.document import canonical_json
from eks_pod_identity.iam.well_known import Permissions, PolicyContext, Scope, WellKnownPolicy

# What stands for the surroundings that were not given.
CLUSTER = "CLUSTER"
REGION = "REGION"
ACCOUNT = "ACCOUNT"


def examples(policy: WellKnownPolicy, context: PolicyContext) -> Scope:
    """Return an example for each argument without which a policy cannot be written."""
    required = (each for each in policy.arguments if each.required)
    return {each.name: (each.example(context),) for each in required}


@dataclass(frozen=True, slots=True)
class PolicyDetail:
    """A policy, where it shall hold, and the ARNs given to narrow it."""

    policy: WellKnownPolicy
    context: PolicyContext
    given: Scope

    @property
    def scope(self) -> Scope:
        """The ARNs given, and examples for what is required beside them."""
        return {**examples(self.policy, self.context), **self.given}

    @property
    def permissions(self) -> Permissions:
        """What the policy is for that scope."""
        return self.policy.draft(self.context, self.given)

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The texts in the documents that stand for something not given."""
        permissions = self.permissions
        written = canonical_json(dict(permissions.inline)) + " ".join(permissions.managed)
        missing = (arn for name, (arn, *_) in self.scope.items() if name not in self.given)
        return tuple(word for word in (CLUSTER, REGION, ACCOUNT, *missing) if word in written)
