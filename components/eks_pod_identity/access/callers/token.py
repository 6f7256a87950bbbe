"""Calls with a token of an identity provider: pods by IRSA, GitHub, and others.

The keys of a provider's claims begin with its host. Of an EKS cluster's tokens the subject is the
service account, and the audience is the one that STS takes:
https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
"""

import re
from collections.abc import Mapping
from functools import cached_property

from eks_pod_identity.access import domains
from eks_pod_identity.access.callers.calls import PROPAGATED, SOURCE_KEYS, Calls
from eks_pod_identity.access.clause import ALWAYS, Box, Formula, Literal, any_of, one
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.access.space import Order, Reading, Text, Value, constant
from eks_pod_identity.iam.evaluation.glob import has_wildcard, to_pattern
from eks_pod_identity.iam.evaluation.policy import Principals

# Also the newer name, https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
EKS_ISSUER = re.compile(r"oidc[.-]eks\.[a-z0-9.-]+/id/[A-Za-z0-9]+")
_PROVIDER = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}):oidc-provider/(.+)")
_AUDIENCE = "sts.amazonaws.com"


class TokenCalls(Calls):
    """A call with a token of an OpenID Connect provider."""

    actions = ("sts:assumerolewithwebidentity",)
    free_keys = Order.KEY

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.issuer = self.space.word("identity provider", domains.ISSUER)
        self.namespace = self.space.word("namespace", domains.NAMESPACE)
        self.service_account = self.space.word("service account", domains.SERVICE_ACCOUNT)
        self._hosts: dict[str, str] = {}

    def keys(self) -> Mapping[str, Value]:
        """Return the keys that these calls carry."""
        return self._keys

    @cached_property
    def _keys(self) -> Mapping[str, Value]:
        provider: Text = (
            f"arn:{self.setting.partition}:iam::{self.setting.account}:oidc-provider/",
            self.issuer,
        )
        return {
            "aws:federatedprovider": Value((provider,)),
            "aws:principalisawsservice": constant("false"),
        }

    def own_key(self, key: str) -> Reading:
        """Return a claim of a token."""
        host, found, claim = key.rpartition(":")
        if not found or "." not in host:
            return None
        issuer = self._hosts.get(host, host)
        gate: Box = frozenset({Literal(self.issuer.rank, self.issuer.is_text(issuer))})
        if EKS_ISSUER.fullmatch(issuer):
            return self._claim_of_pod(claim, gate)
        name = self.space.spelling(key)
        unknown = self.space.word(name, domains.TEXT, optional=True, order=Order.KEY)
        return Value(((unknown,),), gate | {Literal(unknown.rank, 0)})

    def _claim_of_pod(self, claim: str, gate: Box) -> Reading:
        if claim == "sub":
            subject: Text = ("system:serviceaccount:", self.namespace, ":", self.service_account)
            return Value((subject,), gate)
        return constant_claim(_AUDIENCE, gate) if claim == "aud" else None

    @staticmethod
    def is_of_cluster(issuer: str) -> bool:
        """Tell whether an issuer is that of an EKS cluster."""
        return EKS_ISSUER.fullmatch(issuer) is not None

    def is_never_sent(self, key: str) -> bool:
        """Tell whether none of these calls carries a key."""
        host, _, claim = key.rpartition(":")
        of_pod = EKS_ISSUER.fullmatch(self._hosts.get(host, host)) is not None
        family = key[: key.find("/") + 1]
        return (
            key in SOURCE_KEYS
            or family in PROPAGATED
            or host == "saml"
            or (of_pod and claim not in {"sub", "aud"})
        )

    def named_by(self, principals: Principals) -> Formula:
        """Return when a Principal element names the identity provider."""
        if "*" in principals.get("AWS", ()):
            return ALWAYS
        return any_of(map(self._named_as, principals.get("Federated", ())))

    def _named_as(self, name: str) -> Formula:
        if has_wildcard(to_pattern(name)):
            return self.untold_principal(name)
        found = _PROVIDER.fullmatch(name)
        if found and (found[1], found[2]) != (self.setting.partition, self.setting.account):
            return frozenset()  # STS looks for the provider in the role's account
        host = found[3] if found else name
        if ":saml-provider/" in host or not self.issuer.may_be(host):
            return frozenset()
        self._hosts[host.lower()] = host
        return one(Literal(self.issuer.rank, self.issuer.is_text(host)))


def constant_claim(text: str, gate: Box) -> Value:
    """Return a claim that is the same in all tokens of a provider."""
    return Value(((text,),), gate)
