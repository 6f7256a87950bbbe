"""What MiniStack's own extraction says of a call: S3's action, the resource, condition keys.

Its decision is not asked (AUTH stays off, which would change how its S3 and STS work). As in
`ministack`, all that reaches into MiniStack's private names holds for the pinned version.
"""

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from eks_pod_identity_emulator.http.request import Request

_POLICIES: Mapping[str, tuple[str, str]] = {
    "kms": ("kms", "key_policy_for_arn"),
    "s3": ("s3", "bucket_policy_for_arn"),
    "secretsmanager": ("secretsmanager", "secret_policy_for_arn"),
    "sns": ("sns", "topic_policy_for_arn"),
    "sqs": ("sqs", "queue_policy_for_arn"),
}
_BUCKET = "arn:aws:s3:::"


@dataclass(frozen=True, slots=True)
class Demand:
    """One action on one resource that a call needs.

    Attributes:
        action: `service:Action`.
        resource: An ARN, or `*`.
        keys: Condition keys of the service.
    """

    action: str
    resource: str
    keys: Mapping[str, Any] = field(default_factory=dict)


class MiniStackAuthorization:
    """Asks MiniStack; to be called within the account and region that own what is asked for."""

    def __init__(self) -> None:
        self._actions: Any = importlib.import_module("ministack.core.iam_actions")

    def resource(self, service: str, request: Request, region: str, account: str) -> str:
        """Return the ARN of what a request is about, `*` if that is none or not known."""
        arn: str = self._actions.extract_resource_arn(
            service,
            request.method,
            _path(request),
            request.headers,
            request.body,
            _parameters(request),
            region,
            account,
        )
        return arn

    def s3(self, request: Request) -> Iterator[Demand]:
        """Yield what a request to S3 needs; none for one that S3 does not know."""
        method, path, parameters = request.method, _path(request), _parameters(request)
        headers = _service("s3")._merge_hoisted_amz_headers(request.headers, parameters)  # noqa: SLF001 - see the module docstring
        name = self._actions._s3_action(method, path, parameters)  # noqa: SLF001 - as above
        if name is None:
            return
        keys = self._actions.s3_service_context(f"s3:{name}", parameters, path, headers)
        yield Demand(f"s3:{name}", self.resource("s3", request, "", ""), keys)
        more = self._actions.s3_additional_checks(method, path, headers, request.body, parameters)
        yield from (Demand(action, resource) for action, resource in more)

    def s3_control(self, request: Request) -> str | None:
        """Return the action of a request to S3 Control, None if MiniStack has none for it."""
        action: str | None = self._actions.s3control_action(request.method, request.path)
        return action

    def dynamodb(self, action: str, body: bytes, region: str, account: str) -> Iterator[Demand]:
        """Yield what a request to DynamoDB needs: each item of a transaction, each table."""
        keys = self._actions.dynamodb_service_context(body)
        items = self._actions.dynamodb_transaction_checks(action, body, region, account)
        if items:
            enclosing = {"dynamodb:EnclosingOperation": action.partition(":")[2]}
            yield from (Demand(each, table, keys | enclosing) for each, table in items)
            return
        tables = self._actions.dynamodb_resource_arns(body, region, account) or ["*"]
        yield from (Demand(action, table, keys) for table in tables)

    def key_arn(self, resource: str) -> str:
        """Return the ARN of the key that an alias stands for, or what was given."""
        key: Mapping[str, Any] | None = _service("kms")._resolve_key(resource)  # noqa: SLF001 - see the module docstring
        return str(key["Arn"]) if key else resource

    def owner(self, service: str, resource: str) -> str | None:
        """Return the account that owns a resource, None if its ARN does not say so."""
        if service == "s3" and resource.startswith(_BUCKET):
            name = resource.removeprefix(_BUCKET).partition("/")[0]
            owner: str | None = _service("s3")._bucket_owner_account(name)  # noqa: SLF001 - as above
            return owner
        parts = resource.split(":")
        return parts[4] if len(parts) > 4 and parts[4].isdecimal() else None  # noqa: PLR2004 - an ARN's account

    def policy(self, service: str, resource: str) -> str | None:
        """Return a resource's own policy: empty if it has none, None if there is no such thing."""
        if service not in _POLICIES:
            return None
        module, function = _POLICIES[service]
        found: tuple[str | Mapping[str, Any], str] | None
        found = getattr(_service(module), function)(resource)
        return None if found is None else str(found[0])

    def tags(self, resource: str) -> Mapping[str, str]:
        """Return a resource's tags."""
        tags: Mapping[str, str] | None = _service("tagging").resource_tags(resource)
        return tags or {}


def _service(name: str) -> Any:  # noqa: ANN401 - a module of MiniStack, which has no types
    return importlib.import_module(f"ministack.services.{name}")


def _path(request: Request) -> str:
    """Return the path, with the bucket in it that a host name may have."""
    host = request.headers.get("host", "")
    app: Any = importlib.import_module("ministack.app")
    bucket = app._extract_s3_vhost_bucket(host)  # noqa: SLF001 - see the module docstring
    return f"/{bucket}{request.path}" if bucket else request.path


def _parameters(request: Request) -> dict[str, list[str]]:
    parameters: dict[str, list[str]] = {}
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        parameters = parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return parameters | {name: list(values) for name, values in request.query.items()}
