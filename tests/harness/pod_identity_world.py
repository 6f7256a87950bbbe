"""A small world of pod identity requests, and a reader of trust policies that is not the product's.

It knows just the operators that our documents may use and fails on any other, so a condition that
it does not understand is never taken for a guard.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

ACCOUNTS = ("111122223333", "444455556666")
CLUSTERS = ("prod", "prod-2")
NAMESPACES = ("dev", "qa", "qa-2")
NAMES = ("api", "web", "default")


@dataclass(frozen=True)
class Request:
    """EKS assuming a role for one pod; without session tags it sends no RequestTag."""

    account: str
    cluster: str
    namespace: str
    name: str
    tags: bool = True

    @property
    def cluster_arn(self) -> str:
        """The ARN that EKS sends as aws:SourceArn."""
        return cluster_arn(self.account, self.cluster)

    def context(self) -> dict[str, str]:
        """What STS knows when EKS assumes the role of the association."""
        return self.request_tags() | {
            "aws:SourceAccount": self.account,
            "aws:SourceArn": self.cluster_arn,
        }

    def chained_context(self, source_role: str) -> dict[str, str]:
        """What STS knows when EKS assumes the target role from the association's role."""
        external_id = f"eu-west-1/{self.account}/{self.cluster}/{self.namespace}/{self.name}"
        sent = self.request_tags() if self.tags else {"sts:ExternalId": external_id}
        return sent | {"aws:PrincipalArn": source_role}

    def request_tags(self) -> dict[str, str]:
        """The session tags that the documents may ask for."""
        tags = {
            "eks-cluster-arn": self.cluster_arn,
            "kubernetes-namespace": self.namespace,
            "kubernetes-service-account": self.name,
        }
        return {f"aws:RequestTag/{key}": tags[key] for key in tags if self.tags}


def cluster_arn(account: str, cluster: str) -> str:
    """The ARN of a cluster of this world."""
    return f"arn:aws:eks:eu-west-1:{account}:cluster/{cluster}"


def every_request(*, tags: bool = True) -> Iterator[Request]:
    """All requests of this world."""
    for account, cluster, namespace, name in product(ACCOUNTS, CLUSTERS, NAMESPACES, NAMES):
        yield Request(account, cluster, namespace, name, tags)


def allowed_actions(
    document: Mapping[str, Any], principal: Mapping[str, str], context: Mapping[str, str]
) -> set[str]:
    """The actions that a trust policy allows a principal in a context."""
    allowed: set[str] = set()
    for statement in document["Statement"]:
        assert statement["Effect"] == "Allow"
        if statement["Principal"] == principal and _holds(statement["Condition"], context):
            allowed |= set(statement["Action"])
    return allowed


def _holds(conditions: Mapping[str, Mapping[str, Any]], context: Mapping[str, str]) -> bool:
    return all(
        _equals(operator, context.get(key), wanted)
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _equals(operator: str, found: str | None, wanted: str | list[str]) -> bool:
    assert operator in {"StringEquals", "ArnEquals"}
    values = [wanted] if isinstance(wanted, str) else wanted
    assert not any("*" in value or "?" in value or "$" in value for value in values)
    return found in values
