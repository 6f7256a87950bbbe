"""Turns text on the wire into numbers and booleans, where its shape says so."""

from botocore.model import Shape


def decode_scalar(shape: Shape, text: str) -> str | int | bool:
    """Return the value that a text stands for; text that does not fit its shape stays text."""
    if shape.type_name == "boolean" and text in ("true", "false"):
        return text == "true"
    if shape.type_name in ("integer", "long") and text.removeprefix("-").isdecimal():
        return int(text)
    return text
