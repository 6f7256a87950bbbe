"""What every operation works with besides the state of its region."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.eks.catalog import Catalog
from eks_pod_identity_emulator.eks.identifiers import Identifiers
from eks_pod_identity_emulator.eks.region import Region
from eks_pod_identity_emulator.eks.roles import RoleChecks
from eks_pod_identity_emulator.settings import Settings

Params = Mapping[str, Any]
Answer = dict[str, Any]
Operation = Callable[[Region, Params], Answer]


@dataclass(frozen=True, slots=True)
class Environment:
    """Settings, time, IAM, the catalog and the source of identifiers."""

    settings: Settings
    clock: Clock
    roles: RoleChecks
    catalog: Catalog
    identifiers: Identifiers
