"""The arguments of a provider: `new aws.Provider(...)`, and the stack's `aws:` settings.

What goes in: the arguments, with everything but text encoded as JSON, as the engine sends them.
What comes out: where to call, as whom, and what to do with tags; or what is wrong. An argument
that would change how the real provider calls AWS and that this stand-in cannot follow is refused.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from eks_pod_identity_emulator.plugins.aws.connection import MAX_ATTEMPTS, Credentials, Settings
from eks_pod_identity_emulator.plugins.aws.tags import TagRules
from eks_pod_identity_emulator.plugins.conformance import Misfit, fit
from eks_pod_identity_emulator.plugins.introspection import arguments_shape
from eks_pod_identity_emulator.plugins.paths import format_path
from eks_pod_identity_emulator.plugins.provider import CheckFailure
from eks_pod_identity_emulator.plugins.shapes import ObjectShape, Scalar
from eks_pod_identity_emulator.plugins.values import PropertyMap, Secret, Value, plain

# The engine's own entry, beside the provider's arguments.
_ENGINE_KEYS = frozenset({"version", "pluginDownloadURL"})
_REFUSED = (
    "assumeRoleWithWebIdentity",
    "sharedConfigFiles",
    "sharedCredentialsFiles",
    "httpProxy",
    "httpsProxy",
    "useDualstackEndpoint",
    "useFipsEndpoint",
)
_NO_REGION = (
    "Missing region information: the AWS region property hasn't been set. "
    "This can be set: in your code: new aws.Provider with region; "
    "by the CLI: pulumi config set aws:region <value>; or by AWS_REGION"
)


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """A role that a provider works as."""

    arn: str
    session_name: str
    external_id: str | None = None
    duration_seconds: int | None = None
    policy: str | None = None
    policy_arns: tuple[str, ...] = ()
    source_identity: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    transitive_tag_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Configuration:
    """A provider's arguments, read.

    Attributes:
        settings: Where to call, and as whom before any role is assumed.
        roles: Roles to assume, one after the other.
        tag_rules: Default and ignored tags.
        allowed_accounts: Accounts that the provider may work in; empty for all.
        forbidden_accounts: Accounts that it may not work in.
        check_credentials: Whether to ask AWS for the caller before anything else.
    """

    settings: Settings
    roles: tuple[AssumedRole, ...]
    tag_rules: TagRules
    allowed_accounts: frozenset[str]
    forbidden_accounts: frozenset[str]
    check_credentials: bool


@cache
def configuration_shape() -> ObjectShape:
    """Return the SDK's shape of a provider's arguments."""
    from pulumi_aws import ProviderArgs  # noqa: PLC0415 - start-up does not wait for the SDK

    return arguments_shape(ProviderArgs)


def check_configuration(news: PropertyMap) -> tuple[CheckFailure, ...]:
    """Judge a provider's arguments."""
    decoded, misfits = fit(configuration_shape(), _decoded(plain(news)))
    misfits += tuple(_refusals(decoded))
    failures = [CheckFailure(_reason(misfit)) for misfit in misfits]
    if not decoded.get("region") and not ambient_region():
        failures.append(CheckFailure(_NO_REGION))
    return tuple(failures)


def read_configuration(config: PropertyMap) -> Configuration:
    """Read arguments that `check_configuration` has found good."""
    given, _ = fit(configuration_shape(), _decoded(config))
    return Configuration(
        settings=Settings(
            region=str({**ambient_region(), **given}.get("region", "")),
            credentials=_credentials(given),
            endpoints=_endpoints(given),
            attempts=int(given.get("maxRetries") or MAX_ATTEMPTS),
        ),
        roles=tuple(_role(role) for role in given.get("assumeRoles") or ()),
        tag_rules=_tag_rules(given),
        allowed_accounts=frozenset(given.get("allowedAccountIds") or ()),
        forbidden_accounts=frozenset(given.get("forbiddenAccountIds") or ()),
        check_credentials=not given.get("skipCredentialsValidation"),
    )


def ambient_region() -> PropertyMap:
    """Return the region of the environment as an argument, which the bridge fills in, too."""
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return {"region": region} if region else {}


def _decoded(config: PropertyMap) -> PropertyMap:
    """Take apart what the engine sends as JSON text."""
    fields = configuration_shape().fields
    return {
        name: _decode(value)
        if name in fields and fields[name].shape is not Scalar.STRING
        else value
        for name, value in config.items()
        if name not in _ENGINE_KEYS
    }


def _decode(value: Value) -> Value:
    if isinstance(value, Secret):
        return _decode(value.value)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _refusals(given: PropertyMap) -> Iterator[Misfit]:
    for name in _REFUSED:
        if given.get(name):
            yield Misfit((name,), f"{name} is not supported by the emulator's aws plugin")


def _reason(misfit: Misfit) -> str:
    place = format_path(misfit.path)
    return f"could not validate provider configuration: {misfit.reason}. Check `aws:{place}`."


def _credentials(given: PropertyMap) -> Credentials:
    return Credentials(
        access_key=given.get("accessKey", ""),
        secret_key=given.get("secretKey", ""),
        token=given.get("token", ""),
        profile=given.get("profile", ""),
    )


def _endpoints(given: PropertyMap) -> tuple[tuple[str, str], ...]:
    pairs = (pair for entry in given.get("endpoints") or () for pair in entry.items())
    return tuple(sorted((str(service), str(url)) for service, url in pairs if url))


def _role(given: Mapping[str, Any]) -> AssumedRole:
    duration = given.get("duration")
    return AssumedRole(
        arn=str(given.get("roleArn", "")),
        session_name=str(given.get("sessionName") or "pulumi"),
        external_id=given.get("externalId"),
        duration_seconds=_seconds(duration) if duration else None,
        policy=given.get("policy"),
        policy_arns=tuple(given.get("policyArns") or ()),
        source_identity=given.get("sourceIdentity"),
        tags=tuple(sorted((given.get("tags") or {}).items())),
        transitive_tag_keys=tuple(given.get("transitiveTagKeys") or ()),
    )


def _seconds(duration: str) -> int:
    """Read a duration such as 1h30m or 15m."""
    factors = {"h": 3600, "m": 60, "s": 1}
    total, number = 0, ""
    for letter in duration:
        if letter in factors:
            total, number = total + int(float(number or 0) * factors[letter]), ""
        else:
            number += letter
    return total


def _tag_rules(given: PropertyMap) -> TagRules:
    ignored = given.get("ignoreTags") or {}
    return TagRules(
        defaults=(given.get("defaultTags") or {}).get("tags") or {},
        ignored_keys=frozenset(ignored.get("keys") or ()),
        ignored_prefixes=tuple(ignored.get("keyPrefixes") or ()),
    )
