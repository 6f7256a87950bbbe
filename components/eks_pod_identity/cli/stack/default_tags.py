"""Tags that Pulumi's AWS provider puts on all it makes: `aws:defaultTags` in a stack's settings.

In: the programs that a file may be of, and a stack. Out: tags; none where its program is not among
them. Those of a provider that the program makes itself are not seen.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from eks_pod_identity.cli.stack.project_file import Programs

_KEY = "aws:defaultTags"


def read_default_tags(programs: Programs, stack: str | None) -> Mapping[str, str]:
    """Return the default tags of a stack.

    Args:
        programs: Those that the ClusterConfig may be of.
        stack: `project/stack`; None if it is not known.
    """
    folder = programs.folder_of(stack)
    name = (stack or "").rpartition("/")[2]
    return _tags(_read(folder / f"Pulumi.{name}.yaml")) if folder else {}


def _tags(settings: Mapping[str, Any]) -> Mapping[str, str]:
    tags = _mapping(_mapping(_mapping(settings.get("config")).get(_KEY)).get("tags"))
    # What is encrypted is a mapping and cannot be read here.
    return {str(key): value for key, value in tags.items() if isinstance(value, str)}


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return _mapping(YAML(typ="safe", pure=True).load(path))
    except (OSError, UnicodeDecodeError, YAMLError):
        return {}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
