"""Puts the secrets and buckets of a seed into MiniStack, by the services' own requests."""

import asyncio
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import quote, unquote
from xml.sax.saxutils import escape

from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.http.response import Response
from eks_pod_identity_emulator.ministack import MiniStack
from eks_pod_identity_emulator.seed import Seed, SeedBucket, SeedError, SeedSecret

_FIRST_ERROR_STATUS = 400
_MESSAGE = re.compile(r'<Message>([^<]*)</Message>|"[Mm]essage"\s*:\s*"([^"]*)"')
_WITHOUT_CONSTRAINT = "us-east-1"


@dataclass(frozen=True, slots=True)
class _Step:
    """A request that makes a part of something; `place` is the path of its key in the seed."""

    place: str
    service: str
    method: str
    path: str
    query: str = ""
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def seed_ministack(ministack: MiniStack, seed: Seed) -> None:
    """Make what a seed declares, in its order.

    Raises:
        SeedError: A service refuses something, with the path of its key.
    """
    for account in seed.accounts:
        for region in account.regions:
            steps = [*_secrets(region.secrets), *_buckets(region.buckets, region.name)]
            requests = [_request(step, account.id, region.name) for step in steps]
            for step, answer in zip(steps, _answers(ministack, requests), strict=True):
                if answer.status >= _FIRST_ERROR_STATUS:
                    place = f"accounts.{account.id}.regions.{region.name}.{step.place}"
                    raise SeedError(f"{place}: {_message(answer)}")


def _answers(ministack: MiniStack, requests: list[Request]) -> list[Response]:
    """Ask in a thread with an event loop of its own: the caller's may be running."""
    if not requests:
        return []

    async def ask() -> list[Response]:
        return [await ministack.answer(request) for request in requests]

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, ask()).result()


def _secrets(secrets: Iterable[SeedSecret]) -> Iterator[_Step]:
    for index, secret in enumerate(secrets):
        place = f"secrets[{index}]"
        tags = [{"Key": key, "Value": value} for key, value in secret.tags.items()]
        made = {"Name": secret.name, "SecretString": secret.value, "Tags": tags}
        yield _secrets_manager(place, "CreateSecret", made)
        if secret.policy:
            policy = json.dumps(dict(secret.policy))
            given = {"SecretId": secret.name, "ResourcePolicy": policy}
            yield _secrets_manager(place, "PutResourcePolicy", given)


def _secrets_manager(place: str, operation: str, params: Mapping[str, object]) -> _Step:
    headers = {
        "x-amz-target": f"secretsmanager.{operation}",
        "content-type": "application/x-amz-json-1.1",
    }
    body = json.dumps(params)
    return _Step(place, "secretsmanager", "POST", "/", body=body, headers=headers)


def _buckets(buckets: Iterable[SeedBucket], region: str) -> Iterator[_Step]:
    for index, bucket in enumerate(buckets):
        place, path = f"buckets[{index}]", f"/{quote(bucket.name)}"
        yield _Step(place, "s3", "PUT", path, body=_location(region))
        if bucket.tags:
            yield _Step(place, "s3", "PUT", path, "tagging", _tagging(bucket.tags))
        if bucket.policy:
            yield _Step(place, "s3", "PUT", path, "policy", json.dumps(dict(bucket.policy)))
        for key, text in bucket.objects.items():
            yield _Step(f"{place}.objects.{key}", "s3", "PUT", f"{path}/{quote(key)}", body=text)


def _location(region: str) -> str:
    if region == _WITHOUT_CONSTRAINT:
        return ""
    constraint = f"<LocationConstraint>{region}</LocationConstraint>"
    return f"<CreateBucketConfiguration>{constraint}</CreateBucketConfiguration>"


def _tagging(tags: Mapping[str, str]) -> str:
    pairs = "".join(
        f"<Tag><Key>{escape(key)}</Key><Value>{escape(value)}</Value></Tag>"
        for key, value in tags.items()
    )
    return f"<Tagging><TagSet>{pairs}</TagSet></Tagging>"


def _request(step: _Step, account: str, region: str) -> Request:
    scope = f"{account}/20260101/{region}/{step.service}/aws4_request"
    headers = {
        "host": f"{step.service}.{region}.amazonaws.com",
        "authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        **step.headers,
    }
    body = step.body.encode()
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    asgi = {
        "type": "http",
        "method": step.method,
        "path": unquote(step.path),
        "raw_path": step.path.encode(),
        "query_string": step.query.encode(),
        "headers": [*raw, (b"content-length", str(len(body)).encode())],
    }
    return Request(step.method, step.path, step.query, headers, body, asgi)


def _message(answer: Response) -> str:
    text = answer.body.decode(errors="replace")
    found = _MESSAGE.search(text)
    return (found.group(1) or found.group(2)) if found else f"refused with {answer.status}: {text}"
