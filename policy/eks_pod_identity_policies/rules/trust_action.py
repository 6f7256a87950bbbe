"""What EKS may do with a role: assume it and tag the session, both, and nothing else."""

from collections.abc import Iterator

from eks_pod_identity.iam.evaluation import Principal, Statement, Truth
from eks_pod_identity.iam.evaluation.glob import has_wildcard, to_text
from eks_pod_identity.iam.evaluation.principal import account_of
from eks_pod_identity_policies.documents import TRUST_PROPERTIES, trust_policies
from eks_pod_identity_policies.frameworks import LEAST_PRIVILEGE
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rewriting import (
    Element,
    is_for_pods_alone,
    listed,
    rewrite_trust,
)
from eks_pod_identity_policies.rule import (
    Changes,
    Config,
    Finding,
    Findings,
    Level,
    Remedy,
    ResourceRule,
    Severity,
)
from eks_pod_identity_policies.session_tags import PRINCIPAL_KEYS, REQUEST_KEYS
from eks_pod_identity_policies.trust.call import ASSUME, PODS, TAG
from eks_pod_identity_policies.trust.literals import SAMPLE_ACCOUNT, has_unread
from eks_pod_identity_policies.trust.policy import TrustPolicy

_PAGE = "https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html"
_NEEDED = frozenset({ASSUME.lower(), TAG.lower()})
_TAG_KEYS = REQUEST_KEYS | PRINCIPAL_KEYS
_ACTION_ELEMENTS = frozenset({"Action", "NotAction"})


def _works(resource: Resource, _: Config) -> Findings:
    for trust in trust_policies(resource):
        if trust.pod_statements and not trust.assuming:
            yield Finding(f"{PODS} is trusted, but not with {ASSUME}", (_BOTH,))
        for statement in trust.assuming:
            yield from _dead(trust, statement)
        for statement in trust.policy.statements:
            if _lacks_tagging(trust, statement):
                message = (
                    f'statement "{statement.label}" asks for session tags of pods, but {TAG} is not'
                    " allowed"
                )
                yield Finding(message, (_BOTH,))


def _lacks_tagging(trust: TrustPolicy, statement: Statement) -> bool:
    """Tell whether a target role asks for tags that it does not let in."""
    if not _asks_for_tags(statement) or statement.names_action(ASSUME) is not Truth.YES:
        return False
    tagging = [each for each in trust.policy.statements if each.allow and _allows_tagging(each)]
    callers = tuple(_callers(statement))
    return not any(
        each.names_principal(caller) is not Truth.NO for each in tagging for caller in callers
    )


def _asks_for_tags(statement: Statement) -> bool:
    names_roles = "AWS" in (statement.principals or {}) and not statement.not_principals
    return (
        statement.allow
        and names_roles
        and any(
            condition.key in _TAG_KEYS and not condition.holds_when_absent
            for condition in statement.conditions
        )
    )


def _allows_tagging(statement: Statement) -> bool:
    return statement.names_action(TAG) is Truth.YES


def _callers(statement: Statement) -> Iterator[Principal]:
    for name in (statement.principals or {})["AWS"]:
        account = account_of(name) or (SAMPLE_ACCOUNT if name == "*" else "")
        yield Principal.aws(f"arn:aws:iam::{account}:role/source" if account else name)


def _dead(trust: TrustPolicy, statement: Statement) -> Iterator[Finding]:
    meant = trust.meant_by(statement)
    if any(trust.works_for(call) for call in meant):
        return
    label = f'statement "{statement.label}"'
    passing = [call for call in meant if not trust.refuses(call)]
    if passing:
        verdict = trust.decide(passing[0], TAG)
        yield Finding(
            f"{label} allows {ASSUME} for {PODS}, but not {TAG}: {verdict.reason}", (_BOTH,)
        )
    elif not has_unread(statement):
        conditions = ", ".join(f"{each.name} {each.written}" for each in statement.conditions)
        reason = f"its conditions never hold for a call of EKS ({conditions})"
        verdict = trust.decide(meant[0])
        denied = verdict.statement is not None
        yield Finding(f"{label} lets no pod in: {verdict.reason if denied else reason}", (_CHECK,))


def _tagging_added(resource: Resource, _: Config) -> Changes:
    return rewrite_trust(resource, _with_tagging)


def _with_tagging(trust: TrustPolicy, statement: Statement, element: Element) -> Element:
    """Allow TAG under the conditions of ASSUME, where nothing but the missing action keeps it."""
    with_tagging = element | {"Action": [*listed(element.get("Action", [])), TAG]}
    if _allows_tagging(statement) or "NotAction" in element:
        return element
    if _lacks_tagging(trust, statement) and frozenset(statement.principals or ()) == {"AWS"}:
        return with_tagging
    if statement not in trust.assuming or not is_for_pods_alone(statement):
        return element
    passing = [call for call, _ in trust.admitted(statement, trust.meant_by(statement))]
    if any(map(trust.works_for, passing)):
        return element
    if all(trust.decide(call, TAG).statement for call in passing):
        return element  # it is denied, or there is nothing to go by
    return with_tagging


def _minimal(resource: Resource, _: Config) -> Findings:
    for trust in trust_policies(resource):
        for statement in trust.pod_statements:
            if excess := tuple(_excess(statement)):
                message = f'statement "{statement.label}" allows {PODS} {", ".join(excess)}'
                yield Finding(message, (_BOTH,))


def _excess(statement: Statement) -> Iterator[str]:
    if statement.not_actions:
        yield "everything but what NotAction names"
        return
    for action in statement.actions:
        if has_wildcard(action) or action not in _NEEDED:
            yield to_text(action)


def _narrowed(resource: Resource, _: Config) -> Changes:
    return rewrite_trust(resource, _with_needed_actions)


def _with_needed_actions(_: TrustPolicy, statement: Statement, element: Element) -> Element:
    """Name those of the needed actions that were allowed, and no others."""
    needed = [each for each in (ASSUME, TAG) if statement.names_action(each) is Truth.YES]
    if not needed or not is_for_pods_alone(statement) or not any(_excess(statement)):
        return element
    return {
        "Action" if name in _ACTION_ELEMENTS else name: needed
        if name in _ACTION_ELEMENTS
        else value
        for name, value in element.items()
    }


_BOTH = f'set "Action" to ["{ASSUME}", "{TAG}"]'
_CHECK = (
    "EKS sends aws:SourceArn (the cluster's ARN), aws:SourceAccount, aws:SourceOrgID and"
    " aws:RequestTag/<the six session tags>; compare with these"
)
_ROLES = frozenset(TRUST_PROPERTIES)

WORKS = ResourceRule(
    id="pid-trust-works",
    title="A role for pods lets EKS assume it and tag the session.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "EKS assumes the role with session tags, which takes sts:AssumeRole and sts:TagSession."
        " Without the second, or with a condition that never holds, pods get no credentials, and"
        " that shows only at run time. A target role that asks for the tags needs both as well."
    ),
    fix="Allow sts:AssumeRole and sts:TagSession in the same statement, with the same conditions.",
    source=_PAGE,
    types=_ROLES,
    judge=_works,
    remedy=Remedy(
        does=(
            "Adds sts:TagSession to a statement that lets in pods.eks.amazonaws.com alone, or roles"
            " with tags of pods, and allows sts:AssumeRole. A Deny, a condition that never holds"
            " and statements for others as well are left."
        ),
        changes=_tagging_added,
    ),
)

MINIMAL_ACTIONS = ResourceRule(
    id="pid-trust-minimal-actions",
    title="A role for pods trusts EKS with sts:AssumeRole and sts:TagSession only.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="EKS needs two actions; a wildcard lets in what STS may add, and hides what is meant.",
    fix='Write "Action": ["sts:AssumeRole", "sts:TagSession"].',
    source=_PAGE,
    types=_ROLES,
    judge=_minimal,
    remedy=Remedy(
        does=(
            "Names those of the two actions that were allowed, and no others, in statements for "
            "pods.eks.amazonaws.com alone. Statements for others as well, or with neither action,"
            " are left."
        ),
        changes=_narrowed,
    ),
    framework=LEAST_PRIVILEGE,
)
