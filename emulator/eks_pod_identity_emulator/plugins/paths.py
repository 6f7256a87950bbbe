"""Addresses inside a property map, written as Pulumi writes them.

("vpcConfig", "subnetIds", 0)  <->  vpcConfig.subnetIds[0]
("tags", "kubernetes.io/x")    <->  tags["kubernetes.io/x"]
"""

import json
import re
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_SIMPLE = re.compile(r"[A-Za-z_$][\w$-]*")
_STEP = re.compile(r'\.?(?P<name>[^.\[\]"]+)|\[(?P<index>\d+)\]|\[(?P<key>"(?:[^"\\]|\\.)*")\]')


def format_path(path: Path) -> str:
    """Write a path as Pulumi prints it."""
    return "".join(_format_step(step, first=at == 0) for at, step in enumerate(path))


def parse_path(text: str) -> Path:
    """Read a path as Pulumi writes it, for example an entry of `ignoreChanges`."""
    return tuple(_parse_step(step) for step in _STEP.finditer(text))


def without_indexes(path: Path) -> str:
    """Name the property of a path in the rules of a resource kind: `inlinePolicies.policy`."""
    return ".".join(step for step in path if isinstance(step, str))


def covers(prefix: Path, path: Path) -> bool:
    """Tell whether a path lies at or below another; `*` covers any one step."""
    if len(prefix) > len(path):
        return False
    return all(ours in (step, "*") for ours, step in zip(prefix, path, strict=False))


def _format_step(step: str | int, *, first: bool) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if _SIMPLE.fullmatch(step):
        return step if first else f".{step}"
    return f"[{json.dumps(step)}]"


def _parse_step(step: re.Match[str]) -> str | int:
    if step["index"] is not None:
        return int(step["index"])
    return str(json.loads(step["key"])) if step["key"] else step["name"]
