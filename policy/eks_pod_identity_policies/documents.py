"""Policy documents of resources: where they stand, and what they say.

In: a resource. Out: its documents, each loaded strictly, or with its faults, or not known yet.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeAlias

from eks_pod_identity.iam.document import TRUST_POLICY_QUOTA_MAX, Document, document_size
from eks_pod_identity.iam.evaluation import Policy, compile_policy
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.iam.plain import MAX_LENGTH
from eks_pod_identity_policies.resource import NATIVE_ROLE, ROLE, Resource
from eks_pod_identity_policies.trust.policy import TrustPolicy
from eks_pod_identity_policies.values import UNKNOWN, Plain, has_unknown, objects

if TYPE_CHECKING:
    from eks_pod_identity.iam.fault import DocumentFault

_BETWEEN = re.compile(
    r'("(?:[^"\\]|\\.)*")|\s+'
)  # texts, which stay, and white space outside of them
TRUST_PROPERTIES: Mapping[str, str] = {
    ROLE: "assumeRolePolicy",
    NATIVE_ROLE: "assumeRolePolicyDocument",
}
_IDENTITY_PROPERTIES: Mapping[str, str] = {
    "aws:iam/groupPolicy:GroupPolicy": "policy",
    "aws:iam/policy:Policy": "policy",
    "aws:iam/rolePolicy:RolePolicy": "policy",
    "aws:iam/userPolicy:UserPolicy": "policy",
    "aws-native:iam:GroupPolicy": "policyDocument",
    "aws-native:iam:ManagedPolicy": "policyDocument",
    "aws-native:iam:RolePolicy": "policyDocument",
    "aws-native:iam:UserPolicy": "policyDocument",
}
_INLINE_PROPERTIES: Mapping[str, tuple[str, str]] = {
    ROLE: ("inlinePolicies", "policy"),
    NATIVE_ROLE: ("policies", "policyDocument"),
    "aws-native:iam:Group": ("policies", "policyDocument"),
    "aws-native:iam:User": ("policies", "policyDocument"),
}
_RESOURCE_PROPERTIES: Mapping[str, str] = {
    "aws:dynamodb/resourcePolicy:ResourcePolicy": "policy",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "policy",
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": "policy",
    "aws:ecr/repositoryPolicy:RepositoryPolicy": "policy",
    "aws:kms/externalKey:ExternalKey": "policy",
    "aws:kms/key:Key": "policy",
    "aws:kms/keyPolicy:KeyPolicy": "policy",
    "aws:kms/replicaExternalKey:ReplicaExternalKey": "policy",
    "aws:kms/replicaKey:ReplicaKey": "policy",
    "aws:s3/accessPoint:AccessPoint": "policy",
    "aws:s3/bucket:Bucket": "policy",
    "aws:s3/bucketPolicy:BucketPolicy": "policy",
    "aws:s3/bucketV2:BucketV2": "policy",
    "aws:s3control/accessPointPolicy:AccessPointPolicy": "policy",
    "aws:secretsmanager/secret:Secret": "policy",
    "aws:secretsmanager/secretPolicy:SecretPolicy": "policy",
    "aws:sns/topic:Topic": "policy",
    "aws:sns/topicPolicy:TopicPolicy": "policy",
    "aws:sqs/queue:Queue": "policy",
    "aws:sqs/queuePolicy:QueuePolicy": "policy",
    "aws-native:dynamodb:Table": "resourcePolicy",
    "aws-native:ec2:VpcEndpoint": "policyDocument",
    "aws-native:ecr:Repository": "repositoryPolicyText",
    "aws-native:kms:Key": "keyPolicy",
    "aws-native:kms:ReplicaKey": "keyPolicy",
    "aws-native:s3:AccessPoint": "policy",
    "aws-native:s3:BucketPolicy": "policyDocument",
    "aws-native:s3express:BucketPolicy": "policyDocument",
    "aws-native:secretsmanager:ResourcePolicy": "resourcePolicy",
    "aws-native:sns:TopicInlinePolicy": "policyDocument",
    "aws-native:sns:TopicPolicy": "policyDocument",
    "aws-native:sqs:QueueInlinePolicy": "policyDocument",
    "aws-native:sqs:QueuePolicy": "policyDocument",
}
# Policies of repositories are about the repository, and have no Resource.
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
_RESOURCE_KINDS: Mapping[str, DocumentKind] = {
    "aws:ecr/repositoryPolicy:RepositoryPolicy": DocumentKind.REPOSITORY,
    "aws-native:ecr:Repository": DocumentKind.REPOSITORY,
}
IDENTITY_TYPES = frozenset({*_IDENTITY_PROPERTIES, *_INLINE_PROPERTIES})
RESOURCE_TYPES = frozenset(_RESOURCE_PROPERTIES)
DOCUMENT_TYPES = IDENTITY_TYPES | RESOURCE_TYPES

# Above these no policy is legal, whatever quotas were raised.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
_MAX_SIZES: Mapping[DocumentKind, int] = {
    DocumentKind.TRUST: TRUST_POLICY_QUOTA_MAX,
    DocumentKind.IDENTITY: 10_240,
    DocumentKind.REPOSITORY: 10_240,
    DocumentKind.RESOURCE: 32_768,  # of a KMS key, the largest of those we look at
}
_SHORT = 4_096  # characters; few documents are longer, and hardly any trust policy


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it stands in a resource.

    Attributes:
        kind: What it is attached to.
        path: The property, as a user would write it.
        value: JSON text, an object, or UNKNOWN.
    """

    kind: DocumentKind
    path: str
    value: Plain

    @property
    def is_known(self) -> bool:
        """Whether all of it is known."""
        return not has_unknown(self.value)

    def read(self) -> "Reading":
        """Return what the document says; call only if it is known."""
        text = self.value if isinstance(self.value, str) else _as_text(self.value)
        if text is None or len(text) > MAX_LENGTH:  # not worth the memory of a cache
            return _read(self.value, self.kind)
        read = _read_short if len(text) <= _SHORT else _read_long
        return read(text, self.kind)


@dataclass(frozen=True)
class Loaded:
    """A sound document, as it is and ready to be asked."""

    document: Document
    policy: Policy
    written: Plain

    def is_longer_than(self, limit: int) -> bool:
        """Tell whether the document is over a quota: few are, and counting takes its time."""
        is_short = isinstance(self.written, str) and len(self.written) <= limit
        return not is_short and self.size > limit

    @cached_property
    def size(self) -> int:
        """The size that IAM's quotas are held against, of the document as it is written."""
        if isinstance(self.written, str):
            return len(_BETWEEN.sub(r"\1", self.written))
        return document_size(self.written)

    @cached_property
    def trust(self) -> TrustPolicy:
        """The document asked as a trust policy."""
        return TrustPolicy(self.policy)


Reading: TypeAlias = "Loaded | tuple[DocumentFault, ...]"


def trust_of(resource: Resource) -> Source | None:
    """Return the trust policy of a role, if it has one."""
    path = TRUST_PROPERTIES.get(resource.type)
    return next(_source(resource, path, DocumentKind.TRUST), None)


def identity_policies_of(resource: Resource) -> Iterator[Source]:
    """Yield the permissions that a resource holds."""
    yield from _source(resource, _IDENTITY_PROPERTIES.get(resource.type), DocumentKind.IDENTITY)
    if resource.type not in _INLINE_PROPERTIES:
        return
    outer, inner = _INLINE_PROPERTIES[resource.type]
    inline = resource.get(outer)
    # Not given, it is an output that AWS fills in: then nothing of the program's went into it.
    if inline is UNKNOWN and resource.dependencies.get(outer):
        yield Source(DocumentKind.IDENTITY, outer, UNKNOWN)
    for index, each in enumerate(objects(inline)):
        if each.get(inner) is not None:
            yield Source(DocumentKind.IDENTITY, f"{outer}[{index}].{inner}", each[inner])


def resource_policies_of(resource: Resource) -> Iterator[Source]:
    """Yield the policy of a bucket, key, secret, queue, topic, table, repository or endpoint."""
    path = _RESOURCE_PROPERTIES.get(resource.type)
    kind = _RESOURCE_KINDS.get(resource.type, DocumentKind.RESOURCE)
    for each in _source(resource, path, kind):
        # Of a table in AWS's own provider the document is one level below.
        nested = each.value.get("policyDocument") if isinstance(each.value, dict) else None
        inner = Source(kind, f"{each.path}.policyDocument", nested)
        yield each if nested is None else inner


def _source(resource: Resource, path: str | None, kind: DocumentKind) -> Iterator[Source]:
    value = resource.get(path) if path else None
    if path and value is not None:
        yield Source(kind, path, value)


def permissions_of(resource: Resource) -> Iterator[Source]:
    """Yield all documents in which `aws:PrincipalTag` speaks of a pod's session."""
    yield from identity_policies_of(resource)
    yield from resource_policies_of(resource)


def documents_of(resource: Resource) -> Iterator[Source]:
    """Yield all documents of a resource."""
    if trust := trust_of(resource):
        yield trust
    yield from permissions_of(resource)


def trust_policies(resource: Resource) -> Iterator[TrustPolicy]:
    """Yield the trust policy of a role, if it is known and sound."""
    for _, each in loaded(filter(None, [trust_of(resource)])):
        yield each.trust


def loaded(sources: Iterable[Source]) -> Iterator[tuple[Source, Loaded]]:
    """Yield the documents that are known, sound and of a legal size, with what they say.

    Of the others `pid-doc-wellformed` and `pid-unverified` tell.
    """
    for source in sources:
        reading = source.read() if source.is_known else None
        if isinstance(reading, Loaded) and not reading.is_longer_than(_MAX_SIZES[source.kind]):
            yield source, reading


def _as_text(value: Plain) -> str | None:
    try:
        return json.dumps(value, ensure_ascii=False) if _length(value) <= MAX_LENGTH else None
    except (TypeError, ValueError, RecursionError):
        return None  # not JSON, as the loader will say


def _length(value: Plain) -> int:
    """Return how many characters a value has as JSON, at the least."""
    if isinstance(value, dict):
        return sum(len(key) + _length(each) for key, each in value.items())
    if isinstance(value, list):
        return sum(map(_length, value))
    return len(value) if isinstance(value, str) else 1


# All rules read the same documents, stack rules those of all roles. Read, a document takes up to
# 100 bytes for each character; so there are two caches, and neither takes more than a few 100 MB.
@lru_cache(maxsize=2048)
def _read_short(text: str, kind: DocumentKind) -> Reading:
    return _read(text, kind)


@lru_cache(maxsize=64)
def _read_long(text: str, kind: DocumentKind) -> Reading:
    return _read(text, kind)


def _read(value: Plain, kind: DocumentKind) -> Reading:
    document = load_document(value, kind)
    if isinstance(document, tuple):
        return document
    return Loaded(document, compile_policy(document), value)
