"""The Principal element: whether a caller is among those it names.

In: the element in normal form (kinds, each with a list of names) and a caller. Out: a truth.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from eks_pod_identity.iam.evaluation.glob import has_wildcard, matches, to_pattern
from eks_pod_identity.iam.evaluation.request import Principal, PrincipalKind
from eks_pod_identity.iam.evaluation.truth import Truth, any_of, truth_of

_ACCOUNT = re.compile(r"(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?")
_ARN_ACCOUNT = re.compile(r"arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):(.+)")


def names_principal(element: Mapping[str, Sequence[str]], principal: Principal) -> Truth:
    """Tell whether a Principal element names a caller, himself or by his account."""
    return any_of(_truths(element, principal))


def exempts_principal(element: Mapping[str, Sequence[str]], principal: Principal) -> Truth:
    """Tell whether a NotPrincipal element names a caller.

    "You must also specify the account ARN of the not-denied principal": IAM looks for account, then
    user, or account, role and session, of which the name is not known here.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    found = names_principal(element, principal)
    names = element.get("AWS", ())
    if found is not Truth.YES or principal.kind is not PrincipalKind.AWS or "*" in names:
        return found
    caller = _ARN_ACCOUNT.fullmatch(principal.name)
    by_account = caller is not None and caller[1] in {account_of(name) for name in names}
    by_user = principal.name in names and ":user/" in principal.name
    return Truth.YES if by_account and by_user else Truth.UNKNOWN


def account_of(name: str) -> str:
    """Return the account that an AWS principal stands for as a whole, or an empty text."""
    found = _ACCOUNT.fullmatch(name)
    return found[1] if found and (name.isdigit() or name.endswith(":root")) else ""


def _truths(element: Mapping[str, Sequence[str]], principal: Principal) -> Iterator[Truth]:
    for name in element.get("AWS", ()):
        yield _names_aws(name, principal)
    if element.get("CanonicalUser") and principal.kind is PrincipalKind.AWS:
        yield Truth.UNKNOWN  # an id that cannot be told from an ARN
    if principal.kind in {PrincipalKind.SERVICE, PrincipalKind.FEDERATED}:
        for name in element.get(principal.kind.value, ()):
            yield _names_exactly(name, principal.name)


def _names_aws(name: str, principal: Principal) -> Truth:
    if name == "*":
        return Truth.YES  # services and anonymous callers too
    if principal.kind is not PrincipalKind.AWS:
        return Truth.NO
    if name == principal.name:
        return Truth.YES
    found = _ARN_ACCOUNT.fullmatch(principal.name)
    if account := account_of(name):
        return truth_of(found is not None and found[1] == account)
    return _names_arn(name, principal.name)


def _names_arn(name: str, arn: str) -> Truth:
    if has_wildcard(to_pattern(name)):
        # IAM refuses a wildcard in part of a name; other services may not.
        pattern = to_pattern(name)
        return Truth.UNKNOWN if matches(pattern, arn) or matches(pattern, _root(arn)) else Truth.NO
    named = _ARN_ACCOUNT.fullmatch(name)
    if named is None:
        return Truth.UNKNOWN  # a unique id such as AROA..., whose owner is not known
    if ":assumed-role/" not in name:
        return Truth.NO
    caller = _ARN_ACCOUNT.fullmatch(arn)
    # A session of the caller's role, but of which name is not known.
    session_of = caller and (caller[1], _role_name(caller[2])) == (named[1], _role_name(named[2]))
    return Truth.UNKNOWN if session_of else Truth.NO


def _root(arn: str) -> str:
    return ":".join((*arn.split(":")[:5], "root"))


def _role_name(resource: str) -> str:
    if resource.startswith("assumed-role/"):
        return resource.split("/")[1]
    return resource.rpartition("/")[2] if resource.startswith("role/") else ""


def _names_exactly(name: str, wanted: str) -> Truth:
    if name == wanted:
        return Truth.YES
    # Names of services are in lower case; whether another case is the same is not documented.
    same = name.lower() == wanted.lower() or matches(to_pattern(name), wanted)
    return Truth.UNKNOWN if same else Truth.NO
