"""Roles that are asked for: whether trust policy and caller's policies let one be assumed."""

from collections.abc import Iterable
from dataclasses import dataclass

from eks_pod_identity_emulator.authorization import (
    CallerPolicies,
    Context,
    Decision,
    Policies,
    PolicyKind,
    Principal,
    Request,
    ResourcePolicy,
    decide,
    parse_policy,
    refusal_message,
)
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.iam import IamStore
from eks_pod_identity_emulator.iam.store import Record


@dataclass(frozen=True, slots=True)
class Assumer:
    """Who wants to assume a role.

    Attributes:
        principal: The caller.
        policies: The caller's own policies.
        context: Context keys of the call.
    """

    principal: Principal
    policies: CallerPolicies
    context: Context


class Roles:
    """The roles of every account, as STS sees them."""

    def __init__(self, store: IamStore) -> None:
        self._store = store

    def find(self, arn: str) -> Record | None:
        """Return the role of an ARN, or None."""
        record = self._store.role_in(arn.split(":")[4], arn.rpartition("/")[2])
        return record if record and record["Arn"] == arn else None

    def tags(self, role: Record | None) -> dict[str, str]:
        """Return a role's own tags."""
        return {tag["Key"]: tag["Value"] for tag in role["Tags"]} if role else {}


def require_trust(arn: str, role: Record | None, assumer: Assumer, actions: Iterable[str]) -> None:
    """Refuse who may not do all of the actions on a role.

    A role that does not exist is refused like one that trusts somebody else: STS does not say
    which roles there are.

    Raises:
        ApiError: AccessDenied, in STS's words.
    """
    for action in actions:
        request = Request(assumer.principal, action, arn, assumer.context)
        decision = _decide(request, role, assumer.policies)
        if not decision.allowed:
            raise ApiError("AccessDeniedException", refusal_message(request, decision))


def _decide(request: Request, role: Record | None, caller: CallerPolicies) -> Decision:
    if role is None:
        return Decision(PolicyKind.TRUST)
    trust = parse_policy(role["AssumeRolePolicyDocument"])
    account = role["Arn"].split(":")[4]
    return decide(request, Policies(caller, ResourcePolicy.trust(account, trust)))
