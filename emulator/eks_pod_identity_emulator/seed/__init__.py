"""What is in the emulated AWS before the first call, read from a YAML file.

A file has `settings` and `accounts`; every key that the reader does not know is refused by its
path. The server applies roles, policies, namespaces and service accounts; `EksService.load`
applies clusters with their add-ons and associations.
"""

from eks_pod_identity_emulator.seed.mapping import SeedError
from eks_pod_identity_emulator.seed.reader import load_seed, parse_seed
from eks_pod_identity_emulator.seed.values import (
    EMPTY_SEED,
    Seed,
    SeedAccount,
    SeedAddon,
    SeedAddonAssociation,
    SeedAddonOutcome,
    SeedAssociation,
    SeedCluster,
    SeedPolicy,
    SeedRegion,
    SeedRole,
    SeedServiceAccount,
)

__all__ = [
    "EMPTY_SEED",
    "Seed",
    "SeedAccount",
    "SeedAddon",
    "SeedAddonAssociation",
    "SeedAddonOutcome",
    "SeedAssociation",
    "SeedCluster",
    "SeedError",
    "SeedPolicy",
    "SeedRegion",
    "SeedRole",
    "SeedServiceAccount",
    "load_seed",
    "parse_seed",
]
