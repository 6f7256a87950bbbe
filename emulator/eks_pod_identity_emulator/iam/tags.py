"""Tags of IAM's resources: at most 50, keys without regard to case, none of AWS's own."""

from collections.abc import Iterable, Mapping, Sequence

from eks_pod_identity_emulator.errors import ApiError

_LIMIT = 50
_DUPLICATE = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
_RESERVED = "Tag keys that begin with aws: are reserved for AWS."

Tag = Mapping[str, str]


def merge_tags(observed: Sequence[Tag], added: Sequence[Tag], quota: str) -> list[Tag]:
    """Return the tags of a resource after more were put on it.

    Args:
        observed: Tags it has.
        added: Tags of the call.
        quota: Name of the quota, such as TagsPerRole.

    Raises:
        ApiError: A key is given twice or is AWS's, or there would be more than 50.
    """
    keys = [tag["Key"].casefold() for tag in added]
    if len(set(keys)) < len(keys):
        raise ApiError("InvalidInput", _DUPLICATE)
    if any(key.startswith("aws:") for key in keys):
        raise ApiError("InvalidInput", _RESERVED)
    merged = {tag["Key"].casefold(): tag for tag in (*observed, *added)}
    if len(merged) > _LIMIT:
        raise ApiError("LimitExceeded", f"Cannot exceed quota for {quota}: {_LIMIT}", status=409)
    return list(merged.values())


def without_tags(observed: Sequence[Tag], keys: Iterable[str]) -> list[Tag]:
    """Return the tags of a resource after some were taken from it."""
    gone = {key.casefold() for key in keys}
    return [tag for tag in observed if tag["Key"].casefold() not in gone]
