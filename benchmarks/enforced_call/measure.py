"""Measures what it costs the emulator to decide on a call.

The same calls are sent in turns by the account's administrator, whom nothing is asked about, and by
a session of a role. Requests are prepared beforehand and sent over one connection, so that hardly
more than the emulator's own work is measured.
"""

import sys
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from os import environ
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.awsrequest import AWSPreparedRequest

ROUNDS, CALLS = 60, 10
BOUND = 1.5
_TAGS = {"kubernetes-namespace": "dev-ns", "eks-cluster-name": "demo"}
_LISTED = [{"Key": key, "Value": value} for key, value in _TAGS.items()]
_CALLS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "eks": ("describe_cluster", {"name": "demo"}),
    "s3": ("get_object", {"Bucket": "reports", "Key": "a"}),
    "secretsmanager": ("get_secret_value", {"SecretId": "dev-secret"}),
}


def main() -> int:
    """Measure, print a line for each call, and return 1 if one is out of the bound."""
    _fill()
    session = _session()
    ratios = {name: _ratio(name, session) for name in _CALLS}
    for name, ratio in ratios.items():
        operation = _CALLS[name][0]
        print(f"{name} {operation}, decided on or not: ratio {ratio:.2f} (bound {BOUND})")
    return 0 if max(ratios.values()) <= BOUND else 1


def _fill() -> None:
    s3 = boto3.client("s3")
    place = {"LocationConstraint": s3.meta.region_name}
    s3.create_bucket(Bucket="reports", CreateBucketConfiguration=place)
    s3.put_object(Bucket="reports", Key="a", Body=b"text")
    boto3.client("secretsmanager").create_secret(
        Name="dev-secret", SecretString="text", Tags=_LISTED
    )


def _session() -> boto3.session.Session:
    role = "arn:aws:iam::111122223333:role/app"
    answer = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="one", Tags=_LISTED)
    credentials = answer["Credentials"]
    return boto3.session.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def _ratio(service: str, session: boto3.session.Session) -> float:
    """Return how much longer the session's calls take than the administrator's."""
    requests = [_prepared(boto3.session.Session(), service), _prepared(session, service)]
    connection = HTTPConnection(urlsplit(environ["AWS_ENDPOINT_URL"]).netloc)
    rounds = [[_seconds(connection, each) for each in requests] for _ in range(ROUNDS)]
    plain, decided = zip(*rounds, strict=True)
    return median(decided) / median(plain)


def _prepared(session: boto3.session.Session, service: str) -> AWSPreparedRequest:
    """Return the signed request of a service's call."""
    kept: list[AWSPreparedRequest] = []
    client: Any = session.client(service)  # type: ignore[call-overload] # a name known at run time
    client.meta.events.register("before-send", lambda request, **_: kept.append(request))
    operation, parameters = _CALLS[service]
    getattr(client, operation)(**parameters)
    return kept[-1]


def _seconds(connection: HTTPConnection, request: AWSPreparedRequest) -> float:
    """Return the seconds of some calls, one after another."""
    address, headers = urlsplit(request.url), dict(_texts(request.headers))
    path = f"{address.path or '/'}{'?' if address.query else ''}{address.query}"
    started = time.perf_counter()
    for _ in range(CALLS):
        connection.request(request.method, path, request.body, headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:  # noqa: PLR2004 - HTTP's OK
            sys.exit(f"{request.method} {request.url}: {body!r}")
    return time.perf_counter() - started


def _texts(headers: Mapping[str, str | bytes]) -> Iterator[tuple[str, str]]:
    for name, value in headers.items():
        yield name, value.decode() if isinstance(value, bytes) else value


if __name__ == "__main__":
    sys.exit(main())
