"""Who may set tags called like the six: nobody but EKS."""

import json
from collections.abc import Iterator, Mapping

from eks_pod_identity.access.reach import Answer
from eks_pod_identity_policies.documents import IDENTITY_TYPES, identity_policies_of, loaded
from eks_pod_identity_policies.permission.identity_request import tagging
from eks_pod_identity_policies.resource import ASSOCIATIONS, ROLES, USERS, Resource
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
from eks_pod_identity_policies.session_tags import (
    CLUSTER_ARN,
    CLUSTER_NAME,
    NAMESPACE,
    SERVICE_ACCOUNT,
    TAGS,
)
from eks_pod_identity_policies.tags import default_tags, tag_keys
from eks_pod_identity_policies.values import Plain

_PROVIDERS = frozenset({"pulumi:providers:aws", "pulumi:providers:aws-native"})
_SAMPLES = "https://github.com/aws-samples/resource-control-policy-examples"


def _reserved(resource: Resource, _: Config) -> Findings:
    found = dict.fromkeys(_tag_keys(resource))
    reserved = [key for key in found if _is_reserved(key)]
    if reserved:
        message = f"tags called like session tags of EKS: {', '.join(reserved)}"
        yield Finding(message, ("give them other names, for example team-namespace",))


def _tag_keys(resource: Resource) -> Iterator[str]:
    if resource.type in _PROVIDERS:
        yield from _default_tags(resource.props)
        return
    for prop in ("tags", "tagsAll"):
        yield from tag_keys(resource.get(prop))
    if resource.type in ROLES | USERS:
        yield from _default_tags(resource.provider)


def _is_reserved(key: Plain) -> bool:
    return isinstance(key, str) and key.strip().lower() in TAGS


def _default_tags(provider: Mapping[str, Plain]) -> Iterator[str]:
    yield from tag_keys(default_tags(provider))


def _dropped(resource: Resource, _: Config) -> Changes:
    if resource.type in _PROVIDERS:
        return _dropped_from_provider(resource)
    kept = {prop: _without_reserved(resource.get(prop)) for prop in ("tags", "tagsAll")}
    return {prop: tags for prop, tags in kept.items() if tags != resource.get(prop)}


def _dropped_from_provider(provider: Resource) -> Changes:
    tags = default_tags(provider.props)
    kept = _without_reserved(tags)
    if kept == tags:
        return {}
    if isinstance(provider.get("defaultTags"), str):
        return {"defaultTags": json.dumps(json.loads(provider.get("defaultTags")) | {"tags": kept})}
    return {"defaultTags": provider.get("defaultTags") | {"tags": kept}}


def _without_reserved(tags: Plain) -> Plain:
    if isinstance(tags, dict):
        return {key: value for key, value in tags.items() if not _is_reserved(key)}
    if isinstance(tags, list):
        return [
            each for each in tags if not isinstance(each, dict) or not _is_reserved(each.get("key"))
        ]
    return tags


def _tag_session(resource: Resource, _: Config) -> Findings:
    for source, document in loaded(identity_policies_of(resource)):
        forged = ((tag, tagging(document.policy, tag)) for tag in _TELLING)
        tag, found = next(((tag, each) for tag, each in forged if each), ("", None))
        if found:
            sure = "" if found.answer is Answer.YES else "cannot be shown to refuse "
            message = (
                f'{source.path}, statement "{found.label}": {sure}sts:TagSession on any role, with'
                f" {tag} of the caller's choice{found.reason}"
            )
            yield Finding(message, (_NAME_ROLES, _DENY_TAGS))


# What others are told apart by. Who sets a pod's name or UID gains nothing.
_TELLING = (NAMESPACE, SERVICE_ACCOUNT, CLUSTER_ARN, CLUSTER_NAME)
_NAME_ROLES = "name the roles in Resource"
_DENY_TAGS = 'or deny it: "ForAnyValue:StringEquals": {"aws:TagKeys": [' + ", ".join(TAGS) + "]}"

RESERVED_TAGS = ResourceRule(
    id="pid-reserved-tags",
    title="No role, user or association carries a tag called like a session tag.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "A role's own tags are aws:PrincipalTag too. While session tags are on they are"
        " overridden; with tags off, or when somebody else assumes the role, the role's tag is"
        " taken for the pod's namespace or service account."
    ),
    fix="Give the tag another name. Look at the provider's defaultTags too.",
    source="https://github.com/aws-samples/service-control-policy-examples",
    types=ROLES | USERS | ASSOCIATIONS | _PROVIDERS,
    judge=_reserved,
    remedy=Remedy(
        "Takes these tags out of tags, tagsAll and the provider's defaultTags.", _dropped
    ),
)

TAG_SESSION_GUARD = ResourceRule(
    id="pid-tag-session-guard",
    title="Nobody may tag sessions of any role as a pod's.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why=(
        "Whoever may call sts:TagSession on roles of others can give himself the namespace and"
        " service account of a pod, and with them what is granted by tags."
    ),
    fix="Allow sts:TagSession on named roles only, or deny the six tag keys.",
    source=_SAMPLES,
    types=IDENTITY_TYPES,
    judge=_tag_session,
)
