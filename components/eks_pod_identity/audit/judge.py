"""The rules, asked about what AWS has.

In: an account, settings and a selection. Out: a report. Whatever a rule raises is a breach of it:
a rule that cannot judge has not said that all is well.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from eks_pod_identity.audit.coverage import audit_rules
from eks_pod_identity.audit.declared import NOTHING, Declared
from eks_pod_identity.audit.eks_resources import ENTRY
from eks_pod_identity.audit.gaps import find_gaps
from eks_pod_identity.audit.live_rules import live_breaches
from eks_pod_identity.audit.observed import Observed
from eks_pod_identity.audit.report import AuditReport, Breach, ClusterCount
from eks_pod_identity.audit.resources import resources_of
from eks_pod_identity.audit.settings import DEFAULTS, Settings
from eks_pod_identity.audit.subject import Kind, Subject
from eks_pod_identity.observed.account import (
    EVERYTHING,
    AccountState,
    Selection,
)
from eks_pod_identity_policies.catalog import RULES
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
    asked = tuple(_asked(audit_rules(rules), settings))
    found = (*_of_resources(asked, observed), *_of_stack(asked, observed))
    missing = live_breaches(state, selection, settings)
    return AuditReport(
        breaches=tuple({each.fingerprint: each for each in (*found, *missing)}.values()),
        gaps=tuple(find_gaps(state, selection, observed)),
        clusters=tuple(
            ClusterCount(each.name, each.arn, len(each.associations), len(each.addons))
            for each in state.clusters
        ),
        roles=len(state.roles),
        policies=len(state.policies),
        rules=tuple((each.rule, each.level) for each in asked),
        places=declared.places_of(observed),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """A rule that is asked, as it is enforced and configured."""

    rule: Rule
    level: Level
    config: Config


def _asked(rules: Iterable[Rule], settings: Settings) -> Iterator[_Asked]:
    for rule in rules:
        if level := settings.level_of(rule):
            yield _Asked(rule, level, settings.config_of(rule))


def _of_resources(asked: Sequence[_Asked], observed: Sequence[Observed]) -> Iterator[Breach]:
    """Yield breaches of rules on one resource; all rules of a resource read its documents once."""
    for each in observed:
        for one in asked if each.judged else ():
            if isinstance(one.rule, ResourceRule) and each.resource.type in one.rule.types:
                for finding in _guarded(partial(one.rule.judge, each.resource, one.config)):
                    yield _breach(one, each, finding)


def _of_stack(asked: Sequence[_Asked], observed: Sequence[Observed]) -> Iterator[Breach]:
    stack = Stack(tuple(each.resource for each in observed))
    by_urn = {each.resource.urn: each for each in observed}
    for one in asked:
        if isinstance(one.rule, StackRule):
            for finding in _guarded(partial(one.rule.judge, stack, one.config)):
                found = by_urn.get(finding.urn)
                if found is None or found.judged:
                    yield _breach(one, found, finding)


def _guarded(judge_it: Callable[[], Findings]) -> Iterator[Finding]:
    try:
        yield from judge_it()
    except Exception as error:  # noqa: BLE001 - whatever it is, the rule has not judged
        yield Finding(f"the rule could not judge: {type(error).__name__}", (_DEFECT,))


def _breach(one: _Asked, each: Observed | None, finding: Finding) -> Breach:
    message = finding.message.removeprefix(ENTRY)
    if each and each.part:
        message = f"{each.part}: {message}"
    subject = each.subject if each else _ACCOUNT
    return Breach(one.rule, one.level, subject, message, finding.help or (one.rule.fix,))
