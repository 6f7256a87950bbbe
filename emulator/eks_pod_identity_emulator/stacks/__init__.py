"""CloudFormation's resource types, where MiniStack's own would let pass what AWS refuses."""

from eks_pod_identity_emulator.stacks.seeding import seed_stacks
from eks_pod_identity_emulator.stacks.service import StackService

__all__ = ["StackService", "seed_stacks"]
