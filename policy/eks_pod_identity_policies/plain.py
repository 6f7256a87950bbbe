"""Property values as plain data, however the policy SDK hands them over.

In: proxies that raise when an unknown is read, proxies that unwrap secrets, sentinel texts, floats
for every number. Out: dicts, lists, scalars, and UNKNOWN where a value is not known.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pulumi_policy import proxy

from eks_pod_identity_policies.values import UNKNOWN, Plain

MAX_DEPTH: Final = (
    40  # no property of ours is deeper; deeper values become null, which fits nothing
)
# In a remediation and inside of longer texts an unknown is one of these texts, without a warning.
SENTINELS: Final = frozenset(
    {
        proxy.UNKNOWN_ARCHIVE_VALUE,
        proxy.UNKNOWN_ARRAY_VALUE,
        proxy.UNKNOWN_ASSET_VALUE,
        proxy.UNKNOWN_BOOLEAN_VALUE,
        proxy.UNKNOWN_NUMBER_VALUE,
        proxy.UNKNOWN_OBJECT_VALUE,
        proxy.UNKNOWN_STRING_VALUE,
    }
)
_SENTINEL_LENGTH = min(map(len, SENTINELS))
# What `pulumi policy analyze --file` puts in the place of a secret that it cannot decrypt. Deeper
# down it stays text: else one such value in a document would keep all rules away from it.
_REDACTED = "[secret]"
_SEARCHED = 1 << 17  # characters; no document that is longer can be read anyhow


class LazyProps(Mapping[str, Plain]):
    """Properties that become plain when they are read: most rules read few of many."""

    def __init__(self, props: Mapping[str, Any]) -> None:
        self._props = props
        self._names = frozenset(props)
        self._read: dict[str, Plain] = {}

    def __getitem__(self, name: str) -> Plain:
        if name not in self._read:
            value = _member(self._props, name, 0)
            self._read[name] = UNKNOWN if value == _REDACTED else value
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names  # without reading it, which may raise

    def get(self, name: str, default: Plain = None) -> Plain:
        """Return a property, or the default if it is not there."""
        return self[name] if name in self._names else default

    def __iter__(self) -> Iterator[str]:
        return iter(self._props)

    def __len__(self) -> int:
        return len(self._props)


def plain(value: object, depth: int = 0) -> Plain:
    """Return a value as plain data."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, str):
        return UNKNOWN if _is_unknown(value) else value
    if isinstance(value, Mapping):
        return {str(key): _member(value, key, depth) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_member(value, index, depth) for index in range(len(value))]
    if isinstance(value, float) and value.is_integer():
        return int(value)  # numbers cross protobuf as doubles
    return value


def _member(container: Any, key: object, depth: int) -> Plain:  # noqa: ANN401 - any container
    try:
        member = container[key]
    except proxy.UnknownValueError:
        return UNKNOWN
    return plain(member, depth + 1)


def _is_unknown(text: str) -> bool:
    if len(text) < _SENTINEL_LENGTH:
        return False
    searched = text[:_SEARCHED]
    return any(each in searched for each in SENTINELS)
