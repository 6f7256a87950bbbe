"""What all calls have in common: when they are made, how, and for which role.

A kind of caller says which keys its calls carry, as texts of unknowns. A key of which it knows
nothing is an unknown by itself, with its name. Availability of keys:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from eks_pod_identity.access.clause import Formula, any_of, contrary, of_truth
from eks_pod_identity.access.domains import ORGANIZATION
from eks_pod_identity.access.lines import HORIZON
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.access.space import (
    Order,
    Reading,
    Space,
    Value,
    constant,
    optional_value,
)
from eks_pod_identity.access.unknown import Unknown
from eks_pod_identity.iam.evaluation import Principal, Statement, Truth
from eks_pod_identity.iam.evaluation.policy import Principals
from eks_pod_identity.iam.evaluation.principal import names_principal

SOURCE_KEYS = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths")
# Trusted identity propagation: no call of a pod or of a service for a pod carries an identity.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_tip.html
PROPAGATED = frozenset({"aws:originidentity/", "aws:transactioncontext/"})


class Calls(ABC):
    """The calls of one kind of caller.

    Attributes:
        actions: What they need, all of it; in lower case.
        free_keys: Whether keys of which nothing is known are like others (of some caller they will
            have any value), or an answer depends on them.
        space: Their unknowns.
    """

    actions: tuple[str, ...] = ("sts:assumerole", "sts:tagsession")
    free_keys: ClassVar[Order] = Order.UNTOLD

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.space = Space(setting)
        self._read: dict[str, Reading] = {}

    def read_key(self, key: str) -> Reading:
        """Return what a key (in lower case) holds."""
        if key not in self._read:
            self._read[key] = self._find(key)
        return self._read[key]

    def _find(self, key: str) -> Reading:
        found = self.keys().get(key)
        if found is not None:
            return found
        if self.is_never_sent(key):
            return None
        return self.own_key(key) or self._common(key) or self.space.free_key(key, self.free_keys)

    @abstractmethod
    def keys(self) -> Mapping[str, Value]:
        """Return the keys that these calls carry."""

    @abstractmethod
    def is_never_sent(self, key: str) -> bool:
        """Tell whether none of these calls carries a key."""

    def own_key(self, key: str) -> Reading:  # noqa: ARG002 - for kinds that have such keys
        """Return what a key holds that is made when it is asked for; None if there is none."""
        return None

    def names(self, statement: Statement) -> tuple[Formula, ...]:
        """Return the clauses under which a statement speaks of the caller."""
        if statement.principals is None:
            return ()
        named = self.named_by(statement.principals)
        return tuple(contrary(named)) if statement.not_principals else (named,)

    @abstractmethod
    def named_by(self, principals: Principals) -> Formula:
        """Return when a Principal element names the caller."""

    def covers(self, statement: Statement, action: str) -> bool:
        """Tell whether a statement speaks of an action."""
        return statement.names_action(action) is Truth.YES

    def needs(self, action: str) -> Formula | None:  # noqa: ARG002 - for kinds with a choice
        """Return when an action is not needed; None if it always is."""
        return None

    def role_organization(self) -> Unknown | str:
        """Return the organization of the role's account; empty if it is in none."""
        if self.setting.organization is not None:
            return self.setting.organization
        return self.space.word("the role's organization", ORGANIZATION, optional=True)

    def _common(self, key: str) -> Reading:
        if key == "aws:resourceaccount":
            return constant(self.setting.account)
        if key == "aws:resourceorgid":
            return organization_value(self.role_organization())
        if key in {"aws:currenttime", "aws:epochtime"}:
            time = self.space.line("time", (self.setting.now, HORIZON))
            return Value(((time,),))
        return constant("true") if key == "aws:securetransport" else None

    def untold_principal(self, name: str) -> Formula:
        """Return what depends on a principal of which it cannot be told who it is."""
        return self.space.untold(f'Principal "{name}"', ("principal", name))


def organization_value(organization: Unknown | str, *gates: Unknown) -> Reading:
    """Return a key that holds an organization's id, if there is one."""
    if isinstance(organization, Unknown):
        return optional_value(organization, *gates)
    return constant(organization, *gates) if organization else None


def service_named(principals: Principals, service: str, calls: Calls) -> Formula:
    """Return when a Principal element names one service."""
    truth = names_principal(principals, Principal.service(service))
    if truth is Truth.UNKNOWN:
        return any_of(calls.untold_principal(each) for each in principals.get("Service", ()))
    return of_truth(truth is Truth.YES)
