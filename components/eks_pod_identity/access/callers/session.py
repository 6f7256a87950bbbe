"""A pod that calls a service: the session of its role, and what IAM knows of such a session.

The role's account calls; the session tags are those of EKS, or none are there. What a document
cannot tell (the network, tags of the role that are not known) stays an unknown with its name.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
"""

from collections.abc import Mapping
from functools import cached_property

from eks_pod_identity.access import domains
from eks_pod_identity.access.callers.account import AccountCalls
from eks_pod_identity.access.callers.calls import PROPAGATED
from eks_pod_identity.access.callers.pods import PRINCIPAL_TAG, SESSION_TAGS, Pod
from eks_pod_identity.access.lines import HORIZON
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.access.space import Order, Reading, Value, constant, optional_value

_NEVER_SENT = frozenset(
    {
        "aws:ec2instancesourceprivateipv4",
        "aws:ec2instancesourcevpc",
        "aws:federatedprovider",
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:sourceidentity",
        "aws:username",
    }
)
_VIA_OTHERS = frozenset({"aws:calledvia", "aws:calledviafirst", "aws:calledvialast"})
_CHOSEN = frozenset({"aws:useragent", "aws:referer"})


class SessionCalls(AccountCalls):
    """Calls with the credentials of a pod.

    Attributes:
        direct: Whether the pod calls itself; else a service may call on with its credentials.
        role_tags: The tags of the role; None if they are not known.
    """

    free_keys = Order.UNTOLD
    resources = domains.ROLE

    def __init__(
        self, setting: Setting, *, direct: bool = True, role_tags: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(setting, own=True)
        self.direct = direct
        self.role_tags = (
            None if role_tags is None else {key.lower(): each for key, each in role_tags.items()}
        )
        self.pod = Pod(self, self.account)

    @cached_property
    def _keys(self) -> Mapping[str, Value]:
        tags = self.pod.tag_keys(PRINCIPAL_TAG)
        own = {key: value for key, value in tags.items() if key.startswith(PRINCIPAL_TAG)}
        direct = {"aws:viaawsservice": constant("false")} if self.direct else {}
        return {**super()._keys, **own, **direct, "aws:principaltype": constant("AssumedRole")}

    def own_key(self, key: str) -> Reading:
        """Return what the pod chooses, or IAM knows of its session."""
        if key.startswith(PRINCIPAL_TAG):
            return self._role_tag(key)
        if key == "aws:tokenissuetime":
            return Value(((self.space.line("token issue time", (self.setting.now, HORIZON)),),))
        if key in _CHOSEN:
            return self.space.free_key(key, Order.KEY)
        if key == "aws:viaawsservice":
            return optional_value(self.space.word(key, domains.BOOLEAN, order=Order.KEY))
        return None if key.startswith("sts:") else self._about_caller(key)

    def _role_tag(self, key: str) -> Reading:
        if self.role_tags is None:
            return self.space.free_key(key, Order.UNTOLD)
        return constant(self.role_tags[key.removeprefix(PRINCIPAL_TAG)])

    def is_never_sent(self, key: str) -> bool:
        """Tell whether none of these calls carries a key."""
        tag = key.removeprefix(PRINCIPAL_TAG)
        untagged = tag != key and self.role_tags is not None and tag not in self.role_tags
        return (
            super().is_never_sent(key)
            or key in _NEVER_SENT
            or key[: key.find("/") + 1] in PROPAGATED
            or (untagged and tag not in SESSION_TAGS)
            or (self.direct and key in _VIA_OTHERS)
        )
