"""The call by which EKS assumes a role for one association, put to the role's trust policy.

In: a trust policy and an association. Out: whether IAM certainly refuses. What depends on keys that
are not known here (an organization, the pod's name) is not held against the role.
"""

from collections.abc import Mapping
from typing import Any

from eks_pod_identity.iam.evaluation import (
    Context,
    Principal,
    Request,
    compile_policy,
    is_allowed,
)
from eks_pod_identity.iam.evaluation.decision import Decision
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.iam.trust import SERVICE_PRINCIPAL
from eks_pod_identity.iam.trust_statement import (
    ASSUME_AND_TAG,
    CLUSTER_TAG,
    NAMESPACE_TAG,
    SERVICE_ACCOUNT_TAG,
)
from eks_pod_identity.iam.well_known import PolicyContext
from eks_pod_identity.names import ServiceAccountRef

_CLUSTER_NAME_TAG = "aws:RequestTag/eks-cluster-name"


def is_shut_out(
    trust_policy: Mapping[str, Any],
    cluster: PolicyContext,
    service_account: ServiceAccountRef,
    *,
    session_tags: bool,
) -> bool:
    """Tell whether a trust policy refuses the pods of a service account.

    The context keys are those of
    https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html and
    https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html.

    Args:
        trust_policy: The document, as IAM returns it.
        cluster: The pods' cluster.
        service_account: The pods' service account.
        session_tags: Whether EKS tags the session.
    """
    document = load_document(dict(trust_policy), DocumentKind.TRUST)
    if isinstance(document, tuple):  # IAM took what we cannot read
        return False
    policy = compile_policy(document)
    context = pod_context(cluster, service_account, session_tags=session_tags)
    principal = Principal.service(SERVICE_PRINCIPAL)
    actions = ASSUME_AND_TAG if session_tags else ASSUME_AND_TAG[:1]
    verdicts = (is_allowed(policy, Request(principal, each, context=context)) for each in actions)
    return any(verdict.decision is Decision.DENIED for verdict in verdicts)


def pod_context(
    cluster: PolicyContext, service_account: ServiceAccountRef, *, session_tags: bool
) -> Context:
    """Return the condition keys of the call by which EKS assumes a role for a pod.

    Args:
        cluster: The pods' cluster.
        service_account: The pods' service account.
        session_tags: Whether EKS tags the session.
    """
    arn = cluster.cluster_arn(cluster.cluster)
    values = {
        "aws:PrincipalServiceName": SERVICE_PRINCIPAL,
        "aws:PrincipalIsAWSService": "true",
        "aws:SourceAccount": cluster.account,
        "aws:SourceArn": arn,
        "aws:RequestedRegion": cluster.region,
        "aws:SecureTransport": "true",
    }
    if not session_tags:
        return Context.of(values, absent=("aws:RequestTag/", "aws:TagKeys"))
    tags = {
        CLUSTER_TAG: arn,
        _CLUSTER_NAME_TAG: cluster.cluster,
        NAMESPACE_TAG: service_account.namespace,
        SERVICE_ACCOUNT_TAG: service_account.name,
    }
    return Context.of({**values, **tags})
