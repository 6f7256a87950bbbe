"""Access by the tags of resources: pods that are told apart by them must not write them."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from eks_pod_identity.iam.evaluation import (
    Condition,
    Context,
    Decision,
    Policy,
    Principal,
    Request,
    Statement,
    Truth,
    is_allowed,
)
from eks_pod_identity.iam.evaluation.glob import to_text
from eks_pod_identity_policies.documents import IDENTITY_TYPES, identity_policies_of, loaded
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rule import (
    Config,
    Finding,
    Findings,
    Level,
    ResourceRule,
    Severity,
)
from eks_pod_identity_policies.session_tags import PRINCIPAL_KEYS, PRINCIPAL_TAG, TAGS
from eks_pod_identity_policies.trust.arn_pattern import fill
from eks_pod_identity_policies.trust.literals import IN_PERSON

_POD = Principal.aws("arn:aws:iam::111122223333:role/pod")
_OWN, _VICTIMS = "own", "of-another-pod"
_SOME = 8
# Actions that write tags, where they are not called TagResource and UntagResource.
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
_WRITING: Mapping[str, tuple[str, ...]] = {
    "autoscaling": ("CreateOrUpdateTags", "DeleteTags"),
    "ec2": ("CreateTags", "DeleteTags"),
    "elasticache": ("AddTagsToResource", "RemoveTagsFromResource"),
    "elasticloadbalancing": ("AddTags", "RemoveTags"),
    "kinesis": ("AddTagsToStream", "RemoveTagsFromStream", "TagResource", "UntagResource"),
    "rds": ("AddTagsToResource", "RemoveTagsFromResource"),
    "s3": (
        "PutObjectTagging",
        "DeleteObjectTagging",
        "PutObjectVersionTagging",
        "DeleteObjectVersionTagging",
        "PutBucketTagging",
        "TagResource",
        "UntagResource",
    ),
    "sqs": ("TagQueue", "UntagQueue"),
    "ssm": ("AddTagsToResource", "RemoveTagsFromResource"),
}
_USUAL = ("TagResource", "UntagResource")


def _tag_write(resource: Resource, _: Config) -> Findings:
    for source, document in loaded(identity_policies_of(resource)):
        for keys, telling in islice(_telling_apart(document.policy).items(), _SOME):
            for action in dict.fromkeys(_writing(telling)):
                if found := _rewritable(document.policy, telling, _context(keys), action):
                    writer, teller = found
                    tags = ", ".join(sorted({key.partition("/")[2] for key in keys}))
                    message = (
                        f'{source.path}, statement "{writer.label}": {action} lets a pod set {tags}'
                        f' on what is of others, by which statement "{teller.label}" tells pods'
                        " apart"
                    )
                    yield Finding(message, (_GUARD,))
                    break


def _telling_apart(policy: Policy) -> dict[tuple[str, ...], list[Statement]]:
    """Return the statements that tell pods apart, by the keys of resource tags they compare."""
    found: dict[tuple[str, ...], list[Statement]] = {}
    for statement in policy.statements:
        if keys := tuple(sorted(set(_compared(statement)))):
            found.setdefault(keys, []).append(statement)
    return found


def _compared(statement: Statement) -> Iterator[str]:
    """Yield the keys of resource tags that a statement compares with a pod's session tags."""
    if statement.allow:
        for condition in statement.conditions:
            if _is_of_resource(condition.key) and _is_by_session(condition):
                yield condition.key


def _is_of_resource(key: str) -> bool:
    family = key.partition("/")[0]
    return family.endswith(":resourcetag") or family == "s3:existingobjecttag"


def _is_by_session(condition: Condition) -> bool:
    return not condition.negated and any(
        variable.key in PRINCIPAL_KEYS for variable in condition.expands
    )


def _writing(statements: Iterable[Statement]) -> Iterator[str]:
    """Yield the actions that write tags of what the statements are about."""
    for pattern in dict.fromkeys(each for one in statements for each in one.actions):
        service = to_text(pattern).partition(":")[0]
        services = (service,) if service.isalnum() else tuple(_WRITING)
        for each in services:
            yield from (f"{each}:{name}" for name in _WRITING.get(each, _USUAL))


def _rewritable(
    policy: Policy, telling: list[Statement], context: Context, action: str
) -> tuple[Statement, Statement] | None:
    """Return the statement that lets a pod write tags of another's, and the one that reads them."""
    writers = [each for each in policy.statements if _lets_write(each, context, action)]
    for resource in _resources((*telling, *writers)) if writers else ():
        tellers = (each for each in telling if _speaks_of(each, resource, context))
        if teller := next(tellers, None):
            verdict = is_allowed(policy, Request(_POD, action, resource, context))
            if verdict.decision is Decision.ALLOWED and verdict.statement:
                return verdict.statement, teller
    return None


def _lets_write(statement: Statement, context: Context, action: str) -> bool:
    """Tell whether a statement allows an action on some resource."""
    return (
        statement.allow
        and statement.names_action(action) is Truth.YES
        and all(each.holds(context) is Truth.YES for each in statement.conditions)
    )


def _speaks_of(statement: Statement, resource: str, context: Context) -> bool:
    return statement.names_resource(resource, context) is not Truth.NO


def _context(keys: tuple[str, ...]) -> Context:
    names = {key.partition("/")[2] for key in keys}
    values: dict[str, str | tuple[str, ...]] = {PRINCIPAL_TAG + tag: _OWN for tag in TAGS}
    values |= IN_PERSON  # so that a Deny of other calls says nothing
    for name in names:
        for family in ("aws:requesttag", "s3:requestobjecttag"):
            values[f"{family}/{name}"] = _OWN
        for family in {"aws:resourcetag", *(key.partition("/")[0] for key in keys)}:
            values[f"{family}/{name}"] = _VICTIMS
    return Context.of({**values, "aws:tagkeys": tuple(sorted(names))})


def _resources(statements: Iterable[Statement]) -> Iterator[str]:
    """Yield resources of which the statements speak."""
    written = dict.fromkeys(each for one in statements for each in one.resources)
    for each in islice((each for each in written if "${" not in each), _SOME):
        yield fill(each) if each != "*" else "arn:aws:any:eu-west-1:111122223333:thing/x"


_GUARD = (
    "allow it only where the resource's own tag equals the session's already, or deny it for"
    " these keys by aws:TagKeys"
)

TAG_WRITE = ResourceRule(
    id="pid-abac-resource-tag-write",
    title="Pods that are told apart by tags of resources cannot write these tags.",
    severity=Severity.HIGH,
    level=Level.ADVISORY,
    why=(
        "Where a policy compares the tag of a secret or an object with the pod's namespace,"
        " whoever writes that tag decides who reads. A pod that may tag what belongs to others"
        " tags it as its own, and has it. Only documents of one resource are looked at together."
    ),
    fix="Leave tagging to those who deploy, or bind it to the resource's present tag.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction_attribute-based-access-control.html",
    types=IDENTITY_TYPES,
    judge=_tag_write,
)
