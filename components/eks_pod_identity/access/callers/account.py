"""Roles and users of an account that assume a role themselves.

What they write into the call (tags, external id, session name) is theirs to choose; what IAM knows
of them is not. In the role's own account the account is known, in another one it is not.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property

from eks_pod_identity.access import domains
from eks_pod_identity.access.callers.calls import (
    SOURCE_KEYS,
    Calls,
    organization_value,
)
from eks_pod_identity.access.callers.pods import PRINCIPAL_TAG, REQUEST_TAG
from eks_pod_identity.access.clause import (
    ALWAYS,
    NEVER,
    Formula,
    Literal,
    any_of,
    both,
    contrary,
    of_truth,
    one,
    present,
)
from eks_pod_identity.access.lines import ADDRESSES
from eks_pod_identity.access.match import match_shape
from eks_pod_identity.access.pattern import shape_of
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.access.space import (
    Chosen,
    Order,
    Reading,
    Text,
    Value,
    constant,
    optional_value,
)
from eks_pod_identity.access.unknown import Unknown
from eks_pod_identity.iam.evaluation.glob import has_wildcard, to_pattern
from eks_pod_identity.iam.evaluation.policy import Principals
from eks_pod_identity.iam.evaluation.principal import account_of

_CHOSEN: Mapping[str, tuple[domains.Domain, bool]] = {
    "sts:externalid": (domains.EXTERNAL_ID, True),
    "sts:rolesessionname": (domains.SESSION_NAME, False),
    "sts:sourceidentity": (domains.SESSION_NAME, True),
}
_KNOWN: Mapping[str, tuple[domains.Domain, bool]] = {
    "aws:multifactorauthpresent": (domains.BOOLEAN, True),
    "aws:viaawsservice": (domains.BOOLEAN, False),
}
_NEVER_SENT = frozenset({"aws:principalservicename", "aws:principalservicenameslist"})


class AccountCalls(Calls):
    """Roles and users of the role's account or of another one, assuming the role themselves."""

    free_keys = Order.KEY
    resources = domains.RESOURCE

    def __init__(self, setting: Setting, *, own: bool) -> None:
        super().__init__(setting)
        self.own = own
        self.tags = self.space.flag("session tags")
        self.account: Unknown | str = setting.account
        if not own:
            self.account = self.space.word(
                "account", domains.ACCOUNT, excluded=frozenset({setting.account})
            )
        self.resource = self.space.word("role or user", self.resources)

    @cached_property
    def organization(self) -> Unknown | str:
        """The organization of the caller's account."""
        if self.own:
            return self.role_organization()
        return self.space.word("organization", domains.ORGANIZATION, optional=True)

    @cached_property
    def arn(self) -> Text:
        """The caller's ARN: of a session it is that of its role."""
        partition = self.setting.partition
        if isinstance(self.account, Unknown):
            return (f"arn:{partition}:iam::", self.account, ":", self.resource)
        return (f"arn:{partition}:iam::{self.account}:", self.resource)

    def keys(self) -> Mapping[str, Value]:
        """Return the keys that these calls carry."""
        return self._keys

    @cached_property
    def _keys(self) -> Mapping[str, Value]:
        account: Text = (self.account,)
        return {
            "aws:principalaccount": Value((account,)),
            "aws:principalarn": Value((self.arn,)),
            "aws:principalisawsservice": constant("false"),
        }

    def own_key(self, key: str) -> Reading:
        """Return what the caller chooses, or IAM knows of him."""
        if key.startswith(REQUEST_TAG):
            tag = self.space.word(
                self.space.spelling(key), domains.TAG, optional=True, order=Order.KEY
            )
            return optional_value(tag, self.tags)
        if key in {"aws:tagkeys", "sts:transitivetagkeys"}:
            return Chosen(frozenset({present(self.tags)}))
        for keys in (_CHOSEN, _KNOWN):
            if key in keys:
                domain, optional = keys[key]
                return optional_value(
                    self.space.word(
                        self.space.spelling(key), domain, optional=optional, order=Order.KEY
                    )
                )
        if key.startswith(PRINCIPAL_TAG):
            tag = self.space.word(
                self.space.spelling(key), domains.TAG, optional=True, order=Order.KEY
            )
            return optional_value(tag)
        return self._about_caller(key)

    def _about_caller(self, key: str) -> Reading:
        if key == "aws:sourceip":
            return optional_value(self.space.line("address", ADDRESSES, optional=True))
        if key == "aws:principalorgid":
            return organization_value(self.organization)
        if key == "aws:principalorgpaths":
            found = organization_value(self.organization)
            place = self.space.word("place in the organization", domains.PLACE)
            if isinstance(found, Value):
                return Value(((*found.texts[0], "/", place),), found.gates)
        return None

    def is_never_sent(self, key: str) -> bool:
        """Tell whether none of these calls carries a key."""
        host = key.partition(":")[0]
        return (
            key in SOURCE_KEYS
            or key in _NEVER_SENT
            or "." in host
            or host == "saml"
            or (key == "aws:principalorgid" and self.organization == "")
        )

    def needs(self, action: str) -> Formula | None:
        """Return when an action is not needed: who passes no tags needs not pass them."""
        if action != "sts:tagsession":
            return None
        return any_of(contrary(one(present(self.tags))))

    def named_by(self, principals: Principals) -> Formula:
        """Return when a Principal element names the caller."""
        return any_of(self._named(principals))

    def _named(self, principals: Principals) -> Iterator[Formula]:
        for name in principals.get("AWS", ()):
            yield self._named_as(name)
        for name in principals.get("CanonicalUser", ()):
            yield self.untold_principal(name)

    def _named_as(self, name: str) -> Formula:
        if name == "*":
            return ALWAYS
        if account := account_of(name):
            return self._of_account(account)
        parts = name.split(":", 5)
        if has_wildcard(to_pattern(name)) or len(parts) < len(self._ARN):
            return self.untold_principal(name)
        return self._of_arn(name, parts)

    _ARN = ("arn", "partition", "service", "region", "account", "resource")

    def _of_arn(self, name: str, parts: list[str]) -> Formula:
        if parts[2] == "sts" and parts[5].startswith("assumed-role/"):
            # A session of the caller's role, but of which name is not known.
            role = parts[5].split("/")[1]
            ending = match_shape(
                self.space, (self.resource,), shape_of(to_pattern(f"role/*{role}"))
            )
            return both(both(self._of_account(parts[4]), ending), self.untold_principal(name))
        return match_shape(self.space, self.arn, shape_of(name))

    def _of_account(self, account: str) -> Formula:
        if isinstance(self.account, Unknown):
            if not self.account.may_be(account):
                return NEVER
            return one(Literal(self.account.rank, self.account.is_text(account)))
        return of_truth(self.account == account)
