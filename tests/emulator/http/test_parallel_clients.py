"""Thirty-two clients at once, as a stack with much parallelism makes them."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import ClientError
from harness.aws_account import AwsAccount
from harness.emulator import RunningEmulator

_CLIENTS = 32


def test_parallel_writes_are_all_there(aws: AwsAccount, emulator: RunningEmulator) -> None:
    """Roles, attachments and associations of 32 clients all arrive, each once, and are logged."""
    aws.declare_cluster()
    policy = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"

    def declare(client: int) -> None:
        mine = AwsAccount(emulator, aws.id)
        for number in range(3):
            name = f"app-{client}-{number}"
            role = mine.declare_role(name)
            mine.iam.attach_role_policy(RoleName=name, PolicyArn=policy)
            mine.eks.create_pod_identity_association(
                clusterName="demo", namespace="web", serviceAccount=name, roleArn=role
            )

    with ThreadPoolExecutor(_CLIENTS) as pool:
        list(pool.map(declare, range(_CLIENTS)))

    pages = aws.eks.get_paginator("list_pod_identity_associations").paginate(clusterName="demo")
    found = [entry["serviceAccount"] for page in pages for entry in page["associations"]]
    writes = Counter(call["operation"] for call in aws.calls() if call["write"])
    assert len(found) == len(set(found)) == 3 * _CLIENTS
    assert writes["CreatePodIdentityAssociation"] == writes["AttachRolePolicy"] == 3 * _CLIENTS
    assert aws.iam.get_policy(PolicyArn=policy)["Policy"]["AttachmentCount"] == 3 * _CLIENTS


def test_one_of_many_wins_a_race(aws: AwsAccount, emulator: RunningEmulator) -> None:
    """Of 32 clients that associate the same service account, one succeeds and 31 get the 409."""
    aws.declare_cluster()
    role = aws.declare_role("app")

    def associate(_: int) -> str:
        eks = AwsAccount(emulator, aws.id).eks
        try:
            eks.create_pod_identity_association(
                clusterName="demo", namespace="web", serviceAccount="api", roleArn=role
            )
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "made"

    with ThreadPoolExecutor(_CLIENTS) as pool:
        outcomes = Counter(pool.map(associate, range(_CLIENTS)))

    assert outcomes == {"made": 1, "ResourceInUseException": _CLIENTS - 1}
