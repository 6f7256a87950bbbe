"""The tags that a call puts on something or takes away, as context keys.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html#access_tags_control-requests
"""

from collections.abc import Iterator, Mapping
from typing import Any

from eks_pod_identity_emulator.json_value import Json
from eks_pod_identity_emulator.sessions import Keys

_LISTS = ("Tags", "tags", "TagList")
_KEY_LISTS = ("TagKeys", "tagKeys")
_NAMES = (("Key", "Value"), ("TagKey", "TagValue"), ("key", "value"))


def request_tag_keys(params: Mapping[str, Any]) -> Keys:
    """Return aws:RequestTag and aws:TagKeys of a call's parameters; nothing without tags."""
    tags = dict(_tags(params))
    removed = [key for name in _KEY_LISTS for key in params.get(name, ())]
    keys: Keys = {f"aws:RequestTag/{key}": value for key, value in tags.items()}
    named = (*tags, *removed)
    return keys | {"aws:TagKeys": named} if named else keys


def _tags(params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _LISTS:
        yield from _pairs(params.get(name))
    for specification in params.get("TagSpecifications", ()):  # EC2's
        yield from _pairs(specification.get("Tags"))


def _pairs(tags: Json) -> Iterator[tuple[str, str]]:
    if isinstance(tags, Mapping):
        yield from ((str(key), str(value)) for key, value in tags.items())
        return
    for tag in tags or ():
        for key, value in _NAMES:
            if isinstance(tag, Mapping) and key in tag:
                yield str(tag[key]), str(tag.get(value, ""))
