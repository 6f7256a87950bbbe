"""Property values between Pulumi's wire format and plain Python.

A property map is a dict of JSON values in which `UNKNOWN` stands for what a preview cannot know,
`Secret` hides a value from logs and state, and `Asset` names a file or text. Nulls that arrive are
dropped, as the bridged providers do: an absent property and a null one mean the same. Nulls are
sent, though: a program that reads an output without a value would else see "unknown" in a preview.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from google.protobuf import struct_pb2

# Checked at run time against the shapes that the SDK's classes give, so no static type fits better.
Value: TypeAlias = Any
PropertyMap: TypeAlias = dict[str, Any]

# The entries that the bridges keep beside a resource's own properties.
RESERVED = frozenset({"__defaults", "__meta", "__pulumi_raw_state_delta"})
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the wire format's marker, no password
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
# One sentinel per kind of value that is not known yet:
# https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
UNKNOWN_SENTINELS = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class Unknown:
    """The type of `UNKNOWN`, a value that only the update itself will tell."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must be stored encrypted and never printed."""

    value: Value

    def __repr__(self) -> str:
        return "Secret(...)"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, text or URL that the engine has hashed; equal hashes are equal assets.

    Attributes:
        fields: The wire format's own entries: hash, and path, text or uri.
        signature: Tells an asset from an archive.
    """

    fields: Mapping[str, Value]
    signature: str = ASSET

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Asset):
            return NotImplemented
        ours, theirs = self.fields.get("hash"), other.fields.get("hash")
        return ours == theirs if ours and theirs else self.fields == other.fields

    def __hash__(self) -> int:
        return hash(self.fields.get("hash"))


def from_struct(struct: struct_pb2.Struct) -> PropertyMap:
    """Read a property map from the wire."""
    return _fields(struct)


def to_struct(properties: Mapping[str, Value]) -> struct_pb2.Struct:
    """Write a property map for the wire."""
    return struct_pb2.Struct(fields={key: _encode(value) for key, value in properties.items()})


def plain(value: Value) -> Value:
    """Return the value without secrets and without the bridge's own entries."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if key not in RESERVED}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def contains_unknown(value: Value) -> bool:
    """Tell whether any part of the value is not known yet."""
    if isinstance(value, Secret):
        return contains_unknown(value.value)
    if isinstance(value, Mapping):
        return any(map(contains_unknown, value.values()))
    if isinstance(value, list):
        return any(map(contains_unknown, value))
    return value is UNKNOWN


def _fields(struct: struct_pb2.Struct) -> PropertyMap:
    return {
        key: _decode(value)
        for key, value in struct.fields.items()
        if value.WhichOneof("kind") not in {"null_value", None}
    }


def _decode(value: struct_pb2.Value) -> Value:
    match value.WhichOneof("kind"):
        case "string_value":
            text = value.string_value
            return UNKNOWN if text in UNKNOWN_SENTINELS else text
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_decode(item) for item in value.list_value.values]
        case "struct_value":
            return _decode_object(_fields(value.struct_value))
        case _:
            return None


def _decode_object(fields: PropertyMap) -> Value:
    decode = _SPECIAL.get(str(fields.get(SIGNATURE)))
    return decode(fields) if decode else fields


def _decode_output(fields: PropertyMap) -> Value:
    value = fields.get("value", UNKNOWN)
    return Secret(value) if fields.get("secret") else value


def _decode_asset(fields: PropertyMap) -> Value:
    rest = {key: value for key, value in fields.items() if key != SIGNATURE}
    return Asset(rest, str(fields[SIGNATURE]))


_SPECIAL: Mapping[str, Callable[[PropertyMap], Value]] = {
    SECRET: lambda fields: Secret(fields.get("value")),
    OUTPUT: _decode_output,
    # A provider that does not accept resources is told their ids: the engine's own rule.
    RESOURCE: lambda fields: fields.get("id", UNKNOWN),
    ASSET: _decode_asset,
    ARCHIVE: _decode_asset,
}


def _encode(value: Value) -> struct_pb2.Value:
    match value:
        case list() | tuple():
            items = struct_pb2.ListValue(values=[_encode(item) for item in value])
            return struct_pb2.Value(list_value=items)
        case Secret(inner):
            return _encode_object({SIGNATURE: SECRET, "value": inner})
        case Asset(fields, signature):
            return _encode_object({SIGNATURE: signature, **fields})
        case Mapping():
            return _encode_object(value)
    return _encode_scalar(UNKNOWN_STRING if value is UNKNOWN else value)


def _encode_object(fields: Mapping[str, Value]) -> struct_pb2.Value:
    return struct_pb2.Value(struct_value=to_struct(fields))


def _encode_scalar(value: Value) -> struct_pb2.Value:
    match value:
        case None:
            return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
        case bool():
            return struct_pb2.Value(bool_value=value)
        case int() | float():
            return struct_pb2.Value(number_value=value)
        case str():
            return struct_pb2.Value(string_value=value)
    raise TypeError(f"{type(value).__name__} is no property value")
