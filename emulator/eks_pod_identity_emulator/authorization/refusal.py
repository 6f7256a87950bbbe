"""AWS's words for a refused request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html has the sentences.
Roles are the exception: STS gives no reason where a trust policy lacks an Allow, as in
https://github.com/aws/aws-cdk-cli/issues/762 and https://github.com/grafana/grafana/issues/127716.
"""

from eks_pod_identity_emulator.authorization.decision import Decision, PolicyKind
from eks_pod_identity_emulator.authorization.request import Request


def refusal_message(request: Request, decision: Decision, *, resource: str | None = None) -> str:
    """Return the sentence that says who may not do what, and why.

    Args:
        request: What was asked for.
        decision: A refusal.
        resource: What the service calls the resource; its ARN if not given, and nothing if that
            is `*`.
    """
    named = request.resource if resource is None else resource
    where = f" on resource: {named}" if named not in ("", "*") else ""
    who = f"User: {request.principal.name} is not authorized to perform: {request.action}"
    return f"{who}{where}{_reason(request.action, decision)}"


def _reason(action: str, decision: Decision) -> str:
    kind = decision.refused_by
    if kind is None:
        raise ValueError("an allowed request has no refusal")
    if decision.explicit:
        article = "the" if kind is PolicyKind.TRUST else _article(kind.value)
        return f" with an explicit deny in {article} {kind.value}"
    if kind is PolicyKind.TRUST:
        return ""
    return f" because no {kind.value} allows the {action} action"


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"
