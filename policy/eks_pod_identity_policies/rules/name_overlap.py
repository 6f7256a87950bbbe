"""Names made of session tags: one pod's alone, or those of others too."""

from collections.abc import Iterator

from eks_pod_identity.iam.evaluation import Statement
from eks_pod_identity.iam.evaluation.comparison import WITH_VARIABLES, WITH_WILDCARDS
from eks_pod_identity_policies.documents import DOCUMENT_TYPES, loaded, permissions_of
from eks_pod_identity_policies.permission.name_overlap import overlaps_of
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rule import (
    Config,
    Finding,
    Findings,
    Level,
    ResourceRule,
    Severity,
)


def _overlaps(resource: Resource, _: Config) -> Findings:
    for source, document in loaded(permissions_of(resource)):
        for statement in document.policy.statements:
            found = dict.fromkeys(_in_statement(statement))
            for text, why in found:
                message = f'{source.path}, statement "{statement.label}": in "{text}" {why}'
                yield Finding(message, (_SEPARATE,))


def _in_statement(statement: Statement) -> Iterator[tuple[str, str]]:
    if not statement.variables:
        return
    if statement.allow is not statement.not_resources:
        for text in statement.resources:
            yield from ((text, why) for why in overlaps_of(text, wildcards=True))
    for condition in statement.conditions:
        if condition.operator in WITH_VARIABLES and condition.negated is not statement.allow:
            wild = condition.operator in WITH_WILDCARDS
            for text in condition.values:
                yield from ((text, why) for why in overlaps_of(text, wildcards=wild))


_SEPARATE = "put a / between, which no name contains"

NAME_OVERLAP = ResourceRule(
    id="pid-abac-name-overlap",
    title="A name made of session tags means one pod's things only.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "Whoever may make the namespace team-b has what `${aws:PrincipalTag/kubernetes-namespace}*`"
        " gives to team, and the other way round. Names that are joined by a character that they"
        " may contain themselves come out the same for different pods: a-b with c, a with b-c."
    ),
    fix="Put a separator behind each tag that no name contains: a slash.",
    source="https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html",
    types=DOCUMENT_TYPES,
    judge=_overlaps,
)
