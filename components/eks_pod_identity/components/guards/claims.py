"""What components of one program claim twice: a service account, a role's name, an add-on.

A component sees its own arguments only, and AWS would refuse the second claimant half-way. In:
names, as far as they are known before anything is made. Out: problems.
"""

from collections.abc import Iterator, MutableMapping
from typing import TypeAlias
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.config import Fault
from eks_pod_identity.errors import Problem

_Claimants: TypeAlias = MutableMapping[tuple[str, ...], str]
_of_runs: WeakKeyDictionary[object, _Claimants] = WeakKeyDictionary()


class Claims:
    """Remembers who claims what; each method yields a problem if somebody else does already."""

    def __init__(self, component: pulumi.ComponentResource) -> None:
        """Take in whose claims these are.

        Args:
            component: Already registered, so that its provider is settled.
        """
        here = find_aws_context(component)
        self._account, self._region = here.account, here.region
        self._claimants = _claimants_of_run()

    def association(
        self,
        address: str,
        cluster: pulumi.Input[str],
        namespace: pulumi.Input[str],
        name: pulumi.Input[str],
    ) -> Iterator[Problem]:
        """Claim a service account.

        Args:
            address: Who claims it.
            cluster: The account's cluster.
            namespace: Its namespace.
            name: Its name.
        """
        if other := self._claim(address, "association", self._region, cluster, namespace, name):
            yield Problem(
                Fault.ASSOCIATION_DUPLICATE.id,
                address,
                f'{namespace}/{name} of cluster "{cluster}" is claimed by {other} too, and a'
                " service account has one association",
                help=("keep one of them",),
            )

    def role(self, address: str, name: pulumi.Input[str] | None) -> Iterator[Problem]:
        """Claim the name of a role that is to be made; one that is adopted may have none here."""
        if name is None:
            return
        known = name.lower() if isinstance(name, str) else name  # IAM does not tell case apart
        if other := self._claim(address, "role", known):
            yield Problem(
                Fault.ROLE_NAME_DUPLICATE.id,
                address,
                f'a role named "{name}" is made by {other} too',
                help=(
                    "give each a role name of its own, or none",
                    "to share one role, make it once and give its ARN",
                ),
            )

    def addon(self, address: str, cluster: pulumi.Input[str], name: str) -> Iterator[Problem]:
        """Claim an add-on of a cluster."""
        if other := self._claim(address, "add-on", self._region, cluster, name):
            yield Problem(
                Fault.ADDON_DUPLICATE.id,
                address,
                f'"{name}" of cluster "{cluster}" is installed by {other} too',
                help=("keep one of them",),
            )

    def has_addon(self, cluster: str, name: str) -> bool:
        """Tell whether a component that came before installs an add-on."""
        return (self._account, "add-on", self._region, cluster, name) in self._claimants

    def _claim(self, address: str, *what: pulumi.Input[str]) -> str | None:
        """Return who claims it already, unless that is the same."""
        known = tuple(each for each in what if isinstance(each, str))
        if len(known) < len(what):  # an output: AWS tells
            return None
        claimant = self._claimants.setdefault((self._account, *known), address)
        return None if claimant == address else claimant


def _claimants_of_run() -> _Claimants:
    monitor: object = get_monitor()
    # Tests of a program make components of many programs against one mock.
    if monitor is None or isinstance(monitor, MockMonitor):
        return {}
    return _of_runs.setdefault(monitor, {})
