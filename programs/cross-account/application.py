"""What the pod of approach 2 runs: it assumes the role of the other account, and reads the report.

python application.py ROLE_NAME
"""

import sys

import boto3

ACCOUNT, KEY = "444455556666", "report.txt"


def main(role_name: str) -> None:
    """Print the report of the ledger's account.

    No tags are passed: the session has those of EKS, which are inherited, and AWS refuses a call
    that passes one of them again.
    """
    answer = boto3.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{role_name}", RoleSessionName="by-application"
    )
    credentials = answer["Credentials"]
    there = boto3.Session(
        credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"]
    )
    report = there.client("s3").get_object(Bucket=f"ledger-{ACCOUNT}", Key=KEY)
    sys.stdout.write(report["Body"].read().decode())


if __name__ == "__main__":
    main(sys.argv[1])
