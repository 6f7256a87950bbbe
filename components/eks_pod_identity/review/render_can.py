"""Answers on what pods can do, as text and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from eks_pod_identity.iam.evaluation import Decision
from eks_pod_identity.review.can import Call, CanAnswer
from eks_pod_identity.review.reason import Reason
from eks_pod_identity.review.session import Session

WORDS = {Decision.ALLOWED: "allow", Decision.DENIED: "deny", Decision.UNPROVED: "depends"}


def render_text(answers: Sequence[CanAnswer], call: Call) -> Iterator[str]:
    """Yield the lines of answers."""
    for each in answers:
        yield f"{WORDS[each.decision]}: {each.pod}, {call.action} on {call.resource}"
        yield from (f"  session: {_session(found)}" for found in each.pod.sessions)
        yield from (f"  {_reason(found)}" for found in each.reasons)
    told = "policies" if call.resource_policies else "the policies of the resource and"
    yield f"not read: {told} of VPC endpoints"


def render_who(answers: Sequence[CanAnswer], call: Call) -> Iterator[str]:
    """Yield the lines of everybody who can, or may be able to."""
    for decision in (Decision.ALLOWED, Decision.UNPROVED):
        for each in answers:
            if each.decision is decision:
                doubt = each.deciding.depends_on
                behind = f" ({', '.join(doubt)})" if doubt else ""
                yield f"{WORDS[decision]}: {each.pod}{behind}"
    denied = sum(each.decision is Decision.DENIED for each in answers)
    yield f"{denied} of {len(answers)} associations cannot {call.action} on {call.resource}"


def _session(session: Session) -> str:
    tags = ", ".join(f"{key}={value}" for key, value in session.tags.items())
    limited = ", with a session policy" if session.policy else ""
    with_tags = f", tags {tags}" if tags else ", no session tags"
    return f"{session.role_arn}, at most {session.hours} h{with_tags}{limited}"


def _reason(reason: Reason) -> str:
    where = f', {reason.document}, statement "{reason.statement}"' if reason.document else ""
    refused = reason.decision is Decision.DENIED and not where
    none = ", no statement allows it" if refused else ""
    made_up = ", for which the resource policy makes up" if not reason.counts and not where else ""
    doubt = f", depends on {', '.join(reason.depends_on)}" if reason.depends_on else ""
    return f"{WORDS[reason.decision]} by {reason.of}{where}{none}{made_up}{doubt}"


def to_json(answer: CanAnswer) -> dict[str, Any]:
    """Return everything of an answer."""
    return {
        "clusterArn": answer.pod.cluster.arn,
        "namespace": answer.pod.association.service_account.namespace,
        "serviceAccount": answer.pod.association.service_account.name,
        "decision": WORDS[answer.decision],
        "sessions": [
            {
                "roleArn": each.role_arn,
                "hours": each.hours,
                "tags": dict(each.tags),
                "sessionPolicy": each.policy is not None,
            }
            for each in answer.pod.sessions
        ],
        "reasons": [
            {
                "of": each.of,
                "decision": WORDS[each.decision],
                "document": each.document or None,
                "statement": each.statement or None,
                "dependsOn": list(each.depends_on),
                "counts": each.counts,
            }
            for each in answer.reasons
        ],
    }
