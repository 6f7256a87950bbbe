"""EKS going on from the association's role to a target role: the second call of a chain.

The caller is the association's role; the tags of its session travel on. Without session tags EKS
sends an external id instead.
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
"""

from collections.abc import Mapping
from functools import cached_property

from eks_pod_identity.access import domains
from eks_pod_identity.access.callers.account import AccountCalls
from eks_pod_identity.access.callers.calls import PROPAGATED
from eks_pod_identity.access.callers.pods import PRINCIPAL_TAG, REQUEST_TAG, Pod
from eks_pod_identity.access.clause import Literal
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.access.space import Order, Reading, Text, Value
from eks_pod_identity.access.unknown import PRESENT, Unknown

_NEVER_SENT = frozenset({"aws:multifactorauthpresent", "aws:multifactorauthage", "aws:username"})
_FAMILIES = frozenset({REQUEST_TAG}) | PROPAGATED


class ChainedCalls(AccountCalls):
    """EKS assuming a target role from an association's role."""

    free_keys = Order.UNTOLD
    resources = domains.ROLE

    def __init__(self, setting: Setting, *, own: bool) -> None:
        super().__init__(setting, own=own)
        self.pod = Pod(self, self.account)

    @cached_property
    def _keys(self) -> Mapping[str, Value]:
        pod = self.pod
        account: Text = (self.account,)
        without_tags = frozenset({Literal(self.tags.rank, PRESENT, sign=False)})
        return {
            **super()._keys,
            **pod.tag_keys(REQUEST_TAG, PRINCIPAL_TAG),
            "aws:requestedregion": Value(((pod.region,),)),
            "sts:externalid": Value((self._external_id(account),), without_tags),
        }

    def _external_id(self, account: Text) -> Text:
        pod = self.pod
        parts: list[str | Unknown] = [pod.region]
        for part in (account[0], pod.cluster, pod.namespace, pod.service_account):
            parts += ["/", part]
        return tuple(parts)

    def own_key(self, key: str) -> Reading:
        """Return what the caller chooses, or IAM knows of him."""
        return super().own_key(key) if not key.startswith(REQUEST_TAG) else None

    def is_never_sent(self, key: str) -> bool:
        """Tell whether none of these calls carries a key."""
        family = key[: key.find("/") + 1]
        return super().is_never_sent(key) or key in _NEVER_SENT or family in _FAMILIES
