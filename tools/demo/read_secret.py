"""Prints a secret, or AWS's refusal, with whatever credentials boto3 finds by itself."""

import sys

import boto3
from botocore.exceptions import ClientError


def main() -> int:
    """Read the secret that the first argument names; return 1 if AWS refuses."""
    try:
        answer = boto3.client("secretsmanager").get_secret_value(SecretId=sys.argv[1])
    except ClientError as error:
        print(error)
        return 1
    print(answer["SecretString"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
