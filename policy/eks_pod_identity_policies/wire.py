"""Properties as the engine sends them, changed in place before the SDK reads them.

In: properties of a request. Out: the same, without what would keep rules from judging: texts of an
update that read like unknowns, and values over which the SDK raises.
"""

import math
import re
from collections.abc import Iterator

from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2 as protocol
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY

from eks_pod_identity_policies.plain import MAX_DEPTH, SENTINELS

_SENTINEL = re.compile("|".join(map(re.escape, sorted(SENTINELS))))
_BYTES = tuple(each.encode() for each in sorted(SENTINELS))


def make_known(properties: struct_pb2.Struct) -> None:
    """Spell what reads like an unknown inside of properties in another way.

    At an update the engine knows all inputs, so what reads like an unknown inside of a document was
    written there; taken for one it would keep every rule away from the document. A whole property
    stays: if it should be unknown after all, `pid-unverified` lists it.
    """
    raw = properties.SerializeToString()  # much faster than to look at each text
    if not any(each in raw for each in _BYTES):
        return
    for value in properties.fields.values():
        if value.string_value not in SENTINELS:
            _spell(value)


def _spell(value: struct_pb2.Value) -> None:
    if value.WhichOneof("kind") == "string_value":
        value.string_value = _SENTINEL.sub(lambda found: found[0].upper(), value.string_value)
    for member in _members(value):
        _spell(member)


def make_readable(resource: protocol.AnalyzeRequest | protocol.AnalyzerResource) -> None:
    """Put texts in the place of numbers that JSON has not, and nothing where no rule looks.

    Nothing, too, in the place of objects that are marked as Pulumi's own and are none.
    """
    for properties in (resource.properties, resource.provider.properties):
        properties.fields.pop(SPECIAL_SIG_KEY, None)
        for value in properties.fields.values():
            _settle(value, 1)


def _settle(value: struct_pb2.Value, depth: int) -> None:
    kind = value.WhichOneof("kind")
    if kind == "number_value" and not math.isfinite(value.number_value):
        value.string_value = str(value.number_value)
    elif kind in {"struct_value", "list_value"} and (depth > MAX_DEPTH or _is_mismarked(value)):
        value.null_value = struct_pb2.NULL_VALUE
    for member in _members(value):
        _settle(member, depth + 1)


def _members(value: struct_pb2.Value) -> Iterator[struct_pb2.Value]:
    """Yield the values in an object or a list."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        yield from value.struct_value.fields.values()
    elif kind == "list_value":
        yield from value.list_value.values


def _is_mismarked(value: struct_pb2.Value) -> bool:
    """Tell whether an object has the mark of a secret, an asset or the like, and is no secret."""
    fields = value.struct_value.fields
    if SPECIAL_SIG_KEY not in fields:
        return False
    return fields[SPECIAL_SIG_KEY].string_value != SPECIAL_SECRET_SIG or "value" not in fields
