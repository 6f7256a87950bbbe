"""The role's trust policy: whether it lets in exactly these pods.

`access` decides; the evaluator then names the statement and the condition that refuse.
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
"""

import json
from collections.abc import Iterator

from eks_pod_identity.access.reach import Answer
from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.diagnosis.finding import Finding, cause, ok, skipped, unknown
from eks_pod_identity.iam.evaluation import (
    Context,
    Policy,
    Principal,
    Request,
    Statement,
    Truth,
    compile_policy,
)
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.iam.trust import SERVICE_PRINCIPAL
from eks_pod_identity.iam.trust_statement import ASSUME_AND_TAG
from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.cluster import Association, ClusterState, Role
from eks_pod_identity.observed.picture import Picture
from eks_pod_identity.planning.pod_call import pod_context
from eks_pod_identity.review.role_trust import Use
from eks_pod_identity.review.who import lets_in


def check_trust(picture: Picture) -> Iterator[Finding]:
    """Yield whether EKS may assume the role for these pods."""
    association, here = picture.associated_with, picture.here
    role = picture.iam.roles.get(association.role_arn) if association else None
    if association is None or here is None or role is None:
        yield skipped("there is no role to ask, or it cannot be read")
        return
    use = Use(here.arn, picture.account, not association.disable_session_tags)
    found = lets_in(role.arn, role.trust_policy, use).answer
    reasons = tuple(_reasons(role, association, here, picture))
    if found is Answer.YES and not reasons:
        yield ok(f"role {role.name} lets in {picture.account} of this cluster")
    elif found is Answer.NO:
        yield _refused(role, picture, reasons)
    else:
        yield unknown(
            f"whether role {role.name} lets in {picture.account} depends on what is not known",
            reasons,
            [f"eks-pod-identity who {role.name} --cluster {picture.cluster_name}"],
        )


def _refused(role: Role, picture: Picture, reasons: tuple[str, ...]) -> Finding:
    here = picture.here
    message = f"role {role.name} does not let in {picture.account} of this cluster"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": SERVICE_PRINCIPAL},
        "Action": list(ASSUME_AND_TAG),
        "Condition": {"ArnEquals": {"aws:SourceArn": here.arn if here else ""}},
    }
    text = f"add to its trust policy, or correct what refuses:\n{json.dumps(statement, indent=1)}"
    edit = f"aws iam update-assume-role-policy --role-name {role.name} --policy-document FILE"
    return cause(DoctorFault.TRUST_EXCLUDES, message, reasons, [text, edit])


def _reasons(
    role: Role, association: Association, here: ClusterState, picture: Picture
) -> Iterator[str]:
    loaded = load_document(dict(role.trust_policy), DocumentKind.TRUST)
    arn = parse_arn(here.arn)
    if isinstance(loaded, tuple) or arn is None:
        yield f"the trust policy cannot be read: {loaded[0] if isinstance(loaded, tuple) else ''}"
        return
    place = PolicyContext(arn.partition, arn.region, arn.account, here.name)
    tags = not association.disable_session_tags
    context = pod_context(place, picture.account, session_tags=tags)
    policy = compile_policy(loaded)
    found: dict[str, list[str]] = {}
    for action in ASSUME_AND_TAG if tags else ASSUME_AND_TAG[:1]:
        request = Request(Principal.service(SERVICE_PRINCIPAL), action, context=context)
        for reason in _of_action(policy, request):
            found.setdefault(reason, []).append(action)
    yield from (f"{' and '.join(actions)}: {reason}" for reason, actions in found.items())


def _of_action(policy: Policy, request: Request) -> Iterator[str]:
    """Yield why an action is not surely allowed."""
    speaking = [each for each in policy.statements if _names(each, request)]
    for each in speaking:
        if not each.allow and each.holds(request.context) is not Truth.NO:
            yield f'statement "{each.label}" denies it'
    allowing = [each for each in speaking if each.allow]
    if not allowing:
        yield f"no statement allows it for {SERVICE_PRINCIPAL}"
    if any(each.holds(request.context) is Truth.YES for each in allowing):
        return
    for each in allowing:
        yield from _failing(each, request.context)


def _names(statement: Statement, request: Request) -> bool:
    named = statement.names_principal(request.principal), statement.names_action(request.action)
    return Truth.NO not in named


def _failing(statement: Statement, context: Context) -> Iterator[str]:
    for condition in statement.conditions:
        truth = condition.holds(context)
        if truth is Truth.YES:
            continue
        has = context.look_up(condition.key)
        sent = f"the call has {', '.join(has)}" if isinstance(has, tuple) else f"it is {has.value}"
        wanted = ", ".join(condition.values)
        key = condition.written or condition.key
        yield f'statement "{statement.label}", {condition.name} {key} {wanted}; {sent}'
