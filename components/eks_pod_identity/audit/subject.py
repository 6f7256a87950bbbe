"""What a finding is about, as people call it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

ROLE = "role"
TARGET_ROLE = "targetRole"
OWNER = "owner"
USED_BY = "usedBy"
ATTACHED_TO = "attachedTo"
"""Relations of a subject, as JSON calls them."""


class Kind(Enum):
    """Kinds of things that are judged, in the order of the report."""

    ACCOUNT = "account"
    CLUSTER = "cluster"
    ASSOCIATION = "association"
    SERVICE_ACCOUNT = "service account"
    ADDON = "add-on"
    ROLE = "role"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing of AWS.

    Attributes:
        kind: What it is.
        address: Cluster, namespace and service account; cluster and add-on; or an ARN.
        arn: Its ARN; empty for what is of Kubernetes.
        path: A path that names it in a world of files: account, region, cluster and so on.
        cluster: The name of its cluster; empty for what is of IAM.
        related: What belongs to it, by relation: names or ARNs.
    """

    kind: Kind
    address: str
    arn: str
    path: str
    cluster: str = ""
    related: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.kind.value} {self.address}"
