"""Tags: a provider's default tags, a resource's own, and what AWS adds by itself.

`tags` are the resource's own; `tagsAll` is what AWS shall have. Only `tagsAll` is written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from eks_pod_identity_emulator.plugins.values import UNKNOWN, Value, contains_unknown


@dataclass(frozen=True, slots=True)
class TagRules:
    """What a provider says of tags.

    Attributes:
        defaults: Tags of every resource that does not set them itself.
        ignored_keys: Tags that somebody else looks after.
        ignored_prefixes: The same, by how their keys begin.
    """

    defaults: Mapping[str, str] = field(default_factory=dict)
    ignored_keys: frozenset[str] = frozenset()
    ignored_prefixes: tuple[str, ...] = ()

    def all_tags(self, tags: Value) -> Value:
        """Join the defaults with a resource's own tags, which win."""
        if tags is UNKNOWN or contains_unknown(tags or {}):
            return UNKNOWN
        return self.managed({**self.defaults, **(tags or {})})

    def managed(self, tags: Mapping[str, str]) -> dict[str, str]:
        """Leave out what is ignored, and what AWS itself sets."""
        return {key: value for key, value in tags.items() if not self._is_ignored(key)}

    def own_tags(self, tags: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
        """Leave out the defaults, except those that the resource is known to set itself."""
        return {
            key: value
            for key, value in tags.items()
            if key in known or self.defaults.get(key) != value
        }

    def _is_ignored(self, key: str) -> bool:
        return key.startswith(("aws:", *self.ignored_prefixes)) or key in self.ignored_keys


def to_list(tags: Mapping[str, str] | None) -> list[dict[str, str]] | None:
    """Write tags as IAM, Secrets Manager and S3 take them; nothing for none."""
    return [{"Key": key, "Value": value} for key, value in sorted((tags or {}).items())] or None


def from_list(tags: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Read tags as IAM, Secrets Manager and S3 tell them."""
    return {str(tag["Key"]): str(tag.get("Value", "")) for tag in tags}
