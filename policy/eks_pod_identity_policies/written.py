"""Texts of an update that read like the SDK's unknowns, made plain texts.

In: properties of a request. Out: the same, changed in place. At an update the engine knows all
inputs, so what reads like an unknown inside of a document was written there; taken for one it would
keep every rule away from the document. A whole property stays: if it should be unknown after all,
`pid-unverified` lists it.
"""

import re

from google.protobuf import struct_pb2

from eks_pod_identity_policies.plain import SENTINELS

_SENTINEL = re.compile("|".join(map(re.escape, sorted(SENTINELS))))
_BYTES = tuple(each.encode() for each in sorted(SENTINELS))


def make_known(properties: struct_pb2.Struct) -> None:
    """Spell what reads like an unknown inside of properties in another way."""
    raw = properties.SerializeToString()  # much faster than to look at each text
    if not any(each in raw for each in _BYTES):
        return
    for value in properties.fields.values():
        if value.string_value not in SENTINELS:
            _spell(value)


def _spell(value: struct_pb2.Value) -> None:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        value.string_value = _SENTINEL.sub(lambda found: found[0].upper(), value.string_value)
    elif kind == "struct_value":
        for member in value.struct_value.fields.values():
            _spell(member)
    elif kind == "list_value":
        for member in value.list_value.values:
            _spell(member)
