"""Requests that identity policies are asked about: what somebody may do in the account of his own.

In: policies. Out: the accounts that they seem to be written for, and what IAM sees of a call there:
over TLS, by the caller himself, in a region that the policies name. Conditions that ask for just
that narrow nothing; of all other keys a request says nothing, so they leave it unproved.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from eks_pod_identity.iam.evaluation import Context, Policy, Principal, Statement, Truth
from eks_pod_identity_policies.trust.arn_pattern import fill, is_open
from eks_pod_identity_policies.trust.literals import IN_PERSON, SAMPLE_ACCOUNT, SAMPLE_ORG

SOMEBODY = Principal.aws(f"arn:aws:iam::{SAMPLE_ACCOUNT}:role/somebody")
ODD_NAME = "q7x0vw3k"
"""A name that no prefix or suffix of somebody's convention fits."""
_SOME = 8
_PARTS = 6
_ARN_KEYS = frozenset({"iam:associatedresourcearn"})
_ACCOUNT_KEYS = frozenset({"aws:principalaccount", "aws:resourceaccount"})
_ORG_KEYS = frozenset({"aws:principalorgid", "aws:resourceorgid"})
_REGION = "aws:requestedregion"
_SAMPLE_REGIONS = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
_SAMPLE_REGION = "us-east-1"  # where IAM's own endpoint is
_GLOBAL = frozenset({"iam", "s3"})


class Home(NamedTuple):
    """An account that policies may be written for."""

    partition: str = "aws"
    account: str = SAMPLE_ACCOUNT

    @property
    def region(self) -> str:
        """A region of the partition, the one of IAM's endpoint."""
        return _SAMPLE_REGIONS.get(self.partition, _SAMPLE_REGION)

    def arn(self, service: str, resource: str, region: str = "") -> str:
        """Return the ARN of a resource here, by default in that region."""
        region = "" if service in _GLOBAL else region or self.region
        account = "" if service == "s3" else self.account  # an ARN of S3 does not tell it
        return f"arn:{self.partition}:{service}:{region}:{account}:{resource}"


def homes_of(policies: Iterable[Policy]) -> tuple[Home, ...]:
    """Return the accounts that policies name, a sample first."""
    found = (home for policy in policies for each in policy.statements for home in _named(each))
    return tuple(islice(dict.fromkeys((Home(), *found)), _SOME))


def regions_of(policies: Iterable[Policy], home: Home) -> tuple[str, ...]:
    """Return the regions that policies ask for, one of the account's partition last."""
    statements = tuple(each for policy in policies for each in policy.statements if each.allow)
    asked = _asked(statements, frozenset({_REGION}))
    arns = (_parts(each)[3] for each in _asked(statements, _ARN_KEYS))
    named = (each for each in (*map(fill, asked), *arns) if each and not is_open(each))
    return tuple(islice(dict.fromkeys((*named, home.region)), _SOME))


def context_in(
    home: Home,
    policies: Iterable[Policy],
    more: Mapping[str, str | Iterable[str]],
    region: str = "",
    *,
    absent: Iterable[str] = (),
) -> Context:
    """Return what IAM sees of a call in an account, with more that is known of it."""
    statements = [each for policy in policies for each in policy.statements if each.allow]
    org = next((each for each in _asked(statements, _ORG_KEYS) if not is_open(each)), SAMPLE_ORG)
    return Context.of(
        {
            **IN_PERSON,
            "aws:principalaccount": home.account,
            "aws:principalorgid": org,
            _REGION: region or home.region,
            "aws:resourceaccount": home.account,
            "aws:resourceorgid": org,
            **more,
        },
        absent=["aws:calledvia", "aws:calledviafirst", "aws:calledvialast", *absent],
    )


def allows(policy: Policy, action: str) -> bool:
    """Tell whether some statement allows an action on anything at all."""
    return any(each.allow and each.names_action(action) is Truth.YES for each in policy.statements)


def _named(statement: Statement) -> Iterator[Home]:
    for arn in (*statement.resources, *_asked((statement,), _ARN_KEYS)):
        _, partition, _, _, account, _ = _parts(arn)
        yield Home(
            "aws" if is_open(partition) or not partition else partition,
            account if account.isdigit() else SAMPLE_ACCOUNT,
        )
    for account in _asked((statement,), _ACCOUNT_KEYS):
        if account.isdigit():
            yield Home(account=account)


def _asked(statements: Iterable[Statement], keys: frozenset[str]) -> Iterator[str]:
    """Yield the values that one of these keys may have, so that conditions hold."""
    for statement in statements:
        for condition in statement.conditions:
            if condition.key in keys and not condition.negated and condition.operator != "Null":
                yield from condition.values


def _parts(arn: str) -> list[str]:
    return (arn.split(":", _PARTS - 1) + [""] * _PARTS)[:_PARTS]
