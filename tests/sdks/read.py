"""Reads secrets with boto3, whose default chain finds the pod's credentials itself.

For each secret it prints a line of JSON: the value, or the error's code and message. With a number
of seconds as its first argument it waits so long and does the same once more.
"""

import json
import sys
import time
from collections.abc import Iterator

import boto3
from botocore.exceptions import ClientError


def _read(session: boto3.Session, names: list[str]) -> Iterator[dict[str, str]]:
    client = session.client("secretsmanager")
    for name in names:
        try:
            shown = {"value": client.get_secret_value(SecretId=name)["SecretString"]}
        except ClientError as error:
            refused = error.response["Error"]
            shown = {"code": refused["Code"], "message": refused["Message"]}
        credentials = session.get_credentials()
        yield shown | {"key": credentials.get_frozen_credentials().access_key}


def main() -> None:
    """Read once, or twice with a pause."""
    seconds, names = float(sys.argv[1]), sys.argv[2:]
    session = boto3.Session()
    for pause in (0.0, seconds) if seconds else (0.0,):
        time.sleep(pause)
        for line in _read(session, names):
            print(json.dumps(line))  # noqa: T201 - the test reads it


if __name__ == "__main__":
    main()
