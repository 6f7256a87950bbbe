"""Documents as such: sound, in sight of the engine, and known."""

import json
import re
from collections.abc import Iterator

from eks_pod_identity.iam.document import (
    TRUST_POLICY_MAX_SIZE,
    TRUST_POLICY_QUOTA_MAX,
    VERSION,
)
from eks_pod_identity.iam.evaluation import Statement
from eks_pod_identity.iam.fault import DocumentFault
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity_policies.documents import (
    DOCUMENT_TYPES,
    Loaded,
    Source,
    documents_of,
    loaded,
    trust_of,
    trust_policies,
)
from eks_pod_identity_policies.resource import ADDONS, ASSOCIATIONS, ROLES, Resource
from eks_pod_identity_policies.rewriting import Element, rewrite
from eks_pod_identity_policies.rule import (
    Changes,
    Config,
    Finding,
    Findings,
    Level,
    Remedy,
    ResourceRule,
    Severity,
    StackRule,
)
from eks_pod_identity_policies.session_tags import (
    PRINCIPAL_KEYS,
    REQUEST_KEYS,
    TAGS,
    keys_used,
)
from eks_pod_identity_policies.stack.view import Stack
from eks_pod_identity_policies.values import UNKNOWN, Plain

_GRAMMAR = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_SOME_FAULTS = 5
_SEARCHED = 1 << 17  # characters of an unreadable document
_LISTED = 20


def _wellformed(resource: Resource, config: Config) -> Findings:
    for source in documents_of(resource):
        if source.is_known:
            yield from _faults(source, config.number("maxTrustSize"))


def _faults(source: Source, limit: int) -> Iterator[Finding]:
    reading = source.read()
    if not isinstance(reading, Loaded):
        if _mentions_pods(source):
            yield from _told(source, reading)
        return
    if not any(_speaks_of_pods(each, source.kind) for each in reading.policy.statements):
        return
    if reading.document.get("Version") != VERSION and _has_variables(reading.written):
        message = f'{source.path}: Version is not "{VERSION}", so variables are plain text'
        yield Finding(message, (f'add "Version": "{VERSION}"',))
    if source.kind is DocumentKind.TRUST and reading.is_longer_than(limit):
        message = f"{source.path}: {reading.size:,} characters, the quota is {limit:,}"
        yield Finding(message, ("split the role, or bind namespaces instead of service accounts",))


def _has_variables(written: Plain) -> bool:
    """Tell whether a text of a document would be a variable in Version 2012-10-17."""
    return "${" in (written if isinstance(written, str) else json.dumps(written))


def _version(resource: Resource, _: Config) -> Findings:
    for source, document in loaded(documents_of(resource)):
        old = document.document.get("Version") != VERSION
        for_pods = any(_speaks_of_pods(each, source.kind) for each in document.policy.statements)
        if old and for_pods and not _has_variables(document.written):
            message = f'{source.path}: Version is not "{VERSION}"'
            yield Finding(message, (f'add "Version": "{VERSION}"',))


def _with_version(resource: Resource, _: Config) -> Changes:
    return rewrite(resource, tuple(documents_of(resource)), _versioned)


def _versioned(source: Source, document: Loaded, written: Element) -> Element:
    """Name the version where that changes nothing: without `${` no text can be a variable."""
    for_pods = any(_speaks_of_pods(each, source.kind) for each in document.policy.statements)
    if not for_pods or _has_variables(written):
        return written
    return {"Version": VERSION} | written | {"Version": VERSION}


def _told(source: Source, faults: tuple[DocumentFault, ...]) -> Iterator[Finding]:
    for fault in faults[:_SOME_FAULTS]:
        yield Finding(f"{source.path}: {fault} [{fault.id}]")


def _speaks_of_pods(statement: Statement, kind: DocumentKind) -> bool:
    keys = frozenset(keys_used(statement))
    if kind is not DocumentKind.TRUST:
        return not keys.isdisjoint(PRINCIPAL_KEYS)
    services = (statement.principals or {}).get("Service", ())
    return any("pods.eks" in each.lower() for each in services) or not keys.isdisjoint(
        REQUEST_KEYS | PRINCIPAL_KEYS
    )


def _mentions_pods(source: Source) -> bool:
    """Tell whether a document that cannot be read seems to be about pods."""
    text = source.value if isinstance(source.value, str) else repr(source.value)
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text[:_SEARCHED]).lower()
    if source.kind is DocumentKind.TRUST and ("eks" in plain or "amazonaws" in plain):
        # A name may be written with letters that only look like Latin ones.
        return "pod" in plain or not plain.isascii()
    return any(tag in plain for tag in TAGS)


def _ignored(resource: Resource, _: Config) -> Findings:
    if not resource.ignore_changes or not _is_for_pods(resource):
        return
    for path in resource.ignore_changes:
        found = _ROOT.match(path)
        root = found[1].replace("_", "").lower() if found else ""
        if root == "*" or root in _WATCHED:
            message = f'ignore_changes has "{path}": what is declared is neither judged nor applied'
            yield Finding(message, (f'remove "{path}" from ignore_changes',))


def _is_for_pods(resource: Resource) -> bool:
    if resource.type in ROLES:
        return any(trust.pod_statements for trust in trust_policies(resource))
    if resource.type in ASSOCIATIONS:
        return True
    if resource.type in ADDONS:
        return resource.get("podIdentityAssociations") is not None
    return any(
        _speaks_of_pods(statement, source.kind)
        for source, document in loaded(documents_of(resource))
        for statement in document.policy.statements
    )


def _unverified(stack: Stack, _: Config) -> Findings:
    names = sorted(set(_not_known(stack)))
    if names:
        count = len(names)
        listed = ", ".join(names[:_LISTED]) + (", ..." if names[_LISTED:] else "")
        what = "value is not known" if count == 1 else "values are not known"
        message = f"{count} {what} and not judged: {listed}"
        yield Finding(message, (_PLAIN_TEXT,))


def _not_known(stack: Stack) -> Iterator[str]:
    for role in stack.roles:
        trust = trust_of(role)
        if trust and not trust.is_known:
            yield f"{role.name}.{trust.path}"
    for owner, source in (held for documents in stack.permissions.values() for held in documents):
        if not source.is_known:
            yield f"{owner.name}.{source.path}"
    for resource in stack.of_types(ASSOCIATIONS | ADDONS):
        for name in ("disableSessionTags", "podIdentityAssociations", "policy"):
            if resource.get(name) is UNKNOWN:
                yield f"{resource.name}.{name}"


_ROOT = re.compile(r'\[?"?([A-Za-z_*]+)')
_WATCHED = frozenset(
    {
        "assumerolepolicy",
        "assumerolepolicydocument",
        "clustername",
        "disablesessiontags",
        "inlinepolicies",
        "managedpolicyarns",
        "namespace",
        "permissionsboundary",
        "podidentityassociations",
        "policies",
        "policy",
        "policydocument",
        "rolearn",
        "serviceaccount",
        "serviceaccountrolearn",
        "targetrolearn",
    }
)
_PLAIN_TEXT = (
    "the update judges them; for the preview, build documents from plain text (partition, region,"
    " account, name of the cluster), not from outputs such as the cluster's ARN"
)

WELLFORMED = ResourceRule(
    id="pid-doc-wellformed",
    title="Policy documents for pods say what they mean.",
    severity=Severity.CRITICAL,
    level=Level.MANDATORY,
    why=(
        "Of two equal keys one silently does not count, a letter that only looks like Latin makes"
        " another name, and without Version 2012-10-17 a variable is plain text. IAM refuses some"
        " of that when it is applied, and reads the rest in its own way. Other rules judge only"
        " documents that pass this one."
    ),
    fix="Follow the message; every fault is told with its place in the document.",
    source=_GRAMMAR,
    config={
        "maxTrustSize": {
            "type": "integer",
            "minimum": TRUST_POLICY_MAX_SIZE,
            "maximum": TRUST_POLICY_QUOTA_MAX,
            "default": TRUST_POLICY_MAX_SIZE,
            "description": "The account's quota for the length of trust policies.",
        }
    },
    types=DOCUMENT_TYPES,
    judge=_wellformed,
)

DOCUMENT_VERSION = ResourceRule(
    id="pid-doc-version",
    title="Policy documents for pods are of Version 2012-10-17.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why=(
        "A document without Version is one of 2008, in which `${...}` is plain text. While it has"
        " none, it means what it would mean in the present version; the next author may not know."
        " One that has variables is reported by pid-doc-wellformed."
    ),
    fix='Add "Version": "2012-10-17".',
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html",
    types=DOCUMENT_TYPES,
    judge=_version,
    remedy=Remedy(
        does=(
            "Sets the Version of documents for pods to 2012-10-17 where no text has `${`, so that"
            " it changes nothing else."
        ),
        changes=_with_version,
    ),
)

IGNORE_CHANGES = ResourceRule(
    id="pid-ignore-changes",
    title="No change of trust, permissions or associations is ignored.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why=(
        "For an ignored property the engine keeps the old value: this pack sees the old value too,"
        " and whatever was changed by hand stays."
    ),
    fix="Remove the property from ignore_changes.",
    source="https://www.pulumi.com/docs/iac/concepts/options/ignorechanges/",
    types=DOCUMENT_TYPES | ASSOCIATIONS | ADDONS,
    judge=_ignored,
)

UNVERIFIED = StackRule(
    id="pid-unverified",
    title="All documents are known at preview.",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    why=(
        "A document that contains the output of a resource not made yet cannot be judged before"
        " the update. It is then, before its resource is touched, but others may have been made."
        " Set the level to mandatory to have everything decided at preview. All of them are listed"
        " at once, but for policies of buckets, keys, secrets, queues and topics, which name their"
        " own ARN as a rule. Where a state is analyzed, these are its secrets that could not be"
        " decrypted."
    ),
    fix="Build documents from plain text.",
    source="https://www.pulumi.com/docs/iac/crossguard/core-concepts/",
    judge=_unverified,
)
