"""What a call has to be allowed: one action on one resource, with the keys that only it has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from eks_pod_identity_emulator.authorization import ResourcePolicy
from eks_pod_identity_emulator.sessions import Keys


def no_tags() -> Mapping[str, str]:
    """Return no tags."""
    return {}


@dataclass(frozen=True, slots=True)
class Check:
    """One question to IAM.

    Attributes:
        action: `service:Action`.
        resource: ARN of what is acted on, `*` if the action has none.
        keys: Context keys of the action and the resource, besides its tags.
        owner: Account of the resource, empty if it is the caller's.
        policy: The resource's own policy, None if there cannot be any.
        tags: Reads the resource's tags; asked only where a policy speaks of them.
        tag_keys: Prefixes of the keys that tags have, such as `aws:ResourceTag`.
        shown: What a refusal calls the resource; the ARN if None.
    """

    action: str
    resource: str = "*"
    keys: Keys = field(default_factory=dict)
    owner: str = ""
    policy: ResourcePolicy | None = None
    tags: Callable[[], Mapping[str, str]] = no_tags
    tag_keys: tuple[str, ...] = ("aws:ResourceTag",)
    shown: str | None = None
