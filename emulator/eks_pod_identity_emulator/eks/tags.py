"""Rules for tags, the same for clusters, add-ons and associations.

https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html
"""

from collections.abc import Mapping

TAGS_PER_RESOURCE = 50
_KEY_LENGTH = 128
_VALUE_LENGTH = 256


def tag_fault(tags: Mapping[str, str]) -> str | None:
    """Return what is wrong with the tags that a resource would have, or None."""
    if len(tags) > TAGS_PER_RESOURCE:
        return f"A resource can have at most {TAGS_PER_RESOURCE} tags."
    for key, value in tags.items():
        fault = _fault(key, value)
        if fault:
            return fault
    return None


def _fault(key: str, value: str) -> str | None:
    if key.lower().startswith("aws:") or value.lower().startswith("aws:"):
        return f"Tag keys and values must not begin with aws:, which is reserved: {key}"
    if not 0 < len(key) <= _KEY_LENGTH:
        return f"Tag keys must have 1 to {_KEY_LENGTH} characters: {key}"
    if len(value) > _VALUE_LENGTH:
        return f"Tag values can have at most {_VALUE_LENGTH} characters: {key}"
    return None
