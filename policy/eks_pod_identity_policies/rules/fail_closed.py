"""Conditions that do not guard when their key is missing from the request."""

from collections.abc import Iterator

from eks_pod_identity.iam.evaluation import Condition, Context, Decision, Statement, Truth
from eks_pod_identity_policies.documents import (
    DOCUMENT_TYPES,
    loaded,
    permissions_of,
    trust_policies,
)
from eks_pod_identity_policies.permission.telling import is_resource_tag
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rule import (
    Config,
    Finding,
    Findings,
    Level,
    ResourceRule,
    Severity,
)
from eks_pod_identity_policies.session_tags import (
    PRINCIPAL_KEYS,
    PRINCIPAL_TAG,
    REQUEST_KEYS,
    REQUEST_TAG,
    SOURCE_KEYS,
)
from eks_pod_identity_policies.trust.policy import TrustPolicy

_NO_TAGS = Context({}, frozenset({PRINCIPAL_TAG, REQUEST_TAG}))
_TAG_KEYS = REQUEST_KEYS | PRINCIPAL_KEYS


def _judge(resource: Resource, _: Config) -> Findings:
    for trust in trust_policies(resource):
        yield from _in_trust(trust)
    for _source, document in loaded(permissions_of(resource)):
        for statement in document.policy.statements:
            yield from _in_statement(statement, PRINCIPAL_KEYS)


def _in_trust(trust: TrustPolicy) -> Iterator[Finding]:
    for statement in trust.policy.statements:
        if statement in trust.pod_statements:
            yield from _in_pod_statement(trust, statement)
        else:
            guards_source = not statement.allow and _needs_source_guard(trust, statement)
            watched = _TAG_KEYS | SOURCE_KEYS if guards_source else _TAG_KEYS
            yield from _in_statement(statement, watched)


def _needs_source_guard(trust: TrustPolicy, deny: Statement) -> bool:
    """Tell whether it is up to a Deny to refuse calls of EKS without the aws:Source keys.

    A Deny that spares those beside an Allow that does not is AWS's own form of a data perimeter:
    https://github.com/aws-samples/data-perimeter-policy-examples
    """
    if SOURCE_KEYS.isdisjoint(each.key for each in deny.conditions) or not trust.assuming:
        return True
    return any(
        not trust.refuses(call._replace(source=False))
        for statement in trust.assuming
        for call in trust.samples_of(statement)
    )


def _in_pod_statement(trust: TrustPolicy, statement: Statement) -> Iterator[Finding]:
    """Ask with the keys left out, so that a Deny elsewhere counts as the guard it is."""
    meant = trust.samples_of(statement)
    for watched, calls in (
        (SOURCE_KEYS, (call._replace(source=False) for call in meant)),
        (REQUEST_KEYS, (call._replace(tags=False) for call in meant)),
    ):
        guards = [each for each in statement.conditions if each.key in watched]
        for call in calls if guards else ():
            applies = trust.applies(statement, call) is not Truth.NO
            if applies and trust.decide(call).decision is not Decision.DENIED:
                yield _open(statement, guards)
                break
    yield from _defaults(statement, REQUEST_KEYS)


def _in_statement(statement: Statement, watched: frozenset[str]) -> Iterator[Finding]:
    guards = [each for each in statement.conditions if each.key in watched or _tells(each)]
    if statement.allow:
        keys = {each.key for each in guards}
        absent = _NO_TAGS if not guards else Context({}, _NO_TAGS.absent | watched | keys)
        holds = [each.holds(absent) for each in statement.conditions]
        if guards and Truth.NO not in holds:
            yield _open(statement, guards)
    elif any(each.negated for each in guards) and not all(
        each.holds_when_absent for each in guards
    ):
        yield _void(statement, guards)
    yield from _defaults(statement, watched)


def _tells(condition: Condition) -> bool:
    """Tell whether a condition compares the tag of a resource with that of a pod's session."""
    return is_resource_tag(condition.key) and any(
        each.key in PRINCIPAL_KEYS for each in condition.expands
    )


def _open(statement: Statement, guards: list[Condition]) -> Finding:
    names = ", ".join(f"{each.name} {each.written}" for each in guards)
    message = f'statement "{statement.label}" still allows when its guard is missing: {names}'
    return Finding(message, (_STRICT,))


def _void(statement: Statement, guards: list[Condition]) -> Finding:
    names = ", ".join(
        f"{each.name} {each.written}" for each in guards if not each.holds_when_absent
    )
    message = f'statement "{statement.label}" denies nothing when the key is missing: {names}'
    return Finding(message, (_STRICT_DENY,))


def _defaults(statement: Statement, watched: frozenset[str]) -> Iterator[Finding]:
    in_conditions = (each for condition in statement.conditions for each in condition.expands)
    for variable in (*in_conditions, *statement.expands):
        if variable.key in watched and variable.default is not None:
            message = f'statement "{statement.label}" puts a default in the place of {variable.key}'
            yield Finding(message, (f"write ${{{variable.key}}} without a default",))


_STRICT = (
    "compare with StringEquals, ArnEquals or their Like forms, without IfExists or ForAllValues"
)
_STRICT_DENY = "use the operator without ForAnyValue, and without a Null test beside it"

FAIL_CLOSED = ResourceRule(
    id="pid-condition-fail-closed",
    title="A guard on source or session tags holds when the key is missing.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "When a key is not in the request, IfExists and ForAllValues hold, negated operators hold,"
        " and Null true asks for just that. An Allow guarded so lets in whoever comes without the"
        " key: an association with session tags off has none of the six. A Deny by ForAnyValue"
        " is void in the same case, and so is one that a Null test switches off."
    ),
    fix="Use positive operators without IfExists in Allow, plain negated operators in Deny.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html",
    types=DOCUMENT_TYPES,
    judge=_judge,
)
