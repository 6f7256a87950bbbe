"""Tags as they stand in properties, in the two forms that providers have for them.

In: properties. Out: plain tags and their keys.
"""

import json
from collections.abc import Iterator, Mapping

from eks_pod_identity_policies.values import Plain, has_unknown, objects


def tag_keys(tags: Plain) -> Iterator[str]:
    """Yield the keys of tags: of a mapping, or of a list of keys and values."""
    if isinstance(tags, dict):
        yield from tags
    for tag in objects(tags):
        if isinstance(tag.get("key"), str):
            yield tag["key"]


def known_tags(*written: Plain) -> dict[str, str] | None:
    """Return the tags of properties in both forms, None if any of them is not known."""
    found: dict[str, str] = {}
    for tags in written:
        if has_unknown(tags):
            return None
        if isinstance(tags, dict):
            found |= {key: str(value) for key, value in tags.items()}
        found |= {str(each.get("key")): str(each.get("value")) for each in objects(tags)}
    return found


def with_tags(tags: list[Plain] | dict[str, Plain], added: Mapping[str, str]) -> Plain:
    """Return tags with others added, in the form that they have."""
    if isinstance(tags, list):
        return [*tags, *({"key": key, "value": value} for key, value in added.items())]
    return {**tags, **added}


def default_tags(provider: Mapping[str, Plain]) -> Plain:
    """Return the tags that a provider puts on all its resources, None if it has none."""
    default = provider.get("defaultTags")
    if isinstance(default, str):  # the configuration of a provider made in a program is JSON text
        try:
            default = json.loads(default)
        except (ValueError, RecursionError):
            return None
    return default.get("tags") if isinstance(default, dict) else None
