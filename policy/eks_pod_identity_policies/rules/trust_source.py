"""Where calls may come from: account or organization, cluster, the form of the cluster's ARN."""

import re
from collections.abc import Iterator
from itertools import chain

from eks_pod_identity.access.callers import Kind
from eks_pod_identity.iam.evaluation import Condition, Decision, Statement, Verdict
from eks_pod_identity_policies.documents import TRUST_PROPERTIES, trust_policies
from eks_pod_identity_policies.properties import account_list
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
from eks_pod_identity_policies.trust.adversary import calls_from_elsewhere
from eks_pod_identity_policies.trust.arn_pattern import may_be_cluster
from eks_pod_identity_policies.trust.call import PODS, PodCall
from eks_pod_identity_policies.trust.policy import TrustPolicy
from eks_pod_identity_policies.trust.reaching import other_clusters_of, strangers_of

_TRUST_PAGE = "https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html"
_CONFUSED_DEPUTY = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
_CLUSTER_ARN = re.compile(r"arn:aws[a-z-]*:eks:[a-z0-9-]+:\d{12}:cluster/[0-9A-Za-z][A-Za-z0-9_-]*")
_WILDCARD_OPERATORS = frozenset({"ArnEquals", "ArnLike", "StringLike"})


def _source_bound(resource: Resource, config: Config) -> Findings:
    for trust in trust_policies(resource):
        accounts = config.texts("accounts")
        yield from _first(chain(_from_elsewhere(trust, accounts), _reached(trust, accounts)))


def _reached(trust: TrustPolicy, accounts: frozenset[str]) -> Iterator[Finding]:
    """Yield what no probe thought of: any way in for pods of other accounts."""
    if trust.pod_statements:
        for each in strangers_of(trust.policy, Kind.OTHER_PODS, accounts):
            whom = f"a cluster of any other account ({each.sample})" if each.sample else _ELSEWHERE
            message = f'statement "{each.statement}" {each.proof} {whom}{each.reason}'
            yield Finding(message, (_BIND_ACCOUNT,))


def _lets_in(trust: TrustPolicy, statement: Statement, accounts: frozenset[str]) -> bool:
    """Tell whether it is a statement by which pods of other accounts get in."""
    found = strangers_of(trust.policy, Kind.OTHER_PODS, accounts)
    return any(each.statement == statement.label for each in found)


_ELSEWHERE = "a cluster of any other account"


def _from_elsewhere(trust: TrustPolicy, accounts: frozenset[str]) -> Iterator[Finding]:
    for statement in trust.assuming:
        yield from _through(trust, statement, accounts)


def _through(
    trust: TrustPolicy, statement: Statement, accounts: frozenset[str]
) -> Iterator[Finding]:
    samples = trust.samples_of(statement)
    trusted = accounts or frozenset(each.cluster.account for each in samples)
    for meant in samples:
        calls = calls_from_elsewhere(meant, trust.choice, trusted)
        for call, verdict in trust.admitted(statement, calls):
            yield _breach(verdict, _elsewhere(call), _BIND_ACCOUNT)
    for call, verdict in trust.admitted(statement, trust.meant_by(statement)):
        if accounts and call.cluster.account not in accounts:
            yield _breach(verdict, f"account {call.cluster.account}", _BIND_ACCOUNT)


def _elsewhere(call: PodCall) -> str:
    lacks = "" if call.source else " without aws:SourceArn and aws:SourceAccount"
    return f"a cluster of any other account ({call.cluster.arn}){lacks}"


def _bound(resource: Resource, config: Config) -> Changes:
    accounts = config.texts("accounts")

    def bind(trust: TrustPolicy, statement: Statement, element: Element) -> Element:
        is_open = statement in trust.assuming and (
            any(_through(trust, statement, accounts)) or _lets_in(trust, statement, accounts)
        )
        return (
            _with_accounts(element, accounts)
            if is_open and is_for_pods_alone(statement)
            else element
        )

    return rewrite_trust(resource, bind) if accounts else {}


def _with_accounts(element: Element, accounts: frozenset[str]) -> Element:
    """Ask for one of the accounts; where accounts are asked for, those that are not ours go."""
    condition = element.get("Condition", {})
    asked = condition.get("StringEquals", {})
    own = next((key for key in asked if key.lower() == "aws:sourceaccount"), None)
    named = [each for each in listed(asked[own]) if each in accounts] if own else sorted(accounts)
    if not named:
        return element
    bound = {own or "aws:SourceAccount": named if len(named) > 1 else named[0]}
    return element | {"Condition": condition | {"StringEquals": asked | bound}}


def _cluster_bound(resource: Resource, config: Config) -> Findings:
    if config.text("scope") != "cluster":
        return
    for trust in trust_policies(resource):
        yield from _first(_from_other_clusters(trust))


def _from_other_clusters(trust: TrustPolicy) -> Iterator[Finding]:
    """Yield a cluster that is not named and gets in, if there is any at all."""
    for each in other_clusters_of(trust.policy) if trust.pod_statements else ():
        whom = f"another cluster ({each.sample})" if each.sample else "any cluster of its account"
        message = f'statement "{each.statement}" {each.proof} {whom}{each.reason}'
        yield Finding(message, (_BIND_CLUSTER,))


def _breach(verdict: Verdict, caller: str, advice: str) -> Finding:
    label = verdict.statement.label if verdict.statement else ""
    if verdict.decision is Decision.UNPROVED:
        message = f'statement "{label}" cannot be shown to refuse {caller}'
    else:
        message = f'statement "{label}" lets in {caller}'
    return Finding(message, (advice,))


def _first(findings: Iterator[Finding]) -> Iterator[Finding]:
    """Yield one finding: the others would tell of the same gap."""
    found = next(findings, None)
    if found:
        yield found


def _arn_shape(resource: Resource, _: Config) -> Findings:
    for trust in trust_policies(resource):
        for statement in trust.policy.statements:
            if _speaks_of_pods_alone(statement):
                for condition in statement.conditions:
                    yield from _arn_findings(statement, condition)


def _speaks_of_pods_alone(statement: Statement) -> bool:
    services = (statement.principals or {}).get("Service", ())
    return PODS.name in services or not statement.allow


def _arn_findings(statement: Statement, condition: Condition) -> Iterator[Finding]:
    if condition.key != "aws:sourcearn" or condition.operator == "Null":
        return
    for value in condition.values:
        if ":eks:" not in value or "${" in value:
            continue
        where = f'statement "{statement.label}", {condition.name} aws:SourceArn'
        fits = may_be_cluster(value) if _is_open(value) else _CLUSTER_ARN.fullmatch(value)
        if not fits:
            yield Finding(f'{where}: "{value}" is not the ARN of a cluster', (_CLUSTER_FORM,))
        elif _is_open(value) and condition.operator not in _WILDCARD_OPERATORS:
            message = f'{where}: "{value}" has a wildcard that the operator takes literally'
            yield Finding(message, ("use ArnLike",))


def _is_open(text: str) -> bool:
    return "*" in text or "?" in text


_BIND_ACCOUNT = (
    'add "StringEquals": {"aws:SourceAccount": "<account>"} to the statement\'s Condition,'
    " or bind aws:SourceOrgID"
)
_BIND_CLUSTER = (
    'add "ArnEquals": {"aws:SourceArn": "arn:aws:eks:<region>:<account>:cluster/<name>"}'
    " to the statement's Condition"
)
_CLUSTER_FORM = (
    "EKS sends the cluster's ARN: arn:aws:eks:<region>:<account>:cluster/<name>, nothing behind it"
)
_ROLES = frozenset(TRUST_PROPERTIES)

SOURCE_BOUND = ResourceRule(
    id="pid-trust-source-bound",
    title="A role for pods refuses clusters of other accounts and organizations.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    why=(
        "A trust policy that names pods.eks.amazonaws.com and nothing else trusts the service on"
        " behalf of everybody. EKS itself asks that role and cluster share an account, so what is"
        " left to an attacker is inside of the account; a condition on the source closes it at"
        " the role too, and keeps scanners quiet. AWS's own shortest sample has no condition,"
        " therefore the default is advisory. The rule asks whether there is any call of EKS at all"
        " that gets in for a cluster of an account which is not named, of an organization which is"
        " not named: with or without session tags and source keys."
    ),
    fix=(
        "Add aws:SourceAccount (or aws:SourceOrgID) with StringEquals to every statement that"
        " names pods.eks.amazonaws.com. IfExists, ForAllValues, Null and wildcards do not bind."
    ),
    source=_CONFUSED_DEPUTY,
    config={
        "accounts": account_list(
            "The accounts whose clusters may use roles; by default those that the document names."
        ),
    },
    types=_ROLES,
    judge=_source_bound,
    remedy=Remedy(
        does=(
            "Asks for aws:SourceAccount with StringEquals in statements for "
            "pods.eks.amazonaws.com alone, if `accounts` is configured. Where accounts are asked "
            "for, those that are not configured go; if none is left, nothing is changed."
        ),
        changes=_bound,
    ),
)

CLUSTER_BOUND = ResourceRule(
    id="pid-trust-cluster-bound",
    title="A role for pods refuses other clusters of its account.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why=(
        "Whoever may create associations on some cluster of the account, a development cluster"
        " for example, can hand a role to his own pods unless the role's trust names the cluster."
    ),
    fix=(
        "Bind aws:SourceArn, or the session tag eks-cluster-arn, to the ARN of the cluster. The"
        " cluster's name alone is not enough: it is unique only within region and account."
    ),
    source=_TRUST_PAGE,
    config={
        "scope": {
            "type": "string",
            "enum": ["off", "account", "cluster"],
            "default": "cluster",
            "description": "How far a role may reach; at `off` and `account` this rule is silent.",
        }
    },
    types=_ROLES,
    judge=_cluster_bound,
)

SOURCE_ARN_SHAPE = ResourceRule(
    id="pid-trust-source-arn-shape",
    title="aws:SourceArn in the trust of a role for pods is the ARN of a cluster.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "EKS sends the ARN of the cluster. A condition on the ARN of an association, a node group,"
        " or anything behind the cluster's name never holds, and pods get no credentials"
        " (awslabs/mountpoint-s3-csi-driver issue 781)."
    ),
    fix=("Write arn:aws:eks:<region>:<account>:cluster/<name>. Use ArnLike if it has a wildcard."),
    source=_TRUST_PAGE,
    types=_ROLES,
    judge=_arn_shape,
)
