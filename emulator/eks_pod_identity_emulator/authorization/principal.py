"""Principal elements: whether they name a caller, and how directly.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from eks_pod_identity_emulator.authorization.request import Principal, PrincipalKind
from eks_pod_identity_emulator.authorization.text_pattern import compile_tokens, tokens_of

_ACCOUNT = re.compile(r"(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?")
_ARN = re.compile(r"arn:aws[a-z-]*:(?:iam|sts)::\d{12}:.+")
_IN_ACCOUNTS = frozenset({PrincipalKind.ROLE, PrincipalKind.ROOT, PrincipalKind.USER})


class Naming(IntEnum):
    """How a policy names a caller; what is more direct is greater.

    "Resource-based policies that grant permissions to an IAM role ARN are limited by an implicit
    deny in a permissions boundary or session policy", those that name the session or a user are
    not, and those that name the account leave it to the account's own policies:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-resource.html
    """

    NOT = 0
    ACCOUNT = 1
    ROLE = 2
    SELF = 3


@dataclass(frozen=True, slots=True)
class Principals:
    """A Principal or NotPrincipal element.

    Attributes:
        names: Names by kind: AWS, Service, Federated or CanonicalUser.
        excluded: Whether these are the ones left out.
    """

    names: Mapping[str, Sequence[str]]
    excluded: bool = False

    @classmethod
    def of(cls, element: Any, *, excluded: bool) -> "Principals":  # noqa: ANN401 - JSON
        """Return the element of a document."""
        kinds = {"AWS": element} if isinstance(element, str) else element
        listed = {
            kind: tuple(names) if isinstance(names, list) else (names,)
            for kind, names in kinds.items()
        }
        return cls(listed, excluded)

    def naming(self, principal: Principal, *, doubt: bool) -> Naming:
        """Return how the element names a caller; `doubt` if AWS leaves open whether it does."""
        if self.excluded:
            return Naming.NOT if self._exempts(principal, doubt=not doubt) else Naming.ROLE
        return self._most_direct(principal, doubt=doubt)

    def _most_direct(self, principal: Principal, *, doubt: bool) -> Naming:
        return max(self._namings(principal, doubt=doubt), default=Naming.NOT)

    def _namings(self, principal: Principal, *, doubt: bool) -> Iterator[Naming]:
        for name in self.names.get("AWS", ()):
            yield _by_name(name, principal, doubt=doubt)
        if doubt and principal.kind in _IN_ACCOUNTS and self.names.get("CanonicalUser"):
            yield Naming.ACCOUNT  # an id that is none of the caller's names
        if principal.kind in (PrincipalKind.SERVICE, PrincipalKind.FEDERATED):
            for name in self.names.get(principal.kind.value, ()):
                yield _by_provider(name, principal, doubt=doubt)

    def _exempts(self, principal: Principal, *, doubt: bool) -> bool:
        """Say whether a NotPrincipal leaves a caller out.

        Of a session its role, the session itself and the account have to be listed, of a user the
        user and the account:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        """
        if doubt or principal.kind not in _IN_ACCOUNTS:
            return self._most_direct(principal, doubt=doubt) is not Naming.NOT
        listed = self.names.get("AWS", ())
        by_account = any(_account_of(name) == principal.account for name in listed)
        return "*" in listed or (by_account and {principal.name, principal.arn} <= {*listed})


def _by_name(name: str, principal: Principal, *, doubt: bool) -> Naming:
    if name == "*":
        # Public: not documented as naming one caller himself, so limits count.
        return Naming.ROLE
    if principal.kind not in _IN_ACCOUNTS:
        return Naming.NOT
    if name == principal.name:
        return Naming.SELF
    if name == principal.role_arn:
        return Naming.ROLE
    if account := _account_of(name):
        return Naming.ACCOUNT if account == principal.account else Naming.NOT
    return Naming.ACCOUNT if doubt and _may_name(name, principal) else Naming.NOT


def _may_name(name: str, principal: Principal) -> bool:
    """Say whether an unfamiliar name might be the caller's.

    Wildcards in part of a name are not allowed, and whom a unique id such as AROA... belongs to is
    not known here.
    """
    if "*" in name or "?" in name:
        pattern = compile_tokens(tokens_of(name))
        root = f"{principal.arn.rsplit(':', 1)[0]}:root"
        return any(pattern.match(each) for each in (principal.name, principal.arn, root))
    return _ARN.fullmatch(name) is None


def _by_provider(name: str, principal: Principal, *, doubt: bool) -> Naming:
    if name == principal.name:
        return Naming.SELF
    # Names are in lower case; whether another case is the same is not documented.
    similar = compile_tokens(tokens_of(name.lower())).match(principal.name.lower())
    return Naming.SELF if doubt and similar else Naming.NOT


def _account_of(name: str) -> str:
    """Return the account that a name stands for as a whole, or an empty text."""
    found = _ACCOUNT.fullmatch(name)
    return found[1] if found and (name.isdigit() or name.endswith(":root")) else ""
