"""Accounts and organizations that an attacker may have, as far as conditions leave him a choice.

In: statements. Out: accounts, and organizations or paths in one, that are not those meant: some fit
wildcards, others stand beside a number.
"""

from collections.abc import Iterator
from itertools import islice

from eks_pod_identity.iam.evaluation import Statement
from eks_pod_identity.iam.evaluation.glob import matches, to_pattern
from eks_pod_identity_policies.trust.arn_pattern import accounts_like, fill, is_open, parts_of
from eks_pod_identity_policies.trust.call import SAMPLE_UNIT
from eks_pod_identity_policies.trust.literals import ARN_KEYS, FOREIGN_ORG, values_of

FOREIGN_ACCOUNT = "999999999999"
FOREIGN_PATH = f"{FOREIGN_ORG}/{SAMPLE_UNIT}"
_DIGITS = 12
_SOME = 8


def source_accounts(statements: tuple[Statement, ...]) -> tuple[str, ...]:
    """Return accounts of clusters: one that is not named, some that fit what is."""
    arns = (arn for key in ARN_KEYS for arn in values_of(statements, key))
    patterns = [
        *values_of(statements, "aws:sourceaccount"),
        *(parts[4] for arn in arns for parts in parts_of(arn)),
    ]
    named = [to_pattern(each) for each in patterns if any(map(str.isdigit, each))]
    strangers = (digit * _DIGITS for digit in "9876543210")
    unnamed = (each for each in strangers if not any(matches(name, each) for name in named))
    wild = (each for each in patterns if "*" in each or "?" in each)
    beside = accounts_beside(statements, "aws:sourceaccount")
    found = (next(unnamed, FOREIGN_ACCOUNT), *beside, *accounts_like(wild, "9"))
    return tuple(dict.fromkeys(found))


def accounts_beside(statements: tuple[Statement, ...], key: str) -> Iterator[str]:
    """Yield the accounts before and after those that a key is compared with as a number."""
    for statement in statements:
        for condition in statement.conditions:
            if condition.key == key and condition.operator.startswith("Numeric"):
                for each in islice(filter(str.isdecimal, condition.values), _SOME):
                    yield from (str(int(each[:_DIGITS]) + by).zfill(_DIGITS) for by in (-1, 1))


def source_orgs(statements: tuple[Statement, ...]) -> tuple[str, ...]:
    """Return organizations, or paths in some, that fit the wildcards of conditions."""
    return tuple(_orgs(statements, "aws:sourceorg"))


def principal_orgs(statements: tuple[Statement, ...]) -> tuple[str, ...]:
    """Return the same, for conditions on who calls."""
    return tuple(_orgs(statements, "aws:principalorg"))


def _orgs(statements: tuple[Statement, ...], family: str) -> Iterator[str]:
    # Only an organization's id is unique; roots and units of others may be called the same.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
    for key in (f"{family}id", f"{family}paths"):
        for value in values_of(statements, key)[:_SOME]:
            if is_open(value.partition("/")[0]) and "${" not in value:
                yield fill(value, "z")
