"""Whether a trust policy lets a service of AWS assume the role.

EKS looks at it when an association or a cluster is made. Conditions play no part then: they are
evaluated when credentials are asked for.
"""

import re
from collections.abc import Mapping
from typing import Any

POD_IDENTITY_PRINCIPAL = "pods.eks.amazonaws.com"
CLUSTER_PRINCIPAL = "eks.amazonaws.com"

_POD_IDENTITY_ACTIONS = ("sts:AssumeRole", "sts:TagSession")


def trusts_pod_identity(document: Mapping[str, Any]) -> bool:
    """Tell whether EKS Auth may assume the role and tag the session; both are asked for.

    https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
    """
    return _allows(document, POD_IDENTITY_PRINCIPAL, _POD_IDENTITY_ACTIONS)


def trusts_cluster(document: Mapping[str, Any]) -> bool:
    """Tell whether EKS may assume the role for a cluster.

    https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html
    """
    return _allows(document, CLUSTER_PRINCIPAL, ("sts:AssumeRole",))


def _allows(document: Mapping[str, Any], principal: str, actions: tuple[str, ...]) -> bool:
    """Tell whether the Allow statements together cover every action; IAM merges statements."""
    patterns = [
        pattern
        for statement in _listed(document.get("Statement"))
        if _concerns(statement, principal)
        for pattern in _listed(statement.get("Action"))
    ]
    return all(any(_matches(pattern, action) for pattern in patterns) for action in actions)


def _concerns(statement: object, principal: str) -> bool:
    if not isinstance(statement, Mapping) or statement.get("Effect") != "Allow":
        return False
    named = statement.get("Principal")
    return isinstance(named, Mapping) and principal in _listed(named.get("Service"))


def _matches(pattern: object, action: str) -> bool:
    """Match an IAM action pattern: case does not matter, * and ? are wildcards."""
    if not isinstance(pattern, str):
        return False
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, action, re.IGNORECASE) is not None


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - JSON: one value or a list of them
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
