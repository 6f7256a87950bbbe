"""Associations and their roles together: trust, tags that policies rest on, shared roles."""

from collections.abc import Iterator

from eks_pod_identity_policies.association import Association
from eks_pod_identity_policies.documents import loaded, trust_policies
from eks_pod_identity_policies.properties import flag
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rule import (
    Config,
    Finding,
    Findings,
    Level,
    Severity,
    StackRule,
)
from eks_pod_identity_policies.session_tags import (
    CLUSTER_ARN,
    CLUSTER_NAME,
    NAMESPACE,
    PRINCIPAL_KEYS,
    SERVICE_ACCOUNT,
    keys_used,
    tag_of,
)
from eks_pod_identity_policies.stack.view import Stack
from eks_pod_identity_policies.trust.call import PODS, PodCall
from eks_pod_identity_policies.trust.policy import TrustPolicy

_ABAC = "https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html"


def _needs_tags(stack: Stack, _: Config) -> Findings:
    for each in stack.associations:
        if each.has_tags is not False:
            continue
        for role in filter(None, (stack.role_of(each), stack.target_of(each))):
            if tags := _tags_used(stack, role):
                message = (
                    f"{each.subject} has session tags off, but policies of role {role.name} rest"
                    f" on {', '.join(sorted(tags))}"
                )
                yield Finding(message, ("remove disableSessionTags",), each.owner.urn)


def _tags_used(stack: Stack, role: Resource) -> frozenset[str]:
    sources = (source for _, source in stack.permissions[role.urn])
    return frozenset(
        tag_of(key)
        for _, document in loaded(sources)
        for statement in document.policy.statements
        for key in keys_used(statement)
        if key in PRINCIPAL_KEYS
    )


def _role_trusts(stack: Stack, config: Config) -> Findings:
    for each in stack.associations:
        cluster = stack.cluster_of(each)
        role = stack.role_of(each)
        known = all(
            isinstance(name, str) for name in (cluster, each.namespace, each.service_account)
        )
        if role and known and not str(cluster).startswith("urn:"):
            for trust in trust_policies(role):
                dedicated = config.flag("dedicated")
                yield from _not_trusted(each, role, trust, dedicated=dedicated)


def _not_trusted(
    each: Association, role: Resource, trust: TrustPolicy, *, dedicated: bool
) -> Iterator[Finding]:
    if not trust.pod_statements:
        message = f"{each.subject}: the trust policy of role {role.name} does not name {PODS}"
        yield Finding(message, (_ACCEPT,), each.owner.urn)
        return
    meant = (call for statement in trust.assuming for call in trust.meant_by(statement))
    calls = dict.fromkeys(_as_association(call, each) for call in meant)
    served = [call for call in calls if trust.works_for(call)]
    if not served:
        message = f"the trust policy of role {role.name} does not let {each.subject} in"
        yield Finding(message, (_ACCEPT,), each.owner.urn)
    neighbours = (call._replace(service_account="another") for call in served)
    if dedicated and not all(map(trust.refuses, neighbours)):
        message = f"the trust policy of role {role.name} lets in neighbours of {each.subject}"
        yield Finding(message, (_ACCEPT,), each.owner.urn)


def _as_association(call: PodCall, each: Association) -> PodCall:
    region = each.owner.get("region")
    cluster = call.cluster._replace(
        name=each.cluster if isinstance(each.cluster, str) else call.cluster.name,
        region=region if isinstance(region, str) else call.cluster.region,
    )
    return call._replace(
        cluster=cluster,
        namespace=each.namespace,
        service_account=each.service_account,
        tags=each.has_tags is not False,
    )


def _sharing(stack: Stack, _: Config) -> Findings:
    users: dict[str, list[Association]] = {}
    for each in stack.associations:
        if role := stack.role_of(each):
            users.setdefault(role.urn, []).append(each)
    for urn, sharing in users.items():
        role = stack.by_urn[urn]
        missing = _told_apart_by(stack, sharing) - _with_cluster_name(_tags_used(stack, role))
        if missing and not all(each.policy for each in sharing):
            subjects = ", ".join(sorted(each.subject for each in sharing))
            message = (
                f"role {role.name} is shared by {subjects}, and its policies do not tell them apart"
                f" by {', '.join(sorted(missing))}"
            )
            yield Finding(message, ("make one role for each, or compare aws:PrincipalTag",), urn)


def _told_apart_by(stack: Stack, sharing: list[Association]) -> frozenset[str]:
    parts = {
        CLUSTER_ARN: {stack.cluster_of(each) for each in sharing},
        NAMESPACE: {each.namespace for each in sharing},
        SERVICE_ACCOUNT: {each.service_account for each in sharing},
    }
    return frozenset(tag for tag, values in parts.items() if len(values) > 1)


def _with_cluster_name(tags: frozenset[str]) -> frozenset[str]:
    return tags | {CLUSTER_ARN} if CLUSTER_NAME in tags else tags


_ACCEPT = (
    "compare the role's aws:SourceArn and aws:RequestTag conditions with the association's"
    " cluster, namespace and service account"
)

NEEDS_TAGS = StackRule(
    id="pid-abac-needs-tags",
    title="A role whose policies rest on session tags is used with session tags on.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why=(
        "With tags off aws:PrincipalTag has none of the six: an Allow that compares them never"
        " holds, a Deny by a negated operator always does, and a tag of the role itself can take"
        " their place."
    ),
    fix="Remove disableSessionTags from the association, or use another role.",
    source=_ABAC,
    judge=_needs_tags,
)

ROLE_TRUSTS = StackRule(
    id="pid-assoc-role-trusts",
    title="An association's role lets its pods in.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "Whether the role's trust fits the cluster, namespace and service account is not looked"
        " at when the association is made; pods find out. Roles of other stacks are not judged."
    ),
    fix="Let the role's conditions name the association's cluster, namespace and service account.",
    source="https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html",
    config={
        "dedicated": flag("Whether other service accounts of the namespace must be refused."),
    },
    judge=_role_trusts,
)

ROLE_SHARING = StackRule(
    id="pid-role-sharing",
    title="Service accounts that share a role are told apart by its policies.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why=(
        "One role for each application is the rule. A shared one should grant by"
        " aws:PrincipalTag what belongs to whom, or each association should narrow it by a"
        " session policy."
    ),
    fix="Make one role for each service account, or compare the tags that differ.",
    source="https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html",
    judge=_sharing,
)
