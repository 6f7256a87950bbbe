"""Access by the tags of resources: pods that are told apart by them must not write them."""

from eks_pod_identity.access.reach import Answer
from eks_pod_identity_policies.documents import IDENTITY_TYPES, identity_policies_of, loaded
from eks_pod_identity_policies.permission.telling import Telling, Writer, tellings_of, writer_of
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rule import (
    Config,
    Finding,
    Findings,
    Level,
    ResourceRule,
    Severity,
)


def _tag_write(resource: Resource, _: Config) -> Findings:
    for source, document in loaded(identity_policies_of(resource)):
        for tag, tellings in tellings_of(document.policy).items():
            if found := writer_of(document.policy, tellings):
                yield Finding(_message(source.path, tag, tellings[0], found), (_GUARD,))


def _message(path: str, tag: str, telling: Telling, found: Writer) -> str:
    sure = found.answer is Answer.YES
    lets = "lets a pod set" if sure else "cannot be shown to keep a pod from setting"
    doubt = f" (depends on {', '.join(found.depends_on)})" if found.depends_on else ""
    return (
        f'{path}, statement "{found.statement}": {found.action} {lets} {tag} on what is of others,'
        f' by which statement "{telling.statement.label}" tells pods apart{doubt}'
    )


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
