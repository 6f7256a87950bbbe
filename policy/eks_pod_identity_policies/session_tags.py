"""The session tags of EKS Pod Identity, and the condition keys in which they appear."""

from collections.abc import Iterator

from eks_pod_identity.iam.evaluation import Statement

# https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html#pod-id-abac-tags
CLUSTER_ARN = "eks-cluster-arn"
CLUSTER_NAME = "eks-cluster-name"
NAMESPACE = "kubernetes-namespace"
SERVICE_ACCOUNT = "kubernetes-service-account"
POD_NAME = "kubernetes-pod-name"
POD_UID = "kubernetes-pod-uid"
TAGS = (CLUSTER_ARN, CLUSTER_NAME, NAMESPACE, SERVICE_ACCOUNT, POD_NAME, POD_UID)

REQUEST_TAG = "aws:requesttag/"
PRINCIPAL_TAG = "aws:principaltag/"
REQUEST_KEYS = frozenset(REQUEST_TAG + tag for tag in TAGS)
PRINCIPAL_KEYS = frozenset(PRINCIPAL_TAG + tag for tag in TAGS)
SOURCE_KEYS = frozenset(
    {"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"}
)


def keys_used(statement: Statement, *, tests: bool = True) -> Iterator[str]:
    """Yield every condition key that a statement asks for, in conditions, variables, resources.

    Args:
        statement: The statement.
        tests: Whether the keys count of which it only asks whether they are there.
    """
    for condition in statement.conditions:
        if tests or condition.operator != "Null":
            yield condition.key
        yield from (variable.key for variable in condition.expands)
    yield from (variable.key for variable in statement.expands)


def tag_of(key: str) -> str:
    """Return the tag key in `aws:RequestTag/...` or `aws:PrincipalTag/...`, or an empty text."""
    return key.partition("/")[2] if key.startswith((REQUEST_TAG, PRINCIPAL_TAG)) else ""
