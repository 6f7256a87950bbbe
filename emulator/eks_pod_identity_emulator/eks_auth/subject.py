"""The pod that asks for credentials, and the names and tags of its sessions."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from eks_pod_identity_emulator.kubernetes.service_account_token import Identity

_LONGEST_NAME = 64  # of a RoleSessionName
_CLUSTER_PART = 16
_POD_PART = 10


@dataclass(frozen=True, slots=True)
class PodSubject:
    """A pod whose token holds.

    Attributes:
        cluster_arn: ARN of its cluster.
        cluster_name: Name of its cluster.
        namespace: Its namespace.
        service_account: Name of its service account.
        pod: Its name and uid.
    """

    cluster_arn: str
    cluster_name: str
    namespace: str
    service_account: str
    pod: Identity

    def session_tags(self) -> Mapping[str, str]:
        """Return the six tags, all of them transitive.

        https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
        """
        return {
            "eks-cluster-arn": self.cluster_arn,
            "eks-cluster-name": self.cluster_name,
            "kubernetes-namespace": self.namespace,
            "kubernetes-service-account": self.service_account,
            "kubernetes-pod-name": self.pod.name,
            "kubernetes-pod-uid": self.pod.uid,
        }

    def new_session_name(self) -> str:
        """Return a session's name: cluster and pod, each cut short, and a random UUID.

        The form is the API reference's, the lengths are those of the CloudTrail event in
        https://aws.amazon.com/blogs/containers/amazon-eks-pod-identity-a-new-way-for-applications-on-eks-to-obtain-iam-credentials/
        """
        cluster, pod = self.cluster_name[:_CLUSTER_PART], self.pod.name[:_POD_PART]
        return f"eks-{cluster}-{pod}-{uuid.uuid4()}"[:_LONGEST_NAME]
