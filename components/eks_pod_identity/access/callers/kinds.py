"""The kinds of caller by name, in the order in which answers list them."""

from collections.abc import Callable, Mapping
from enum import Enum

from eks_pod_identity.access.callers.account import AccountCalls
from eks_pod_identity.access.callers.calls import Calls
from eks_pod_identity.access.callers.chain import ChainedCalls
from eks_pod_identity.access.callers.permission import PermissionCalls
from eks_pod_identity.access.callers.pods import PodCalls
from eks_pod_identity.access.callers.service import ServiceCalls
from eks_pod_identity.access.callers.token import TokenCalls
from eks_pod_identity.access.setting import Setting


class Kind(Enum):
    """A kind of caller. Own and other mean the account, that of the role or another one."""

    OWN_PODS = "pods"
    OTHER_PODS = "pods of other accounts"
    TOKENS = "tokens of identity providers"
    OWN_CALLERS = "roles and users"
    OTHER_CALLERS = "roles and users of other accounts"
    OWN_CHAIN = "pods by way of another role"
    OTHER_CHAIN = "pods of other accounts by way of a role"
    SERVICES = "other services"
    PERMISSIONS = "permissions"


_MAKERS: Mapping[Kind, Callable[[Setting], Calls]] = {
    Kind.OWN_PODS: lambda setting: PodCalls(setting, own=True),
    Kind.OTHER_PODS: lambda setting: PodCalls(setting, own=False),
    Kind.TOKENS: TokenCalls,
    Kind.OWN_CALLERS: lambda setting: AccountCalls(setting, own=True),
    Kind.OTHER_CALLERS: lambda setting: AccountCalls(setting, own=False),
    Kind.OWN_CHAIN: lambda setting: ChainedCalls(setting, own=True),
    Kind.OTHER_CHAIN: lambda setting: ChainedCalls(setting, own=False),
    Kind.SERVICES: ServiceCalls,
    Kind.PERMISSIONS: PermissionCalls,
}
KINDS = tuple(each for each in Kind if each is not Kind.PERMISSIONS)
"""The kinds of caller that a trust policy may let in."""


def calls_of(kind: Kind, setting: Setting) -> Calls:
    """Return the calls of one kind of caller, with unknowns of their own."""
    return _MAKERS[kind](setting)
