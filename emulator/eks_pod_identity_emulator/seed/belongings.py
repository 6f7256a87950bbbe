"""Secrets and buckets of a region that a seed declares, as if somebody else had made them.

regions:
  us-west-2:
    secrets: [{name: dev-secret, value: hidden, tags: {kubernetes-namespace: dev-ns}}]
    buckets: [{name: pictures, objects: {cats/1.txt: meow}}]
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from eks_pod_identity_emulator.seed.mapping import SeedMapping


def _empty() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SeedSecret:
    """A secret of Secrets Manager.

    Attributes:
        name: Name of the secret.
        value: Its current value, a text.
        tags: Tags of the secret.
        policy: Resource policy; empty for none.
    """

    name: str
    value: str
    tags: Mapping[str, str] = field(default_factory=_empty)
    policy: Mapping[str, Any] = field(default_factory=_empty)


@dataclass(frozen=True, slots=True)
class SeedBucket:
    """A bucket of S3.

    Attributes:
        name: Name of the bucket.
        objects: Texts by key.
        tags: Tags of the bucket.
        policy: Bucket policy; empty for none.
    """

    name: str
    objects: Mapping[str, str] = field(default_factory=_empty)
    tags: Mapping[str, str] = field(default_factory=_empty)
    policy: Mapping[str, Any] = field(default_factory=_empty)


def read_secrets(region: SeedMapping) -> tuple[SeedSecret, ...]:
    """Return the secrets of a region.

    Raises:
        SeedError: With the path of a key that cannot be used.
    """
    return region.items(
        "secrets",
        lambda one: SeedSecret(
            one.text("name"), one.text("value"), one.texts("tags"), one.optional_document("policy")
        ),
    )


def read_buckets(region: SeedMapping) -> tuple[SeedBucket, ...]:
    """Return the buckets of a region.

    Raises:
        SeedError: With the path of a key that cannot be used.
    """
    return region.items(
        "buckets",
        lambda one: SeedBucket(
            one.text("name"),
            one.texts("objects"),
            one.texts("tags"),
            one.optional_document("policy"),
        ),
    )
