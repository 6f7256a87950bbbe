"""Decodes parameters of the query protocol: `Tags.member.1.Key=team` becomes nested values.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html and aws-ec2-query-protocol.html. What
does not fit its shape is left as text, for the check against the model to refuse.
"""

from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from eks_pod_identity_emulator.http.scalars import decode_scalar
from eks_pod_identity_emulator.json_value import Json

Tree = dict[str, Any]  # A name's value under "", names below it under theirs.


def decode_query(shape: StructureShape, form: Mapping[str, str], protocol: str) -> dict[str, Any]:
    """Return a form's parameters by the member names of the operation's input shape."""
    return _structure(shape, _tree(form), protocol)


def _tree(form: Mapping[str, str]) -> Tree:
    root: Tree = {}
    for name, value in form.items():
        node = root
        for part in name.split("."):
            node = node.setdefault(part, {})
        node[""] = value
    return root


def _structure(shape: StructureShape, tree: Tree, protocol: str) -> dict[str, Any]:
    found = {}
    for name, member in shape.members.items():
        node = tree.get(_wire_name(name, member, protocol))
        if node is not None:
            found[name] = _value(member, node, protocol)
    return found


def _wire_name(name: str, member: Shape, protocol: str) -> str:
    traits = member.serialization
    if protocol != "ec2":
        return str(traits.get("name", name))
    given = str(traits.get("name", name))
    return str(traits.get("queryName", given[0].upper() + given[1:]))


def _value(shape: Shape, node: Tree, protocol: str) -> Json:
    if isinstance(shape, StructureShape):
        return _structure(shape, node, protocol)
    if isinstance(shape, ListShape):
        return _list(shape, node, protocol)
    if isinstance(shape, MapShape):
        return _map(shape, node, protocol)
    return decode_scalar(shape, str(node.get("", "")))


def _list(shape: ListShape, node: Tree, protocol: str) -> list[Any]:
    flat = protocol == "ec2" or shape.serialization.get("flattened")
    items = node if flat else node.get(shape.member.serialization.get("name", "member"), {})
    return [_value(shape.member, item, protocol) for item in _numbered(items)]


def _map(shape: MapShape, node: Tree, protocol: str) -> dict[str, Any]:
    items = node if shape.serialization.get("flattened") else node.get("entry", {})
    key_name = shape.key.serialization.get("name", "key")
    value_name = shape.value.serialization.get("name", "value")
    return {
        str(item.get(key_name, {}).get("", "")): _value(
            shape.value, item.get(value_name, {}), protocol
        )
        for item in _numbered(items)
    }


def _numbered(items: Tree) -> list[Tree]:
    numbers = sorted((int(number), number) for number in items if number.isdecimal())
    return [items[number] for _, number in numbers]
