"""Who else is trusted: nobody foreign, nobody beside EKS, and EKS under its right name."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Any

from eks_pod_identity.access.callers import Kind
from eks_pod_identity.access.reach import Answer
from eks_pod_identity.iam.evaluation import (
    Context,
    Decision,
    Policy,
    Principal,
    PrincipalKind,
    Request,
    Statement,
    is_allowed,
)
from eks_pod_identity.iam.evaluation.glob import matches, to_pattern
from eks_pod_identity.iam.evaluation.principal import account_of
from eks_pod_identity_policies import session_tags
from eks_pod_identity_policies.documents import TRUST_PROPERTIES, trust_policies
from eks_pod_identity_policies.frameworks import PUBLIC_AND_CROSS_ACCOUNT
from eks_pod_identity_policies.properties import account_list, flag
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rewriting import Element, listed, rewrite_trust
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
from eks_pod_identity_policies.trust.call import ASSUME, PODS, Cluster, PodCall
from eks_pod_identity_policies.trust.distance import distance
from eks_pod_identity_policies.trust.foreign import FOREIGN_ACCOUNT
from eks_pod_identity_policies.trust.literals import FOREIGN_ORG, SAMPLE_ORG
from eks_pod_identity_policies.trust.policy import TrustPolicy
from eks_pod_identity_policies.trust.reaching import strangers_of
from eks_pod_identity_policies.trust.stranger import FOREIGN_ROLE, contexts_of_strangers
from eks_pod_identity_policies.trust.web_identity import STRANGER, WEB_IDENTITY, issuers_of

_PAGE = "https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html"
# Services with names like ours that roles do trust.
_REAL_SERVICES = frozenset(
    {
        "eks.amazonaws.com",
        "eks-connector.amazonaws.com",
        "eks-fargate-pods.amazonaws.com",
        "eks-fargate.amazonaws.com",
        "eks-local-outposts.amazonaws.com",
        "eks-nodegroup.amazonaws.com",
        "eks.aws.internal",
    }
)
_NEAR = 3  # letters
# What is meant beyond doubt, whoever wrote it.
_WRONG_NAMES = re.compile(
    r"""\s*( pods\.eks\.amazonaws\.com(\.cn)?       # in another case, or with another ending
        | pod\.eks\.amazonaws\.com(\.cn)?
        | pods\.esk\.amazonaws\.com
        | pods\.eks\.amazonaws\.co
        | (pods-eks|eks-pods)\.amazonaws\.com
        | (pod-identity|pods)\.eks(\.[a-z]{2}(-[a-z]+)+-\d)?\.amazonaws\.com
        )\s*""",
    re.VERBOSE | re.IGNORECASE,
)


def _no_open_principal(resource: Resource, config: Config) -> Findings:
    for trust in trust_policies(resource):
        ways = chain(
            _anybody(trust), _any_service_account(trust), _all_but_named(trust), _reached(trust)
        )
        if found := next(ways, None):
            yield found
        elif trust.pod_statements:
            yield from _foreigners(trust, config.texts("accounts"))


def _anybody(trust: TrustPolicy) -> Iterator[Finding]:
    statements = tuple(each for each in trust.policy.statements if _is_open(each))
    if not any(each.allow for each in statements):
        return
    for principal, action in _STRANGERS:
        for context in _strangers_contexts(statements, principal):
            verdict = is_allowed(Policy(statements), Request(principal, action, context=context))
            if verdict.decision is not Decision.DENIED and verdict.statement:
                proof = "lets in" if verdict.decision is Decision.ALLOWED else "may let in"
                message = f'statement "{verdict.statement.label}" {proof} {_NAMES[principal.kind]}'
                yield Finding(message, (_NAME_PODS,))


def _any_service_account(trust: TrustPolicy) -> Iterator[Finding]:
    """Yield a finding if a cluster's tokens (IRSA) are taken whomever they were made for."""
    for issuer in issuers_of(trust.policy):
        verdict = is_allowed(trust.policy, issuer.request(trust.policy, STRANGER))
        if verdict.decision is Decision.ALLOWED and verdict.statement:
            label = verdict.statement.label
            message = f'statement "{label}" lets in every service account of {issuer.host}'
            yield Finding(message, (f"compare {issuer.subject_key} with the service account",))


def _all_but_named(trust: TrustPolicy) -> Iterator[Finding]:
    """Yield a finding for each list of those who may not: it does not say who may."""
    for statement in trust.policy.statements:
        if statement.allow and statement.not_principals:
            message = f'statement "{statement.label}" allows everybody but those in NotPrincipal'
            yield Finding(message, (_NAME_PODS,))


def _reached(trust: TrustPolicy) -> Iterator[Finding]:
    """Yield what no probe thought of: any way in for roles and users of any account."""
    if not any(_is_open(each) and each.allow for each in trust.policy.statements):
        return
    for each in strangers_of(trust.policy, Kind.OTHER_CALLERS, frozenset()):
        proof = "lets in" if each.answer is Answer.YES else "may let in"
        message = f'statement "{each.statement}" {proof} any AWS account{each.reason}'
        yield Finding(message, (_NAME_PODS,))


def _is_open(statement: Statement) -> bool:
    """Tell whether a statement allows or denies more callers than it names."""
    names = [name for names in (statement.principals or {}).values() for name in names]
    return not statement.allow or statement.not_principals or any("*" in each for each in names)


def _strangers_contexts(
    statements: tuple[Statement, ...], principal: Principal
) -> Iterator[Context]:
    """Yield what IAM may see of a stranger."""
    if principal.kind is PrincipalKind.SERVICE:
        cluster = Cluster(FOREIGN_ACCOUNT, "stranger")
        yield PodCall(cluster, "stranger", "stranger", FOREIGN_ORG, SAMPLE_ORG).context()
        return
    yield from contexts_of_strangers(statements)


def _foreigners(trust: TrustPolicy, allowed: frozenset[str]) -> Iterator[Finding]:
    own = allowed | {each.account for each in trust.named_clusters}
    if trust.literals.names_account:
        own |= {each.account for each in trust.literals.clusters}
    for statement in trust.policy.statements:
        for name in (statement.principals or {}).get("AWS", ()) if statement.allow else ():
            if _is_foreign(name, own) and not statement.not_principals:
                message = f'statement "{statement.label}" trusts {name} beside {PODS}'
                yield Finding(message, (_OWN_ROLE, _CONFIGURE))


def _is_foreign(name: str, own: AbstractSet[str]) -> bool:
    if account := account_of(name):
        return account not in own
    # One role is a narrow trust; it is foreign only if it is known which accounts are not.
    found = _ACCOUNT_IN_ARN.fullmatch(name)
    return bool(own and found and found[1] not in own)


def _single_purpose(resource: Resource, config: Config) -> Findings:
    for trust in trust_policies(resource):
        if not trust.pod_statements:
            continue
        for statement in trust.policy.statements:
            others = tuple(_others(statement, migration=config.flag("migration")))
            if statement.allow and others:
                message = f'statement "{statement.label}" also trusts {", ".join(others)}'
                yield Finding(message, (_OWN_ROLE,))


def _others(statement: Statement, *, migration: bool) -> Iterator[str]:
    if statement.not_principals:
        yield "everybody but those in NotPrincipal"
        return
    for kind, names in (statement.principals or {}).items():
        for name in names:
            if name != PODS.name and not (migration and _is_irsa(kind, name)):
                yield name


def _is_irsa(kind: str, name: str) -> bool:
    return kind == "Federated" and ":oidc-provider/oidc.eks." in name


def _service_name(resource: Resource, _: Config) -> Findings:
    for trust in trust_policies(resource):
        for statement in trust.policy.statements:
            for name in (statement.principals or {}).get("Service", ()):
                if _is_mistaken(name, statement):
                    message = f'statement "{statement.label}" names "{name}"'
                    yield Finding(message, (f'write "{PODS}"',))


def _is_mistaken(name: str, statement: Statement) -> bool:
    if name == PODS.name:
        return False
    lower = name.lower()
    if lower in _REAL_SERVICES:
        keys = {condition.key for condition in statement.conditions}
        return not keys.isdisjoint(session_tags.REQUEST_KEYS)
    # IAM takes no wildcards in the names of services.
    if matches(to_pattern(lower), PODS.name) or lower.startswith("eks-auth."):
        return True
    if "pod" in lower and ("eks" in lower or "identity" in lower):
        return True
    return distance(lower, PODS.name, _NEAR) <= _NEAR


def _renamed(resource: Resource, _: Config) -> Changes:
    return rewrite_trust(resource, _with_right_name)


def _with_right_name(_: TrustPolicy, __: Statement, element: Element) -> Element:
    """Name the service in Allow and Deny alike: one without the other would open the role."""
    return {
        name: _right_names(value) if name in _PRINCIPAL_ELEMENTS else value
        for name, value in element.items()
    }


def _right_names(principals: str | dict[str, Any]) -> str | dict[str, Any]:
    if not isinstance(principals, dict) or "Service" not in principals:
        return principals
    names = listed(principals["Service"])
    right = [PODS.name if _WRONG_NAMES.fullmatch(each) else each for each in names]
    if right == names:
        return principals
    one = isinstance(principals["Service"], str)
    return principals | {"Service": right[0] if one else list(dict.fromkeys(right))}


_PRINCIPAL_ELEMENTS = frozenset({"Principal", "NotPrincipal"})
_ACCOUNT_IN_ARN = re.compile(r"arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):.+")
_STRANGERS = (
    (Principal.aws(FOREIGN_ROLE), ASSUME),
    (Principal(PrincipalKind.ANONYMOUS), ASSUME),
    (PODS, ASSUME),
    (
        Principal(
            PrincipalKind.FEDERATED,
            f"arn:aws:iam::{FOREIGN_ACCOUNT}:oidc-provider/issuer.invalid",
        ),
        WEB_IDENTITY,
    ),
)
_NAMES = {
    PrincipalKind.AWS: "any AWS account",
    PrincipalKind.ANONYMOUS: "anonymous callers",
    PrincipalKind.FEDERATED: "any identity provider",
    PrincipalKind.SERVICE: "services on behalf of any account",
}
_NAME_PODS = f'set "Principal" to {{"Service": "{PODS}"}}'
_OWN_ROLE = f"give the others a role of their own, and this one {PODS} alone"
_CONFIGURE = "if the account is yours, name it under `accounts` of pid-trust-no-open-principal"
_ROLES = frozenset(TRUST_PROPERTIES)

NO_OPEN_PRINCIPAL = ResourceRule(
    id="pid-trust-no-open-principal",
    title="No stranger may assume a role.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why=(
        'A Principal of "*", a NotPrincipal, or the root of an account that is not yours hands the'
        " role to others, and a cluster's OIDC provider without a condition on :sub to all its"
        " service accounts. For roles that EKS may assume, every account that the document or the"
        " configuration does not show to be yours counts as foreign. The rule also asks whether any"
        " role or user of an account that is not named can call so that he gets in, whatever tags,"
        " external id and session name he chooses."
    ),
    fix='Write "Principal": {"Service": "pods.eks.amazonaws.com"}.',
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    config={
        "accounts": account_list("Accounts whose principals may assume roles for pods."),
    },
    types=_ROLES,
    judge=_no_open_principal,
    framework=PUBLIC_AND_CROSS_ACCOUNT,
)

SINGLE_PURPOSE = ResourceRule(
    id="pid-trust-single-purpose",
    title="A role for pods trusts nobody else.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why=(
        "Whoever takes over one user of a role has what all its users have. While a cluster moves"
        " from IRSA to EKS Pod Identity, a role may trust both; set `migration` for that time."
    ),
    fix="Make one role for each purpose.",
    source=_PAGE,
    config={
        "migration": flag("Whether the OIDC providers of EKS clusters (IRSA) may be trusted too."),
    },
    types=_ROLES,
    judge=_single_purpose,
)

SERVICE_NAME = ResourceRule(
    id="pid-trust-service-name",
    title="The service is called pods.eks.amazonaws.com.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "A role that trusts pod.eks.amazonaws.com, or the name with another ending, cannot be used"
        " by pods. It is pods.eks.amazonaws.com in every partition."
    ),
    fix='Write "Principal": {"Service": "pods.eks.amazonaws.com"}.',
    source=_PAGE,
    types=_ROLES,
    judge=_service_name,
    remedy=Remedy(
        does=(
            "Writes pods.eks.amazonaws.com for a name that can mean nothing else, in every "
            "statement of the document. Names of other services are left."
        ),
        changes=_renamed,
    ),
)
