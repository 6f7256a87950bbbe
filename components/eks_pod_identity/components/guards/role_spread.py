"""An error hook that waits until EKS sees what IAM has: a new role, or a role's new trust policy.

IAM is eventually consistent, and no read of EKS shows what it sees, so nothing can be awaited in
advance. The AWS provider tries again only some of the calls that name a role
(https://github.com/hashicorp/terraform-provider-aws/issues/34711, UpdateAddon is sent once).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pulumi

from eks_pod_identity.components.guards.hooks import hook_name
from eks_pod_identity.planning.role_spread import next_pause

_Sleep = Callable[[float], Awaitable[object]]


class RoleSpread:
    """Waits for the resources of one component, each on its own."""

    def __init__(
        self, sleep: _Sleep = asyncio.sleep, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take in how to wait.

        Args:
            sleep: Waits some seconds, without blocking the program.
            clock: Seconds that never go back.
        """
        self._sleep = sleep
        self._clock = clock
        self._since: dict[str, float] = {}

    async def wait(self, args: pulumi.ErrorHookArgs) -> bool:
        """Wait a while; tell whether the operation is worth another try."""
        now = self._clock()
        waited = now - self._since.setdefault(args.urn, now)
        pause = next_pause(args.type, args.failed_operation, args.errors, waited)
        if pause is None:
            return False
        pulumi.info(
            f"{args.name}: EKS does not see its role yet; next try in {pause:.0f} s",
            # The first line stays; those after it replace each other.
            ephemeral=waited > 0,
        )
        await self._sleep(pause)
        return True


def role_spread_hook(name: str) -> pulumi.ErrorHook:
    """Return the hook for the resources of a component that name roles.

    Args:
        name: The name of the component.
    """
    return pulumi.ErrorHook(hook_name(f"{name}-role-spread"), RoleSpread().wait)
