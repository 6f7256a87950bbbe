"""Calls to AWS: credentials, endpoints, clients, and the SDK's own retries.

What goes in: the settings of one provider of a program. What comes out: answers, or `AwsCallError`.
Clients are shared between providers with the same settings, because making one takes longer than
most calls. Without an endpoint nothing is called: this stand-in must never reach a real account.
"""

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity_emulator.plugins.aws.failure import AwsCallError, Refusal, read_refusal
from eks_pod_identity_emulator.plugins.provider import PluginError
from eks_pod_identity_emulator.plugins.values import Value
from eks_pod_identity_emulator.plugins.waiting import Waiting

# terraform-provider-aws: max_retries 25, a random pause that doubles, at most 20 seconds.
MAX_ATTEMPTS = 25
_LONGEST_PAUSE = 20.0
# Nobody listens: the real provider gives up early too, since time will not cure it.
_CONNECT_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Credentials:
    """A key, given or from an assumed role; empty to look where the AWS SDKs look."""

    access_key: str = ""
    secret_key: str = ""
    token: str = ""
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a provider calls, and as whom.

    Attributes:
        region: The region of calls that name none.
        credentials: As whom.
        endpoints: Addresses by service, beside AWS_ENDPOINT_URL.
        attempts: How often a throttled call is tried.
    """

    region: str
    credentials: Credentials = Credentials()
    endpoints: tuple[tuple[str, str], ...] = ()
    attempts: int = MAX_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Connection:
    """A provider's way to AWS."""

    settings: Settings
    waiting: Waiting

    def call(
        self, service: str, operation: str, region: str = "", **parameters: Value
    ) -> Mapping[str, Any]:
        """Call AWS; parameters that are None are left out.

        Raises:
            AwsCallError: AWS refused, also after all attempts, or nobody answered.
        """
        client = _client(self.settings, service, region or self.settings.region)
        given = {name: value for name, value in parameters.items() if value is not None}
        attempt = 1
        while True:
            try:
                return _call_once(client, operation, given)
            except AwsCallError as failure:
                if attempt >= _attempts(self.settings, failure.refusal):
                    raise
            self.waiting.pause(min(random.random() * 2 ** (attempt - 1), _LONGEST_PAUSE))  # noqa: S311 - jitter, not cryptography
            attempt += 1

    def pages(
        self, service: str, operation: str, key: str, region: str = "", **parameters: Value
    ) -> list[Any]:
        """Call a listing and join what all its pages hold under one key."""
        items: list[Any] = []
        token: dict[str, Any] = {}
        while True:
            page = self.call(service, operation, region, **parameters, **token)
            items.extend(page.get(key, ()))
            if page.get("IsTruncated") and page.get("Marker"):
                token = {"Marker": page["Marker"]}
            elif page.get("nextToken"):
                token = {"nextToken": page["nextToken"]}
            else:
                return items


def _attempts(settings: Settings, refusal: Refusal) -> int:
    if not refusal.status:
        return _CONNECT_ATTEMPTS
    return settings.attempts if refusal.is_transient else 1


def _call_once(
    client: BaseClient, operation: str, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    service = client.meta.service_model.service_id
    try:
        answer: Mapping[str, Any] = getattr(client, xform_name(operation))(**parameters)
    except ClientError as error:
        refusal = read_refusal(client, operation, error)
        raise AwsCallError(str(service), operation, refusal) from error
    except BotoCoreError as error:
        refusal = Refusal(type(error).__name__, f"request send failed, {error}")
        raise AwsCallError(str(service), operation, refusal) from error
    return answer


@cache
def partition_of(region: str) -> str:
    """Return the partition of a region, such as aws or aws-cn."""
    return str(_session("").get_partition_for_region(region))


_MAKING_CLIENTS = Lock()


@cache
def _session(profile: str) -> botocore.session.Session:
    session = botocore.session.Session(profile=profile or None)
    if profile and profile not in session.available_profiles:
        raise PluginError(
            "unable to validate AWS credentials. Details: loading configuration: "
            f"failed to get shared config profile, {profile}"
        )
    return session


def _client(settings: Settings, service: str, region: str) -> BaseClient:
    with _MAKING_CLIENTS:  # botocore's session is not safe to make clients in several threads
        return _make_client(settings, service, region)


@cache
def _make_client(settings: Settings, service: str, region: str) -> BaseClient:
    credentials = settings.credentials
    return _session(credentials.profile).create_client(
        service,
        region_name=region,
        endpoint_url=_endpoint(settings, service),
        aws_access_key_id=credentials.access_key or None,
        aws_secret_access_key=credentials.secret_key or None,
        aws_session_token=credentials.token or None,
        config=Config(
            retries={"total_max_attempts": 1},
            max_pool_connections=128,
            s3={"addressing_style": "path"},
        ),
    )


def _endpoint(settings: Settings, service: str) -> str:
    """Return where a service is called.

    Raises:
        PluginError: No endpoint is set, so the call would go to a real account.
    """
    variable = f"AWS_ENDPOINT_URL_{service.upper().replace('-', '_')}"
    given = dict(settings.endpoints).get(service)
    address = given or os.environ.get(variable) or os.environ.get("AWS_ENDPOINT_URL")
    if not address:
        raise PluginError(
            "the emulator's aws plugin calls an emulator only: set AWS_ENDPOINT_URL to its address"
        )
    return address
