"""The rules, asked about what AWS has.

In: an account, settings and a selection. Out: a report. Whatever a rule raises is a breach of it:
a rule that cannot judge has not said that all is well.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from eks_pod_identity.audit.coverage import ROLE_EXISTS, audit_rules
from eks_pod_identity.audit.declared import NOTHING, Declared
from eks_pod_identity.audit.eks_resources import ENTRY, association_subject
from eks_pod_identity.audit.observed import Observed
from eks_pod_identity.audit.report import AuditReport, Breach, ClusterCount, Gap
from eks_pod_identity.audit.resources import resources_of
from eks_pod_identity.audit.settings import DEFAULTS, Settings
from eks_pod_identity.audit.subject import Kind, Subject
from eks_pod_identity.planning.account import (
    EVERYTHING,
    AccountState,
    Selection,
    roles_used,
)
from eks_pod_identity_policies.catalog import RULES
from eks_pod_identity_policies.documents import identity_policies_of, loaded
from eks_pod_identity_policies.rule import (
    Config,
    Finding,
    Findings,
    Level,
    ResourceRule,
    Rule,
    StackRule,
)
from eks_pod_identity_policies.stack.view import Stack

_ACCOUNT = Subject(Kind.ACCOUNT, "as a whole", "", "aws")
_ROLE_HELP = ("make a role of this name and path", "or delete the association")
_DEFECT = "this is a defect of the rule, not of your roles: report it"


def judge(
    state: AccountState,
    settings: Settings = DEFAULTS,
    selection: Selection = EVERYTHING,
    rules: Iterable[Rule] = RULES,
    declared: Declared = NOTHING,
) -> AuditReport:
    """Return what the rules find.

    Args:
        state: What was read.
        settings: How rules are enforced and configured.
        selection: The associations that are asked for; only of these, and of what they use, is
            anything told.
        rules: The rules of the pack.
        declared: What files declare of it.
    """
    observed = resources_of(state, selection)
    asked = [(rule, settings.level_of(rule)) for rule in audit_rules(rules)]
    levels = [(rule, level) for rule, level in asked if level]
    stack = Stack(tuple(each.resource for each in observed))
    breaches = (
        breach
        for rule, level in levels
        for breach in _breaches(rule, level, settings.config_of(rule), observed, stack)
    )
    missing = _missing_roles(state, selection, settings.level_of(ROLE_EXISTS))
    return AuditReport(
        breaches=tuple({each.fingerprint: each for each in (*breaches, *missing)}.values()),
        gaps=tuple(_gaps(state, selection, observed)),
        clusters=tuple(
            ClusterCount(each.name, each.arn, len(each.associations), len(each.addons))
            for each in state.clusters
        ),
        roles=len(state.roles),
        policies=len(state.policies),
        rules=tuple(levels),
        places=declared.places_of(observed),
    )


def _breaches(
    rule: Rule, level: Level, config: Config, observed: Sequence[Observed], stack: Stack
) -> Iterator[Breach]:
    if isinstance(rule, ResourceRule):
        for each in observed:
            if each.judged and each.resource.type in rule.types:
                for finding in _guarded(partial(rule.judge, each.resource, config)):
                    yield _breach(rule, level, each, finding)
    elif isinstance(rule, StackRule):
        by_urn = {each.resource.urn: each for each in observed}
        for finding in _guarded(partial(rule.judge, stack, config)):
            found = by_urn.get(finding.urn)
            if found is None or found.judged:
                yield _breach(rule, level, found, finding)


def _guarded(judge_it: Callable[[], Findings]) -> Iterator[Finding]:
    try:
        yield from judge_it()
    except Exception as error:  # noqa: BLE001 - whatever it is, the rule has not judged
        yield Finding(f"the rule could not judge: {type(error).__name__}", (_DEFECT,))


def _breach(rule: Rule, level: Level, each: Observed | None, finding: Finding) -> Breach:
    message = finding.message.removeprefix(ENTRY)
    if each and each.part:
        message = f"{each.part}: {message}"
    subject = each.subject if each else _ACCOUNT
    return Breach(rule, level, subject, message, finding.help or (rule.fix,))


def _missing_roles(
    state: AccountState, selection: Selection, level: Level | None
) -> Iterator[Breach]:
    for arn, cluster, each in roles_used(state.clusters, selection):
        if level and arn in state.missing_roles:
            subject = association_subject(cluster, each)
            message = f"IAM has no role {arn}"
            yield Breach(ROLE_EXISTS, level, subject, message, _ROLE_HELP)


def _gaps(state: AccountState, selection: Selection, observed: Sequence[Observed]) -> Iterator[Gap]:
    unread = {
        arn: association_subject(cluster, each).address
        for arn, cluster, each in roles_used(state.clusters, selection)
        if arn not in state.roles and arn not in state.missing_roles
    }
    for arn, address in sorted(unread.items()):
        yield Gap(arn, f"target role of {address} in another account; give --target-profile")
    for arn, policy in sorted(state.policies.items()):
        if policy.document is None:
            yield Gap(arn, "AWS does not tell what the policy says")
    for each in observed:
        sources = tuple(identity_policies_of(each.resource))
        if len(tuple(loaded(sources))) < len(sources):
            part = f" ({each.part})" if each.part else ""
            yield Gap(f"{each.subject.address}{part}", "no document that rules can read")
