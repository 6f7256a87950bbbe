"""What each statement for web identity says: whom it is for, and why it lets nobody in.

A statement is asked about service accounts made from its own subjects: a pattern lets in names
that do not exist yet, a literal may name one that is gone, and some conditions never hold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eks_pod_identity.access.callers.token import EKS_ISSUER
from eks_pod_identity.iam.evaluation import Decision, Statement
from eks_pod_identity.iam.evaluation.glob import ANY_CHARACTER, ANY_TEXT, has_wildcard, to_pattern
from eks_pod_identity.migration.callers import Callers, foreign_keys, token_decision
from eks_pod_identity.migration.inventory import Inventory, Provider
from eks_pod_identity.names import ServiceAccountRef, is_namespace, is_service_account, parse_arn

_PREFIX = "system:serviceaccount:"
_ANYBODY = ServiceAccountRef("zz-any-namespace", "zz-any-account")
_FILLINGS = ("zz-any", "zz:zz-any", "")


@dataclass(frozen=True, slots=True)
class TokenStatement:
    """A statement that names OIDC providers.

    Attributes:
        number: Its place in the document, from 0.
        hosts: The issuers that it names, without `https://`.
        subjects: The values that it compares the subject with, as written.
        patterns: Those by which names that do not exist are let in; `*` if it names no subject.
        not_there: Service accounts that it names and that no cluster of the issuer has.
        has_audience: Whether it compares an audience.
        broken_keys: Condition keys that no token of these providers has.
        is_dead: Whether it lets nobody in, now or later.
    """

    number: int
    hosts: tuple[str, ...]
    subjects: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    not_there: tuple[ServiceAccountRef, ...] = ()
    has_audience: bool = True
    broken_keys: tuple[str, ...] = ()
    is_dead: bool = False

    @property
    def is_for_pods(self) -> bool:
        """Whether it is for service accounts of Kubernetes, not for other identity providers."""
        named = any(each.startswith("system:") for each in self.subjects)
        return named or any(map(EKS_ISSUER.fullmatch, self.hosts))

    @property
    def names_no_subject(self) -> bool:
        """Whether every service account of the cluster is let in."""
        return not self.subjects and not self.is_dead


def token_statements(
    inventory: Inventory, callers: Callers, statements: list[dict[str, Any]]
) -> Iterator[TokenStatement]:
    """Yield what is known of each statement that allows web identity."""
    for number, element in enumerate(statements):
        compiled = callers.policy.statements[number]
        hosts = hosts_of(element)
        if compiled.allow and hosts:
            yield _judge(inventory, callers, compiled, TokenStatement(number, hosts))


def hosts_of(statement: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the issuers that a statement names as principals."""
    principal = statement.get("Principal")
    named = principal.get("Federated", []) if isinstance(principal, Mapping) else []
    texts = named if isinstance(named, list) else [named]
    return tuple(found for each in texts if (found := host_of(each)))


def host_of(provider_arn: str) -> str:
    """Return the issuer in the ARN of an OIDC provider; empty if it is none."""
    arn = parse_arn(provider_arn)
    kind, _, host = arn.resource.partition("/") if arn else ("", "", "")
    return host if kind == "oidc-provider" else ""


def _judge(
    inventory: Inventory, callers: Callers, compiled: Statement, found: TokenStatement
) -> TokenStatement:
    subjects = tuple(_values(compiled, "sub"))
    providers = [each for each in callers.providers() if each.host in found.hosts]
    there = {
        ref
        for cluster in inventory.clusters
        if cluster.issuer in found.hosts
        for ref in cluster.service_accounts
    }
    policy = callers.alone(found.number)
    admitted = {
        (text, ref)
        for text, ref in _asked(subjects)
        if any(token_decision(policy, each, ref) is not Decision.DENIED for each in providers)
    }
    is_dead = bool(providers) and not admitted and not callers.by_statement(found.number)
    return TokenStatement(
        found.number,
        found.hosts,
        subjects,
        tuple(sorted({text for text, _ in admitted if has_wildcard(to_pattern(text))})),
        tuple(sorted({ref for text, ref in admitted if _is_literal(text) and ref not in there})),
        any(True for _ in _values(compiled, "aud")),
        tuple(_broken(callers, compiled, providers)),
        is_dead,
    )


def _is_literal(text: str) -> bool:
    return not has_wildcard(to_pattern(text))


def _values(compiled: Statement, claim: str) -> Iterator[str]:
    for condition in compiled.conditions:
        if condition.key.rpartition(":")[2] == claim and not condition.negated:
            yield from condition.values


def _asked(subjects: tuple[str, ...]) -> Iterator[tuple[str, ServiceAccountRef]]:
    """Yield service accounts to ask about, with the text that they are made of."""
    for text in subjects or ("*",):
        for filled in _filled(text):
            if ref := subject_ref(filled):
                yield text, ref
    if not subjects:
        yield "*", _ANYBODY


def _filled(text: str) -> Iterator[str]:
    if _is_literal(text):
        yield text
        return
    for filling in _FILLINGS:
        yield to_pattern(text).replace(ANY_TEXT, filling).replace(ANY_CHARACTER, "z")
    yield _PREFIX + str(_ANYBODY).replace("/", ":")


def subject_ref(subject: str) -> ServiceAccountRef | None:
    """Return the service account that a subject names; None if it can name none."""
    parts = subject.removeprefix(_PREFIX).split(":")
    if not subject.startswith(_PREFIX) or len(parts) != 2:  # noqa: PLR2004 - namespace and name
        return None
    legal = is_namespace(parts[0]) and is_service_account(parts[1])
    return ServiceAccountRef(*parts) if legal else None


def _broken(callers: Callers, compiled: Statement, providers: list[Provider]) -> Iterator[str]:
    foreign = [foreign_keys(callers.alone_of(compiled), each) for each in providers]
    for condition in compiled.conditions:
        if foreign and all(condition.key in each for each in foreign):
            yield condition.written or condition.key


def lacks_provider(inventory: Inventory, account: str, host: str) -> bool:
    """Tell whether a role's account has no OIDC provider of an issuer."""
    return not any(_is(each, account, host) for each in inventory.providers)


def _is(provider: Provider, account: str, host: str) -> bool:
    return (provider.account, provider.host) == (account, host)
