"""Whose a thing is: the tags that a stack puts on all it makes, and what they say.

    eks-pod-identity/cluster           the cluster it was made for
    eks-pod-identity/stack             the Pulumi project and stack that made it
    eks-pod-identity/service-account   the service account, on roles and associations
    eks-pod-identity/list              the list of the file, if not eksctl's: on associations, and
                                       on roles that several of them share

A service account in Kubernetes has the first two as annotations.
What carries another stack's tag, or none, is foreign: it is shown and left alone. In: tags and, if
there is one, the ledger of the stack. Out: a verdict; nothing is ever taken over.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
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
    """

    cluster: str
    stack: str | None = None

    def owns(self, thing: Thing) -> bool:
        """Tell whether the stack made a thing for the cluster."""
        return self.stack is not None and stack_of(thing, self.cluster) == self.stack

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
        return self.owns(role) and (tag == wanted or tag == tag_value(wanted))


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
