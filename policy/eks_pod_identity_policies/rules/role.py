"""Roles for pods as a team wants them: a permissions boundary, tags."""

from collections.abc import Iterator

from eks_pod_identity_policies.documents import trust_policies
from eks_pod_identity_policies.frameworks import GUARDRAILS, TAGGED_ROLES
from eks_pod_identity_policies.properties import text_list
from eks_pod_identity_policies.resource import ASSOCIATIONS, NATIVE_ROLE, ROLES, Resource
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
from eks_pod_identity_policies.tags import default_tags, tag_keys, with_tags
from eks_pod_identity_policies.values import Plain, has_unknown


def _boundary(resource: Resource, config: Config) -> Findings:
    boundaries = config.texts("boundaries")
    found = resource.get("permissionsBoundary")
    if not boundaries or has_unknown(found) or not _is_for_pods(resource):
        return
    if not isinstance(found, str) or found not in boundaries:
        what = f"has the permissions boundary {found}" if found else "has no permissions boundary"
        listed = ", ".join(sorted(boundaries))
        yield Finding(f"a role for pods {what}", (f"set permissionsBoundary to {listed}",))


def _is_for_pods(role: Resource) -> bool:
    return any(trust.pod_statements for trust in trust_policies(role))


def _required(resource: Resource, config: Config) -> Findings:
    missing = sorted(_missing(resource, config))
    if missing:
        message = f"tags are missing: {', '.join(missing)}"
        yield Finding(message, (f"add {', '.join(missing)} to tags",))


def _missing(resource: Resource, config: Config) -> frozenset[str]:
    """Return the required tags that are known not to be there."""
    required = config.texts("required")
    if not required or (resource.type in ROLES and not _is_for_pods(resource)):
        return frozenset()
    if any(map(_is_sealed, _all_tags(resource))):
        return frozenset()
    return required - _keys(resource)


def _all_tags(resource: Resource) -> tuple[Plain, ...]:
    return (resource.get("tags"), resource.get("tagsAll"), default_tags(resource.provider))


def _keys(resource: Resource) -> frozenset[str]:
    return frozenset(key for tags in _all_tags(resource) for key in tag_keys(tags))


def _is_sealed(tags: Plain) -> bool:
    """Tell whether the keys of tags are not known; values may well be."""
    return has_unknown(tags) and not isinstance(tags, dict | list)


def _added(resource: Resource, config: Config) -> Changes:
    values = config.mapping("values")
    # IAM takes `Team` and `team` for one key, and refuses a resource that has both.
    taken = {key.lower() for key in _keys(resource)}
    missing = sorted(_missing(resource, config) & values.keys())
    added = {key: values[key] for key in missing if key.lower() not in taken}
    return {prop: with_tags(tags, added) for prop, tags in _own_tags(resource)} if added else {}


def _own_tags(resource: Resource) -> Iterator[tuple[str, Plain]]:
    """Yield the resource's tags, and those that pulumi-aws makes of them and its defaultTags."""
    none: Plain = [] if resource.type in _WITH_LISTS else {}
    tags = resource.get("tags")
    all_tags = resource.get("tagsAll")
    for prop, value in (("tags", none if tags is None else tags), ("tagsAll", all_tags)):
        if isinstance(value, dict | list):
            yield prop, value


_WITH_LISTS = frozenset({NATIVE_ROLE, "aws-native:eks:PodIdentityAssociation"})

BOUNDARY = ResourceRule(
    id="pid-permissions-boundary",
    title="A role for pods has one of the team's permissions boundaries.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why=(
        "A boundary limits what a role can be given later, by whomever. Which one is a team's"
        " convention: without `boundaries` this rule is silent."
    ),
    fix="Set permissionsBoundary to one of the configured policies.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    config={
        "boundaries": text_list(
            "ARNs of the policies that may be a role's boundary.",
            pattern="^arn:[^:]+:iam::([0-9]{12}|aws):policy/.+$",
        ),
    },
    types=ROLES,
    judge=_boundary,
    framework=GUARDRAILS,
)

REQUIRED_TAGS = ResourceRule(
    id="pid-required-tags",
    title="Roles for pods and associations carry the team's tags.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why=(
        "Tags tell whose a role is when somebody finds it years later. Which ones is a team's"
        " convention: without `required` this rule is silent. The provider's defaultTags count."
    ),
    fix="Add the tags, to the resource or to the provider's defaultTags.",
    source="https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html",
    config={
        "required": text_list("The keys of the tags."),
        "values": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "default": {},
            "description": "Values that the level `remediate` gives to missing tags.",
        },
    },
    types=ROLES | ASSOCIATIONS,
    judge=_required,
    remedy=Remedy(
        does=(
            "Adds missing tags that have a value under `values`. One whose key is there in another"
            " case is left."
        ),
        changes=_added,
    ),
    framework=TAGGED_ROLES,
)
