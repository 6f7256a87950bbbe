"""Other AWS services than EKS Pod Identity that a trust policy may name."""

from collections.abc import Mapping
from functools import cached_property

from eks_pod_identity.access import domains
from eks_pod_identity.access.callers.calls import PROPAGATED, SOURCE_KEYS, Calls
from eks_pod_identity.access.callers.pods import PRINCIPAL_TAG
from eks_pod_identity.access.clause import ALWAYS, Formula, Literal, any_of, one
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.access.space import Order, Reading, Value, constant, optional_value
from eks_pod_identity.iam.evaluation.glob import has_wildcard, to_pattern
from eks_pod_identity.iam.evaluation.policy import Principals
from eks_pod_identity.iam.trust import SERVICE_PRINCIPAL

_OF_CALLERS = (
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:username",
    "aws:userid",
    "aws:multifactorauthpresent",
)


class ServiceCalls(Calls):
    """A service that is not EKS Pod Identity, for an account of its own choice."""

    actions = ("sts:assumerole",)

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.service = self.space.word(
            "service", domains.SERVICE, excluded=frozenset({SERVICE_PRINCIPAL})
        )

    def keys(self) -> Mapping[str, Value]:
        """Return the keys that these calls carry."""
        return self._keys

    @cached_property
    def _keys(self) -> Mapping[str, Value]:
        return {
            "aws:principalisawsservice": constant("true"),
            "aws:principalservicename": Value(((self.service,),)),
        }

    def own_key(self, key: str) -> Reading:
        """Return a key on whose behalf the service calls, if it says so."""
        if key not in SOURCE_KEYS:
            return None
        sent = self.space.flag("source keys")
        domain = _SOURCE_DOMAINS.get(key, domains.TEXT)
        found = self.space.word(self.space.spelling(key), domain, optional=True, order=Order.KEY)
        return optional_value(found, sent)

    def is_never_sent(self, key: str) -> bool:
        """Tell whether none of these calls carries a key."""
        host, family = key.partition(":")[0], key[: key.find("/") + 1]
        never = key in _OF_CALLERS or family in PROPAGATED or family == PRINCIPAL_TAG
        return never or "." in host or host == "saml"

    def named_by(self, principals: Principals) -> Formula:
        """Return when a Principal element names the service."""
        if "*" in principals.get("AWS", ()):
            return ALWAYS
        return any_of(map(self._named_as, principals.get("Service", ())))

    def _named_as(self, name: str) -> Formula:
        if has_wildcard(to_pattern(name)):
            return self.untold_principal(name)
        if not self.service.may_be(name):
            return frozenset()
        return one(Literal(self.service.rank, self.service.is_text(name)))


_SOURCE_DOMAINS = {
    "aws:sourceaccount": domains.ACCOUNT,
    "aws:sourceorgid": domains.ORGANIZATION,
}
