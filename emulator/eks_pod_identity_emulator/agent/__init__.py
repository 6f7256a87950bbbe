"""The Pod Identity Agent of every cluster's nodes, on loopback below /_agent/.

It serves the SDKs' container credentials protocol as aws/eks-pod-identity-agent 0.1.37 does, and
asks EKS Auth by the front door, as the node.
"""

from eks_pod_identity_emulator.agent.agent import PodIdentityAgents
from eks_pod_identity_emulator.agent.node import Nodes

__all__ = ["Nodes", "PodIdentityAgents"]
