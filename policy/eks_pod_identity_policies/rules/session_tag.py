"""Session tags in conditions and variables: spelt right, complete, and stable."""

from collections.abc import Iterator

from eks_pod_identity.iam.evaluation import Condition, Quantifier, Statement
from eks_pod_identity_policies.documents import (
    DOCUMENT_TYPES,
    loaded,
    permissions_of,
    trust_policies,
)
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
    CLUSTER_ARN,
    CLUSTER_NAME,
    NAMESPACE,
    POD_NAME,
    POD_UID,
    PRINCIPAL_TAG,
    REQUEST_TAG,
    SERVICE_ACCOUNT,
    TAGS,
    keys_used,
    tag_of,
)
from eks_pod_identity_policies.trust.adversary import calls_from_other_clusters
from eks_pod_identity_policies.trust.arn_pattern import is_open, parts_of
from eks_pod_identity_policies.trust.call import PodCall
from eks_pod_identity_policies.trust.distance import distance
from eks_pod_identity_policies.trust.policy import TrustPolicy

_PAGE = "https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html"
# Prefixes of tags that EKS, Kubernetes and add-ons put on resources, and EKS Auto Mode on roles.
_OTHERS = ("eks:eks-", "eks:kubernetes-", "eks:cluster", "kubernetes.io/")
_PREFIXES = (
    "eks-",
    "eks_",
    "eks:",
    "eks/",
    "kubernetes-",
    "kubernetes_",
    "kubernetes:",
    "kubernetes/",
)
_NEAR = 2  # letters


def _known_key(resource: Resource, _: Config) -> Findings:
    for trust in trust_policies(resource):
        for statement in trust.policy.statements:
            yield from _misspelt(statement, (REQUEST_TAG, PRINCIPAL_TAG))
    for _source, document in loaded(permissions_of(resource)):
        for statement in document.policy.statements:
            # There aws:RequestTag speaks of the tags of that call's own request.
            yield from _misspelt(statement, (PRINCIPAL_TAG,))


def _misspelt(statement: Statement, families: tuple[str, ...]) -> Iterator[Finding]:
    for key in dict.fromkeys(keys_used(statement)):
        tag = tag_of(key) if key.startswith(families) else ""
        if tag and tag not in TAGS and _is_meant(tag):
            nearest = min(TAGS, key=lambda each: distance(tag, each, len(each)))
            message = f'statement "{statement.label}": EKS sets no session tag "{tag}"'
            yield Finding(message, (f'the nearest of the six is "{nearest}"',))


def _is_meant(tag: str) -> bool:
    if tag.startswith(_PREFIXES) and not tag.startswith(_OTHERS):
        return True
    if tag in {"eks:cluster-name", "eks:cluster-arn"}:
        return True
    return any(distance(tag, each, _NEAR) <= _NEAR for each in TAGS)


def _hierarchy(resource: Resource, _: Config) -> Findings:
    for trust in trust_policies(resource):
        yield from _trust_hierarchy(trust)
    for _source, document in loaded(permissions_of(resource)):
        for statement in document.policy.statements:
            yield from _statement_hierarchy(statement)


def _trust_hierarchy(trust: TrustPolicy) -> Iterator[Finding]:
    for statement in trust.policy.statements:
        if statement in trust.assuming:
            for call in trust.samples_of(statement)[:1]:
                if not trust.refuses(call):
                    yield from _gaps(statement.label, frozenset(_asked_of(trust, statement, call)))
        elif statement not in trust.pod_statements:
            yield from _statement_hierarchy(statement)


def _asked_of(trust: TrustPolicy, statement: Statement, call: PodCall) -> Iterator[str]:
    """Yield the tags, or what binds as well, without which a call is refused."""
    statements, named = trust.policy.statements, trust.named_clusters
    changed = {
        SERVICE_ACCOUNT: (call._replace(service_account="another"),),
        NAMESPACE: (
            call._replace(namespace="another"),
            call._replace(namespace="another", service_account="another"),
        ),
        CLUSTER_ARN: calls_from_other_clusters(call, statements, named),
    }
    for tag, calls in changed.items():
        if not any(trust.admitted(statement, calls)):
            yield tag


def _statement_hierarchy(statement: Statement) -> Iterator[Finding]:
    if statement.allow:
        yield from _gaps(statement.label, frozenset(_bound(statement)))


def _gaps(label: str, bound: frozenset[str]) -> Iterator[Finding]:
    if SERVICE_ACCOUNT in bound and NAMESPACE not in bound:
        message = f'statement "{label}" binds {SERVICE_ACCOUNT}, but not {NAMESPACE}'
        yield Finding(message, (f"bind {NAMESPACE} in the same statement",))
    if bound & {SERVICE_ACCOUNT, NAMESPACE} and CLUSTER_ARN not in bound:
        least = NAMESPACE if NAMESPACE in bound else SERVICE_ACCOUNT
        name = f" ({CLUSTER_NAME} is unique only in a region)" if CLUSTER_NAME in bound else ""
        message = f'statement "{label}" binds {least}, but not {CLUSTER_ARN}{name}'
        yield Finding(message, (f"bind {CLUSTER_ARN} in the same statement",))


def _bound(statement: Statement) -> Iterator[str]:
    for condition in statement.conditions:
        if _binds(condition):
            yield tag_of(condition.key) if _says_something(condition) else ""
            yield from (tag_of(each.key) for each in condition.expands if each.default is None)
    yield from (tag_of(each.key) for each in statement.expands if each.default is None)


def _binds(condition: Condition) -> bool:
    return not (
        condition.negated
        or condition.if_exists
        or condition.quantifier is Quantifier.ALL
        or condition.operator == "Null"
    )


def _says_something(condition: Condition) -> bool:
    if tag_of(condition.key) == CLUSTER_ARN:
        return all(not is_open(value) or _names_cluster(value) for value in condition.values)
    return all(value.strip("*?") for value in condition.values)


def _names_cluster(pattern: str) -> bool:
    """Tell whether an ARN with wildcards or variables names a region, and a cluster in part."""
    if "${" in pattern:
        return True
    return all(
        not is_open(region) and resource.partition("/")[2].strip("*?")
        for *_, region, _account, resource in parts_of(pattern)
    )


def _stable(resource: Resource, _: Config) -> Findings:
    for trust in trust_policies(resource):
        for statement in trust.policy.statements:
            yield from _unstable(statement)
    for _source, document in loaded(permissions_of(resource)):
        for statement in document.policy.statements:
            yield from _unstable(statement)


def _unstable(statement: Statement) -> Iterator[Finding]:
    used = {tag_of(key) for key in keys_used(statement, tests=False)}
    for tag in sorted(used & {POD_NAME, POD_UID}):
        message = f'statement "{statement.label}" rests on {tag}, which changes with every pod'
        yield Finding(message, (f"bind {CLUSTER_ARN}, {NAMESPACE} and {SERVICE_ACCOUNT}",))


KNOWN_KEY = ResourceRule(
    id="pid-tag-known-key",
    title="Session tags are called by their names.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "EKS sets six tags and no others. A condition on a tag that is never set makes an Allow"
        " dead, and a Deny by a negated operator deny everything. Tag keys ignore case; hyphens"
        " are no underscores."
    ),
    fix=f"Use one of {', '.join(TAGS)}.",
    source=_PAGE,
    types=DOCUMENT_TYPES,
    judge=_known_key,
)

HIERARCHY = ResourceRule(
    id="pid-tag-hierarchy",
    title="A service account is bound with its namespace, a namespace with its cluster's ARN.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    why=(
        "A service account's name is unique only in its namespace, a namespace only in its"
        " cluster, a cluster's name only in a region. Whoever can make a namespace of the right"
        " name somewhere gets what it gets here. AWS's own walk-through binds namespace and"
        " cluster name only, therefore the default is advisory."
    ),
    fix="Compare eks-cluster-arn, kubernetes-namespace and kubernetes-service-account together.",
    source="https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html",
    types=DOCUMENT_TYPES,
    judge=_hierarchy,
)

STABLE = ResourceRule(
    id="pid-tag-stable",
    title="No permission rests on the name or the UID of a pod.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why="Both change whenever a pod is replaced; what they are compared with would have to follow.",
    fix="Bind cluster, namespace and service account instead.",
    source=_PAGE,
    types=DOCUMENT_TYPES,
    judge=_stable,
)
