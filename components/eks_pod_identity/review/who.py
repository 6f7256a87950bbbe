"""Who can assume a role: sets of callers, and how they relate to the associations that use it.

In: a role with its trust policy. Out: a report: who gets in, which associations do, which are
refused, and which service accounts would be let in that have no association.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from eks_pod_identity.access.asked import YES, admits
from eks_pod_identity.access.callers import KINDS, Kind
from eks_pod_identity.access.reach import Answer, Reach, reach_of
from eks_pod_identity.access.sentences import CallerSet, caller_sets
from eks_pod_identity.access.setting import Setting, settings_of
from eks_pod_identity.iam.document import Document
from eks_pod_identity.iam.evaluation import compile_policy
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.names import parse_arn
from eks_pod_identity.review.dead import dead_statements
from eks_pod_identity.review.role_trust import RoleTrust, Use


@dataclass(frozen=True, slots=True)
class UseAnswer:
    """An association that uses a role, and whether the role lets it in."""

    use: Use
    answer: Answer


@dataclass(frozen=True, slots=True)
class WhoReport:
    """Who can assume a role.

    Attributes:
        role: The role.
        account: Its account; empty if it is not known.
        is_guess: Whether the account is only the first that the trust policy names.
        callers: Who gets in.
        too_large: Kinds of caller of which nothing is proved, with what was too much.
        uses: The associations that use it.
        unused: Service accounts that are named one by one and have no association.
        dead: Why statements for EKS Pod Identity let no pod in.
        fault: Why the trust policy cannot be read; then nothing else is known.
    """

    role: RoleTrust
    account: str = ""
    is_guess: bool = False
    callers: tuple[CallerSet, ...] = ()
    too_large: tuple[tuple[Kind, str], ...] = ()
    uses: tuple[UseAnswer, ...] = ()
    unused: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()
    fault: str = ""


def who(role: RoleTrust, account: str | None = None) -> WhoReport:
    """Return who can assume a role.

    Args:
        role: The role.
        account: Its account, if its ARN is not known.
    """
    if role.trust is None:
        return WhoReport(role, fault=role.reason)
    loaded = load_document(role.trust, DocumentKind.TRUST)
    if isinstance(loaded, tuple):
        return WhoReport(role, fault=f"its trust policy is malformed: {loaded[0]}")
    setting = _setting(role, account, loaded)
    policy = compile_policy(loaded)
    reaches: dict[Kind, Reach] = {kind: reach_of(policy, kind, setting) for kind in KINDS}
    callers = tuple(each for reach in reaches.values() for each in caller_sets(reach))
    return WhoReport(
        role,
        "" if setting.is_made_up else setting.account,
        not (setting.is_made_up or role.arn or account),
        callers,
        tuple((kind, each.too_large) for kind, each in reaches.items() if each.too_large),
        tuple(UseAnswer(each, _answer(reaches, each, setting)) for each in role.uses),
        tuple(dict.fromkeys(_unused(callers, role))),
        tuple(dead_statements(policy, setting)),
    )


def lets_in(role_arn: str, trust: Mapping[str, object], use: Use) -> UseAnswer:
    """Return whether a role lets in one association, without a report of all others."""
    role = RoleTrust("", role_arn, trust)
    loaded = load_document(trust, DocumentKind.TRUST)
    arn = parse_arn(use.cluster_arn)
    if isinstance(loaded, tuple) or arn is None:
        return UseAnswer(use, Answer.DEPENDS)
    setting = _setting(role, None, loaded)
    kind = Kind.OWN_PODS if arn.account == setting.account else Kind.OTHER_PODS
    reaches = {kind: reach_of(compile_policy(loaded), kind, setting)}
    return UseAnswer(use, _answer(reaches, use, setting))


def _setting(role: RoleTrust, account: str | None, document: Document) -> Setting:
    arn = parse_arn(role.arn)
    guessed = settings_of(document)[0]
    if arn:
        return Setting(arn.account, arn.partition)
    return Setting(account, guessed.partition) if account else guessed


def _answer(reaches: Mapping[Kind, Reach], use: Use, setting: Setting) -> Answer:
    arn = parse_arn(use.cluster_arn)
    if arn is None:
        return Answer.NO
    if use.source_role_arn:
        return _chained(reaches, use, setting)
    own = arn.account == setting.account
    reach = reaches[Kind.OWN_PODS if own else Kind.OTHER_PODS]
    return admits(reach, {**_known(use), "source keys": YES})


def _chained(reaches: Mapping[Kind, Reach], use: Use, setting: Setting) -> Answer:
    source = parse_arn(use.source_role_arn)
    if source is None:
        return Answer.NO
    own = source.account == setting.account
    reach = reaches[Kind.OWN_CHAIN if own else Kind.OTHER_CHAIN]
    return admits(reach, {**_known(use), "role or user": source.resource})


def _known(use: Use) -> dict[str, str | None]:
    arn = parse_arn(use.cluster_arn)
    if arn is None:
        return {}
    return {
        "session tags": YES if use.session_tags else None,
        "account": arn.account,
        "region": arn.region,
        "cluster": arn.resource.removeprefix("cluster/"),
        "namespace": use.service_account.namespace,
        "service account": use.service_account.name,
    }


def _unused(callers: tuple[CallerSet, ...], role: RoleTrust) -> Iterator[str]:
    """Yield the service accounts that are named one by one and have no association."""
    used = {str(each) for each in role.uses}
    for each in callers if used else ():
        for name in each.service_accounts if each.kind is Kind.OWN_PODS else ():
            if name not in used:
                yield name
