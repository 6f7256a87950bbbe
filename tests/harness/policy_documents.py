"""Policy documents that tests of the plugins use."""

from typing import Any


def trust(service: str = "pods.eks.amazonaws.com") -> dict[str, Any]:
    """Return a trust policy for a service."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": service},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
            }
        ],
    }


def permission(*actions: str) -> dict[str, Any]:
    """Return a permission policy for actions on everything."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
VPC_CNI = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"
