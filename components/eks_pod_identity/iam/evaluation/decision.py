"""The decision on a request: an explicit deny wins, what is not allowed is denied.

In: compiled policies and a request. Out: a verdict that names the statement that decided.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from itertools import chain

from eks_pod_identity.iam.evaluation.policy import Policy, Statement
from eks_pod_identity.iam.evaluation.request import Request
from eks_pod_identity.iam.evaluation.truth import Truth


class Decision(Enum):
    """What becomes of a request."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNPROVED = "unproved"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision and what it rests on.

    Attributes:
        decision: Allowed, denied, or not to be proved either way.
        statement: The statement that decided; None if no statement allows the request.
    """

    decision: Decision
    statement: Statement | None = None

    @property
    def reason(self) -> str:
        """Why, in words."""
        if self.statement is None:
            return "no statement allows it"
        label = f'statement "{self.statement.label}"'
        if self.decision is Decision.UNPROVED:
            return f"{label} depends on what is not known"
        return f"{label} {'allows' if self.decision is Decision.ALLOWED else 'denies'} it"


def is_allowed(policies: Policy | Iterable[Policy], request: Request) -> Verdict:
    """Decide on a request by the policies that speak for the same side."""
    asked = (policies,) if isinstance(policies, Policy) else policies
    statements = chain.from_iterable(policy.statements for policy in asked)
    return decide(statements, lambda each: each.applies_to(request))


def decide(statements: Iterable[Statement], applies: Callable[[Statement], Truth]) -> Verdict:
    """Decide by statements of which it is known, or found out, whether they speak of a request."""
    allowing = Verdict(Decision.DENIED)
    doubted: Statement | None = None
    for statement in statements:
        if statement.allow and allowing.decision is Decision.ALLOWED:
            continue
        truth = applies(statement)
        if truth is Truth.NO:
            continue
        if statement.allow:
            allowing = Verdict(_OF_ALLOW[truth], statement)
        elif truth is Truth.YES:
            return Verdict(Decision.DENIED, statement)
        else:
            doubted = statement
    if doubted and allowing.decision is not Decision.DENIED:
        return Verdict(Decision.UNPROVED, doubted)
    return allowing


_OF_ALLOW = {Truth.YES: Decision.ALLOWED, Truth.UNKNOWN: Decision.UNPROVED}
