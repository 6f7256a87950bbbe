"""Policies of resources: whether they take the word of strangers for the session tags."""

from eks_pod_identity.access.reach import Answer
from eks_pod_identity_policies.documents import RESOURCE_TYPES, loaded, resource_policies_of
from eks_pod_identity_policies.permission.forged import believed
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rule import (
    Config,
    Finding,
    Findings,
    Level,
    ResourceRule,
    Severity,
)


def _forged(resource: Resource, _: Config) -> Findings:
    for source, document in loaded(resource_policies_of(resource)):
        for statement in document.policy.statements:
            if found := believed(document.policy, statement):
                sure = found.answer is Answer.YES
                does = "believes" if sure else "cannot be shown not to believe"
                doubt = f" (depends on {', '.join(found.depends_on)})" if found.depends_on else ""
                message = (
                    f'{source.path}, statement "{statement.label}" {does} session tags of any'
                    f" account{doubt}"
                )
                yield Finding(message, (_NAME_ACCOUNT,))


_NAME_ACCOUNT = "name the account in Principal, or bind aws:PrincipalAccount or aws:PrincipalOrgID"

FORGED_TAG = ResourceRule(
    id="pid-abac-forged-tag",
    title="The policy of a resource believes session tags of known accounts only.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why=(
        "Any account tags sessions of its own roles as it likes, with kubernetes-namespace and the"
        " others too. A bucket, key, secret, queue, topic, table, repository or VPC endpoint that"
        " asks for tags and not for the account opens to whoever reads its policy, or guesses it."
        " The rule asks whether any role or user of an account that is not named gets in, whatever"
        " tags, services (kms:ViaService) and other values he chooses; networks of yours he has"
        " not."
    ),
    fix="Name the account in Principal, or bind aws:PrincipalAccount or aws:PrincipalOrgID.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html",
    types=RESOURCE_TYPES,
    judge=_forged,
)
