"""The call by which a pod assumes a role with IRSA: a token of the cluster's issuer, shown to STS.

In: a trust policy. Out: for each EKS issuer that it trusts, tokens that must be refused.
https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eks_pod_identity.iam.evaluation import (
    Context,
    Policy,
    Principal,
    PrincipalKind,
    Request,
    Statement,
    Truth,
)
from eks_pod_identity_policies.trust.arn_pattern import fill
from eks_pod_identity_policies.trust.literals import IN_PERSON, values_of

WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
AUDIENCE = "sts.amazonaws.com"
# Also the newer name, for clusters with IPv6:
# https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
_EKS_PROVIDER = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:oidc-provider/(oidc[.-]eks\..+)")
_SUBJECT = re.compile(r"system:serviceaccount:[a-z0-9-]+:[a-z0-9.-]+")
_FILLINGS = ("stranger", "stranger:stranger", "system:serviceaccount:stranger:stranger")
_SOME = 8
STRANGER = "system:serviceaccount:stranger:stranger"


@dataclass(frozen=True, slots=True)
class Issuer:
    """The OIDC provider of an EKS cluster.

    Attributes:
        arn: As the trust policy names it.
        host: The prefix of its condition keys, in lower case.
    """

    arn: str
    host: str

    @property
    def subject_key(self) -> str:
        """The condition key of the service account."""
        return f"{self.host}:sub"

    def request(self, policy: Policy, subject: str, audience: str = AUDIENCE) -> Request:
        """Return the request by which a token is shown; it has no claims of other issuers."""
        values = {
            self.subject_key: subject,
            f"{self.host}:aud": audience,
            "aws:federatedprovider": self.arn,
            **IN_PERSON,
        }
        claims = {each.key for statement in policy.statements for each in statement.conditions}
        others = {key for key in claims if _is_claim(key)} - values.keys()
        context = Context.of(values, absent=others)
        return Request(Principal(PrincipalKind.FEDERATED, self.arn), WEB_IDENTITY, context=context)

    def subjects(self, policy: Policy) -> tuple[str, ...]:
        """Return the service accounts that conditions name, with wildcards as they are."""
        return values_of(policy.statements, self.subject_key)

    def strangers(self, policy: Policy) -> Iterator[str]:
        """Yield service accounts of namespaces that no condition names."""
        yield STRANGER
        named = {each.split(":")[-2] for each in self.subjects(policy) if each.count(":") > 1}
        for subject in self._filled(policy):
            if subject.split(":")[-2] not in named:
                yield subject

    def neighbours(self, policy: Policy) -> Iterator[str]:
        """Yield service accounts that fit a wildcard and are not named."""
        named = self.subjects(policy)
        yield from (each for each in self._filled(policy) if each not in named)

    def _filled(self, policy: Policy) -> Iterator[str]:
        open_ones = [each for each in self.subjects(policy) if "*" in each or "?" in each]
        for pattern in open_ones[:_SOME]:
            for filling in _FILLINGS:
                if _SUBJECT.fullmatch(subject := fill(pattern, filling)):
                    yield subject


def issuers_of(policy: Policy) -> tuple[Issuer, ...]:
    """Return the EKS issuers whose tokens a trust policy takes."""
    found = (
        _EKS_PROVIDER.fullmatch(name)
        for statement in policy.statements
        if takes_tokens(statement)
        for name in (statement.principals or {}).get("Federated", ())
    )
    return tuple(dict.fromkeys(Issuer(each[0], each[1].lower()) for each in found if each))


def takes_tokens(statement: Statement) -> bool:
    """Tell whether a statement lets somebody in by a token."""
    named = statement.allow and not statement.not_principals
    return named and statement.names_action(WEB_IDENTITY) is Truth.YES


def _is_claim(key: str) -> bool:
    return "/" in key and ":" in key and not key.startswith(("aws:", "sts:"))
