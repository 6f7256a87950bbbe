"""Whose a thing is: the tags that a stack puts on all it makes, and what they say.

    eks-pod-identity/cluster           the cluster it was made for
    eks-pod-identity/stack             the Pulumi project and stack that made it
    eks-pod-identity/service-account   the service account, on roles and associations
    eks-pod-identity/list              the list of the file, if not eksctl's: on associations, and
                                       on roles that several of them share

A service account in Kubernetes has the first two as annotations.
What carries another stack's tag, or none, is foreign: it is shown and left alone. What the stack's
state holds is its own, whatever the tags say: an import puts no tag on anything. In: tags and what
the state holds. Out: a verdict; nothing is ever taken over.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from eks_pod_identity.config import EXPANSION_KEY
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import (
    AddonState,
    Association,
    Role,
    ServiceAccountState,
)

Thing: TypeAlias = AddonState | Association | Role | ServiceAccountState

CLUSTER_TAG = "eks-pod-identity/cluster"
SERVICE_ACCOUNT_TAG = "eks-pod-identity/service-account"
STACK_TAG = "eks-pod-identity/stack"
LIST_TAG = "eks-pod-identity/list"
OWNERSHIP_TAGS = frozenset({CLUSTER_TAG, SERVICE_ACCOUNT_TAG, STACK_TAG, LIST_TAG})
# Kubernetes' recommended label, and what it says on what we make.
MANAGED_BY_LABEL = "app.kubernetes.io/managed-by"
MANAGER = "eks-pod-identity"
_TAG_VALUE_MAX_LENGTH = 256


def tag_value(text: str) -> str:
    """Return a text as the value of a tag: characters and length that IAM and EKS both take."""
    # A namespace of 63 and an account of 253 characters pass the limit together.
    return re.sub(r"[^\w .:/=+@-]", "_", text)[:_TAG_VALUE_MAX_LENGTH]


@dataclass(frozen=True, slots=True)
class Ownership:
    """Tells a stack's own things from foreign ones.

    Attributes:
        cluster: The cluster's name.
        stack: `project/stack` as a tag's value; None if nothing of the cluster carries a stack's
            tags.
        held: The ARNs that the stack's state holds.
    """

    cluster: str
    stack: str | None = None
    held: frozenset[str] = field(default=frozenset(), repr=False)

    def owns(self, thing: Thing) -> bool:
        """Tell whether the stack made a thing for the cluster, or its state holds the thing."""
        if self.stack is None:
            return False
        return stack_of(thing, self.cluster) == self.stack or self._holds(thing)

    def imported(self, role: Role) -> bool:
        """Tell whether the state holds a role that no tag gives to a service account yet."""
        return self._holds(role) and not OWNERSHIP_TAGS & role.tags.keys()

    def _holds(self, thing: Thing) -> bool:
        # An account in Kubernetes has no ARN, and an import of it is refused until it has marks.
        return not isinstance(thing, ServiceAccountState) and thing.arn in self.held

    def made_shared(self, role: Role) -> bool:
        """Tell whether the stack made a role for several service accounts of the file."""
        return (
            self.owns(role)
            and role.tags.get(LIST_TAG) == EXPANSION_KEY
            and SERVICE_ACCOUNT_TAG not in role.tags
        )

    def made_for(self, role: Role, service_account: ServiceAccountRef) -> bool:
        """Tell whether the stack made a role for a service account."""
        tag, wanted = role.tags.get(SERVICE_ACCOUNT_TAG), str(service_account)
        # Of thousands of names most are their own tag's value.
        return self.owns(role) and (tag in (wanted, tag_value(wanted)) or self.imported(role))


def stack_of(thing: Thing, cluster: str) -> str | None:
    """Return the stack that made a thing for a cluster; None if its tags do not say."""
    return thing.tags.get(STACK_TAG) if thing.tags.get(CLUSTER_TAG) == cluster else None


def user_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Return tags without those of ownership and of AWS itself."""
    return {
        key: value
        for key, value in tags.items()
        if key not in OWNERSHIP_TAGS and not key.startswith("aws:")
    }
