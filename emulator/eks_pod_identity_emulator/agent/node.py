"""Whom the agent calls EKS Auth as: the role of the cluster's nodes.

The node's policies have to allow eks-auth:AssumeRoleForPodIdentity. A cluster without a declared
node role has nodes that may, as with the policy AmazonEKSWorkerNodePolicy.
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html
"""

from datetime import timedelta

from eks_pod_identity_emulator.agent.credentials import AgentError
from eks_pod_identity_emulator.agent.eks_auth_client import NodeCredentials
from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.eks import ClusterView
from eks_pod_identity_emulator.eks_auth import Roles
from eks_pod_identity_emulator.sessions import Assumption, Session, Sessions

_SECONDS = 21_600
_RENEW_BEFORE = timedelta(minutes=5)
_INSTANCE = "i-0a1b2c3d4e5f60718"


class Nodes:
    """The credentials of nodes, by their role."""

    def __init__(self, roles: Roles, sessions: Sessions, clock: Clock) -> None:
        self._roles = roles
        self._sessions = sessions
        self._clock = clock
        self._issued: dict[str, Session] = {}

    def credentials(self, cluster: ClusterView) -> NodeCredentials:
        """Return what the nodes of a cluster sign with.

        Raises:
            AgentError: Their role does not exist, so the node has no credentials.
        """
        arn = cluster.node_role_arn
        if arn is None:
            return NodeCredentials(cluster.caller.account)
        session = self._issued.get(arn)
        if session is None or session.expires_at - self._clock.now() < _RENEW_BEFORE:
            session = self._issued[arn] = self._issue(arn)
        return NodeCredentials(session.access_key_id, session.session_token)

    def _issue(self, arn: str) -> Session:
        role = self._roles.find(arn)
        if role is None:
            text = (
                "unable to fetch credentials from EKS Auth: operation error EKS Auth: "
                "AssumeRoleForPodIdentity, get identity: get credentials: failed to refresh cached "
                "credentials, no EC2 IMDS role found"
            )
            raise AgentError(500, text)
        return self._sessions.issue(Assumption(arn, role.id, _INSTANCE, _SECONDS, "ec2:instance"))
