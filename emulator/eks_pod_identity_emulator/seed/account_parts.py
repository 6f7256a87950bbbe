"""What an account holds besides roles and clusters: OIDC providers, stacks, what happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from eks_pod_identity_emulator.seed.mapping import SeedError, SeedMapping


@dataclass(frozen=True, slots=True)
class SeedOidcProvider:
    """An OIDC provider of IAM; the URL with https://."""

    url: str
    client_ids: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class SeedStack:
    """A CloudFormation stack, made of its template before the first call."""

    name: str
    template: Mapping[str, Any]
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    capabilities: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class SeedLastUse:
    """When a role was used last, and where, as GetRole shows it."""

    date: datetime
    region: str


@dataclass(frozen=True, slots=True)
class SeedEvent:
    """A call of the past, as CloudTrail's LookupEvents shows it.

    Attributes:
        name: eventName, such as AssumeRoleWithWebIdentity.
        source: eventSource, such as sts.amazonaws.com.
        time: eventTime, in UTC.
        record: Further members of the event's record, such as userIdentity and errorCode.
    """

    name: str
    source: str
    time: datetime
    record: Mapping[str, Any]


def read_provider(mapping: SeedMapping) -> SeedOidcProvider:
    """Return an OIDC provider of a seed file; SeedError if it cannot be used."""
    return SeedOidcProvider(
        url=mapping.text("url"),
        client_ids=mapping.text_list("clientIds"),
        tags=mapping.texts("tags"),
    )


def read_stack(mapping: SeedMapping) -> SeedStack:
    """Return a stack of a seed file; SeedError if it cannot be used."""
    return SeedStack(
        name=mapping.text("name"),
        template=mapping.document("template"),
        tags=mapping.texts("tags"),
        capabilities=mapping.text_list("capabilities"),
        parameters=mapping.texts("parameters"),
    )


def read_last_use(mapping: SeedMapping) -> SeedLastUse | None:
    """Return `lastUsed` of a role of a seed file, None if not given; SeedError if unusable."""
    given = mapping.optional_document("lastUsed")
    if not given:
        return None
    inner = SeedMapping(dict(given), f"{mapping.path}.lastUsed")
    last_use = SeedLastUse(read_time(inner, "date"), inner.text("region"))
    inner.finish()
    return last_use


def read_event(mapping: SeedMapping) -> SeedEvent:
    """Return an event of a seed file; SeedError if it cannot be used."""
    return SeedEvent(
        name=mapping.text("eventName"),
        source=mapping.text("eventSource"),
        time=read_time(mapping, "eventTime"),
        record=mapping.optional_document("record"),
    )


def read_time(mapping: SeedMapping, key: str) -> datetime:
    """Return a time such as "2026-11-29T12:00:00Z".

    Raises:
        SeedError: It is missing or no time.
    """
    text = mapping.text(key)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise SeedError(f"{mapping.path}.{key}: {text!r} is no time of ISO 8601") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
