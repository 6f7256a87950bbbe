"""A difference between desired and observed, as a frozen value."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import AddonState, Association, Role, ServiceAccountState
from eks_pod_identity.planning.desired import DesiredAddon, DesiredAssociation, MadeRole


class Step(StrEnum):
    """What has to be done; Pulumi's words."""

    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"


class Kind(StrEnum):
    """What it is done to."""

    ADDON = "add-on"
    ROLE = "role"
    SERVICE_ACCOUNT = "service account"
    ASSOCIATION = "association"


Desired: TypeAlias = DesiredAddon | DesiredAssociation | MadeRole | ServiceAccountRef
Observed: TypeAlias = AddonState | Association | Role | ServiceAccountState


@dataclass(frozen=True, slots=True)
class Change:
    """One step.

    Attributes:
        step: What is done; `same` is a step too, with its reason.
        kind: To what kind of thing.
        name: Add-on name, role name, or `namespace/service-account`.
        address: Where in the file, without numbers, so that order does not matter.
        reasons: Why; for an update, one entry per difference.
        desired: What shall be; None if it goes.
        observed: What is; None if it is new.
        addon: The add-on that it is part of.
    """

    step: Step
    kind: Kind
    name: str
    address: str
    reasons: tuple[str, ...]
    desired: Desired | None = None
    observed: Observed | None = None
    addon: str | None = None

    @property
    def is_same(self) -> bool:
        """Whether nothing is to be done."""
        return self.step is Step.SAME
