"""The wait for EKS to see a role never blocks the program."""

import asyncio

import pulumi

from eks_pod_identity.components.guards.role_spread import RoleSpread

_ERROR = "InvalidParameterException: Role provided in the request does not exist."
_COUNT = 50
_HANG_GUARD = 30.0  # seconds


def _failure(urn: str) -> pulumi.ErrorHookArgs:
    return pulumi.ErrorHookArgs(
        urn, "id", "cni", "aws:eks/addon:Addon", failed_operation="update", errors=[_ERROR]
    )


def test_fifty_waits_take_the_time_of_one() -> None:
    """All of them are asleep at once, or the barrier would never let them through."""

    async def wait_all() -> list[bool]:
        barrier = asyncio.Barrier(_COUNT)

        async def sleep(_: float) -> None:
            await barrier.wait()

        spread = RoleSpread(sleep)
        waits = (spread.wait(_failure(str(number))) for number in range(_COUNT))
        return await asyncio.wait_for(asyncio.gather(*waits), _HANG_GUARD)

    assert asyncio.run(wait_all()) == [True] * _COUNT
