"""YAML text to plain values: the one place that knows PyYAML.

Seed files, catalogue files and add-on configuration values go through it.
"""

from typing import Any

import yaml  # type: ignore[import-untyped]  # PyYAML ships no types


class YamlError(ValueError):
    """A text that is no YAML, or one that gives a key twice."""


def parse_yaml(text: str) -> object:
    """Return the value of a YAML document; None for an empty one.

    Raises:
        YamlError: The text says where it breaks.
    """
    try:
        return yaml.load(text, Loader=_UniqueKeys)  # noqa: S506 - a SafeLoader underneath
    except yaml.YAMLError as error:
        raise YamlError(str(error)) from error


class _UniqueKeys(yaml.CSafeLoader):  # type: ignore[misc]  # untyped base
    """YAML's own rule, which PyYAML does not hold: a mapping gives a key once."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - PyYAML's signature
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                line = key_node.start_mark.line + 1
                raise YamlError(f"line {line}: key {key!r} is given twice")
            seen.add(key)
        return super().construct_mapping(node, deep=deep)
