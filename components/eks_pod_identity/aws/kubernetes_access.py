"""The way to a cluster's Kubernetes API that EKS itself tells, with a token signed for the caller.

In: a session and an observed cluster. Out: an `Access`. As `aws eks get-token` does, a presigned
call of sts:GetCallerIdentity is the token; EKS asks STS whose it is, and access entries decide.
https://docs.aws.amazon.com/cli/latest/reference/eks/get-token.html
"""

import base64
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError

from eks_pod_identity.aws.errors import observation_error
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.kubernetes.access import Access
from eks_pod_identity.observed.cluster import ClusterState

if TYPE_CHECKING:
    from types_boto3_sts import STSClient

_PREFIX = "k8s-aws-v1."
# EKS takes a token for 15 minutes whatever is signed here; what is not used at once is no use.
_SECONDS = 60


def cluster_access(session: AwsSession, cluster: ClusterState) -> Access:
    """Return the way to a cluster that is up.

    Raises:
        ObservationError: There are no credentials to sign with.
    """
    authority = base64.b64decode(cluster.certificate_authority).decode("ascii")
    try:
        token = _token(session.sts(), cluster.name)
    except BotoCoreError as error:
        raise observation_error(error, "STS") from error
    return Access(cluster.endpoint.rstrip("/"), authority=authority, token=token)


def _token(sts: "STSClient", cluster: str) -> str:
    def name_cluster(request: Any, **_: object) -> None:  # noqa: ANN401 - botocore's AWSRequest
        request.headers["x-k8s-aws-id"] = cluster

    # The header has to be among those that are signed, or a token would be good for any cluster.
    sts.meta.events.register("before-sign.sts.GetCallerIdentity", name_cluster)
    url = sts.generate_presigned_url("get_caller_identity", ExpiresIn=_SECONDS, HttpMethod="GET")
    return _PREFIX + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
