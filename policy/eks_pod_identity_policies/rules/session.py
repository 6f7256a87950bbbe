"""Sessions of pods: tags on or off, and session policies."""

from collections.abc import Iterator

from eks_pod_identity.iam.evaluation import compile_policy
from eks_pod_identity.iam.session_policy import load_session_policy
from eks_pod_identity_policies.association import Association, associations_of, is_true
from eks_pod_identity_policies.properties import text_list
from eks_pod_identity_policies.resource import ASSOCIATIONS, Resource
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
from eks_pod_identity_policies.session_tags import PRINCIPAL_KEYS, keys_used
from eks_pod_identity_policies.values import UNKNOWN, has_unknown

_SOME_FAULTS = 5


def _session_policy(resource: Resource, _: Config) -> Findings:
    for each in associations_of(resource):
        if each.policy is None:
            continue
        if each.tags_off is not UNKNOWN and not is_true(each.tags_off):
            yield Finding("policy is set, but session tags are on", (_TAGS_OFF,))
        if isinstance(each.policy, str):
            yield from _in_policy(each.policy)
        elif not has_unknown(each.policy):
            yield Finding("policy is not JSON text", ("give it as JSON text",))


def _turned_off(resource: Resource, _: Config) -> Changes:
    for each in associations_of(resource):
        told = not has_unknown(each.tags_off)
        if isinstance(each.policy, str) and told and not is_true(each.tags_off):
            return {"disableSessionTags": True}
    return {}


def _in_policy(text: str) -> Iterator[Finding]:
    document = load_session_policy(text)
    if isinstance(document, tuple):
        for fault in document[:_SOME_FAULTS]:
            yield Finding(f"policy: {fault} [{fault.id}]")
        return
    for statement in compile_policy(document).statements:
        for key in sorted(PRINCIPAL_KEYS.intersection(keys_used(statement))):
            message = f'policy, statement "{statement.label}": {key} is empty while tags are off'
            yield Finding(message, ("write the value itself",))


def _tags_on(resource: Resource, config: Config) -> Findings:
    for each in associations_of(resource):
        if is_true(each.tags_off) and not _has_reason(each, config):
            message = f"{each.subject}: session tags are off for no reason that shows"
            yield Finding(message, (_ON, f'or add "{each.subject}" to `allowed`'))


def _turned_on(resource: Resource, config: Config) -> Changes:
    for each in associations_of(resource):
        told = not has_unknown([each.namespace, each.service_account])
        if told and is_true(each.tags_off) and not _has_reason(each, config):
            # Left out, the provider would keep what AWS has.
            return {"disableSessionTags": False}
    return {}


def _has_reason(each: Association, config: Config) -> bool:
    return (
        each.policy is not None
        or each.target_role is not None
        or each.subject in config.texts("allowed")
    )


_TAGS_OFF = "set disableSessionTags to true; EKS takes a session policy only so"
_ON = "remove disableSessionTags"

SESSION_POLICY = ResourceRule(
    id="pid-assoc-session-policy",
    title="A session policy is sound and goes with session tags off.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "EKS refuses a session policy while tags are on. What counts is the plain text, blanks"
        " included: 2,048 characters. And with tags off, conditions on aws:PrincipalTag of the"
        " six tags find nothing."
    ),
    fix="Set disableSessionTags to true, and write values instead of tags into the policy.",
    source="https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html",
    types=ASSOCIATIONS,
    judge=_session_policy,
    remedy=Remedy(
        does="Sets disableSessionTags where a session policy is set.", changes=_turned_off
    ),
)

TAGS_ON = ResourceRule(
    id="pid-assoc-tags-on",
    title="Session tags are on unless something needs them off.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    why=(
        "Without tags, conditions on cluster, namespace and service account find nothing, and the"
        " role's own tags of the same names are seen instead. A session policy needs tags off;"
        " a target role may be bound by its external id instead."
    ),
    fix="Remove disableSessionTags, or name the service account in the configuration.",
    source="https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html",
    config={
        "allowed": text_list(
            "Service accounts, namespace/name, that may go without tags.", pattern="^[^/]+/[^/]+$"
        ),
    },
    types=ASSOCIATIONS,
    judge=_tags_on,
    remedy=Remedy(does="Sets disableSessionTags to false.", changes=_turned_on),
)
