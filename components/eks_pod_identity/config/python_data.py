"""Data from a Python caller, held to the bounds of a file.

Goes in: what a program passes as a mapping. Comes out: the same as plain dicts and lists, or a
ConfigError; a list inside of itself is refused, never followed.
"""

from collections.abc import Mapping
from typing import Any

from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.fields import kind_of
from eks_pod_identity.config.places import Path, Places
from eks_pod_identity.config.yaml_node import MAX_DEPTH, join_surrogates
from eks_pod_identity.errors import ConfigError, Problem


def read_data(data: Any, places: Places, path: Path = ()) -> Any:  # noqa: ANN401 - JSON border
    """Return data with dicts for mappings and lists for lists and tuples.

    Raises:
        ConfigError: Nested too deep, a key is not text, or a text has half a character.
    """
    if len(path) > MAX_DEPTH:
        message = f"lists and mappings are nested more than {MAX_DEPTH} levels deep"
        raise _refusal(Fault.YAML_TOO_DEEP, message, places, path[:1])
    match data:
        case Mapping():
            return {
                _key(key, places, path): read_data(value, places, (*path, str(key)))
                for key, value in data.items()
            }
        case list() | tuple():
            return [read_data(item, places, (*path, i)) for i, item in enumerate(data)]
        case str():
            return _text(data, places, path)
        case _:
            return data


def _text(text: str, places: Places, path: Path) -> str:
    if (whole := join_surrogates(text)) is None:
        raise _refusal(Fault.YAML_CHARACTER, "half of a surrogate pair", places, path)
    return whole


def _key(key: object, places: Places, path: Path) -> str:
    if isinstance(key, str):
        return _text(key, places, path)
    message = f"a key must be text, found {kind_of(key)}"
    raise _refusal(Fault.YAML_KEY_NOT_TEXT, message, places, path)


def _refusal(fault: Fault, message: str, places: Places, path: Path) -> ConfigError:
    return ConfigError([Problem(fault.id, places.address(path), message)])
