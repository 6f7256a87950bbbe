"""IAM roles for service accounts (IRSA): bound while they last, and gone after the move."""

import re
from collections.abc import Iterator
from itertools import islice

from eks_pod_identity.iam.evaluation import Decision, Policy, is_allowed
from eks_pod_identity_policies.documents import TRUST_PROPERTIES, trust_policies
from eks_pod_identity_policies.properties import flag
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rule import (
    Config,
    Finding,
    Findings,
    Level,
    ResourceRule,
    Severity,
    StackRule,
)
from eks_pod_identity_policies.stack.view import Stack
from eks_pod_identity_policies.trust.arn_pattern import fill
from eks_pod_identity_policies.trust.web_identity import AUDIENCE, STRANGER, Issuer, issuers_of
from eks_pod_identity_policies.values import texts

_PAGE = "https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html"
_SOME = 8
# What `aws emr-containers update-role-trust-policy` writes; it asks for no audience.
# https://docs.aws.amazon.com/cli/latest/reference/emr-containers/update-role-trust-policy.html
_OF_EMR = re.compile(
    r"system:serviceaccount:[a-z0-9-]+:emr-containers-sa-\*-\*-\d{12}-[0-9a-z]+", re.IGNORECASE
)
_PROVIDER_TYPES = frozenset(
    {"aws:iam/openIdConnectProvider:OpenIdConnectProvider", "aws-native:iam:OidcProvider"}
)
_ROLE_ARN = "eks.amazonaws.com/role-arn"  # pid-assoc-unique tells of it
# https://docs.aws.amazon.com/eks/latest/userguide/configure-sts-endpoint.html
_ANNOTATIONS = (
    "eks.amazonaws.com/audience",
    "eks.amazonaws.com/sts-regional-endpoints",
    "eks.amazonaws.com/token-expiration",
)


def _claims(resource: Resource, config: Config) -> Findings:
    if resource.type in _PROVIDER_TYPES:
        yield from _audiences(resource)
        return
    for trust in trust_policies(resource):
        for issuer in issuers_of(trust.policy):
            found = _gaps(trust.policy, issuer, exact=config.flag("exact"))
            yield from (each for each, _ in zip(found, range(1), strict=False))


def _audiences(provider: Resource) -> Iterator[Finding]:
    url = provider.get("url")
    if not isinstance(url, str) or not url.removeprefix("https://").startswith("oidc.eks."):
        return
    others = set(texts(provider.get("clientIdLists") or provider.get("clientIdList"))) - {AUDIENCE}
    if others:
        message = f"tokens for other audiences are taken: {', '.join(sorted(others))}"
        yield Finding(message, (f'leave "{AUDIENCE}" alone in the list',))


def _gaps(policy: Policy, issuer: Issuer, *, exact: bool) -> Iterator[Finding]:
    for subject in issuer.strangers(policy):
        if breach := _letting_in(policy, issuer, subject):
            who = "every service account" if subject == STRANGER else f"{_short(subject)}, unnamed"
            yield Finding(f"{breach} {who}", (_bind_subject(issuer),))
    for subject in issuer.neighbours(policy) if exact else ():
        if breach := _letting_in(policy, issuer, subject):
            yield Finding(f"{breach} {_short(subject)}, unnamed", (_bind_subject(issuer),))
    subjects = (each for each in issuer.subjects(policy) if not _OF_EMR.fullmatch(each))
    for subject in islice(subjects, _SOME):
        if breach := _letting_in(policy, issuer, fill(subject), "another-audience"):
            help_ = f'add "StringEquals": {{"{issuer.host}:aud": "{AUDIENCE}"}}'
            yield Finding(f"{breach} tokens for any audience", (help_,))


def _letting_in(policy: Policy, issuer: Issuer, subject: str, audience: str = AUDIENCE) -> str:
    """Return the beginning of a message if a token is not certainly refused."""
    verdict = is_allowed(policy, issuer.request(policy, subject, audience))
    if verdict.decision is Decision.DENIED or verdict.statement is None:
        return ""
    sure = verdict.decision is Decision.ALLOWED
    done = "lets in" if sure else "cannot be shown to refuse"
    return f'statement "{verdict.statement.label}" {done}'


def _short(subject: str) -> str:
    return subject.removeprefix("system:serviceaccount:").replace(":", "/")


def _bind_subject(issuer: Issuer) -> str:
    subject = "system:serviceaccount:<namespace>:<name>"
    return f'add "StringEquals": {{"{issuer.subject_key}": "{subject}"}}'


def _leftover(stack: Stack, config: Config) -> Findings:
    if config.flag("migration"):
        return
    served: dict[str, str] = {}
    for each in stack.associations:
        if role := stack.role_of(each):
            served.setdefault(role.urn, each.subject)
    for urn, subject in served.items():
        role = stack.by_urn[urn]
        for trust in trust_policies(role):
            for issuer in issuers_of(trust.policy):
                message = f"role {role.name} serves {subject} and still trusts {issuer.arn}"
                yield Finding(message, ("remove the statement",), urn)
    yield from _annotated(stack)


def _annotated(stack: Stack) -> Iterator[Finding]:
    subjects = {each.subject for each in stack.associations}
    for account, subject, annotations in stack.annotations:
        for name in _ANNOTATIONS if subject in subjects else ():
            if name in annotations and _ROLE_ARN not in annotations:
                message = f"{subject} has an association and the annotation {name} (IRSA)"
                yield Finding(message, ("remove the annotation",), account.urn)


CLAIMS = ResourceRule(
    id="pid-irsa-claims",
    title="A role for IRSA takes tokens of its own service account, made for STS.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    why=(
        "The issuer signs tokens for every service account of the cluster. Without a condition on"
        " :sub, or with a wildcard in its namespace, pods of others get the role; without one on"
        " :aud, so does whoever gets hold of a token that was made for something else."
    ),
    fix="Compare :sub with the service account and :aud with sts.amazonaws.com, by StringEquals.",
    source=_PAGE,
    config={
        "exact": flag(
            "Whether wildcards within a namespace are reported too; AWS's own pages"
            " have some for CSI drivers."
        ),
    },
    types=frozenset(TRUST_PROPERTIES) | _PROVIDER_TYPES,
    judge=_claims,
)

LEFTOVER = StackRule(
    id="pid-irsa-leftover",
    title="What has an association has nothing left of IRSA.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why=(
        "A role that serves an association and still takes tokens can be used in two ways, and"
        " only one of them is looked at. Annotations for tokens do nothing for a pod that the"
        " agent serves."
    ),
    fix="Remove the statement for the OIDC provider and the annotations, once all pods restarted.",
    source="https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html",
    config={
        "migration": flag("Whether the move from IRSA is still under way."),
    },
    judge=_leftover,
)
