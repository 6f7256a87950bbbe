"""Why a trust policy that names EKS Pod Identity lets no pod in: the condition that never holds.

In: a policy and where its role lives. Out: a sentence for each Allow statement that names the
service, with the first reason that is found.
"""

from collections.abc import Iterator
from dataclasses import replace

from eks_pod_identity.access.callers import Kind
from eks_pod_identity.access.reach import Answer, reach_of
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.iam.evaluation import Policy, Statement
from eks_pod_identity.iam.evaluation.glob import ANY_TEXT
from eks_pod_identity.iam.trust import SERVICE_PRINCIPAL

_PODS = (Kind.OWN_PODS, Kind.OTHER_PODS)


def dead_statements(policy: Policy, setting: Setting) -> Iterator[str]:
    """Yield why statements for EKS Pod Identity let no pod in; nothing if some pod gets in."""
    if _may_let_in(policy.statements, setting):
        return
    for each in policy.statements:
        if each.allow and SERVICE_PRINCIPAL in (each.principals or {}).get("Service", ()):
            yield f'statement "{each.label}" lets no pod in: {_reason(policy, each, setting)}'


def _reason(policy: Policy, statement: Statement, setting: Setting) -> str:
    everything = replace(statement, actions=(ANY_TEXT,), not_actions=False)
    for condition in statement.conditions:
        if not _may_let_in((replace(everything, conditions=(condition,)),), setting):
            return f"{condition.name} {condition.written} never holds for a call of EKS"
    if not _may_let_in((everything,), setting):
        return "its conditions never hold together"
    denying = tuple(each for each in policy.statements if not each.allow)
    if not _may_let_in((everything, *denying), setting):
        return "whatever it allows is denied by another statement"
    return "EKS needs sts:AssumeRole and sts:TagSession, and not both are allowed"


def _may_let_in(statements: tuple[Statement, ...], setting: Setting) -> bool:
    reaches = (reach_of(Policy(statements), kind, setting) for kind in _PODS)
    return any(each.answer is not Answer.NO for each in reaches)
