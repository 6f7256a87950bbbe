"""Pulumi's messages without the rest of Pulumi's SDK, whose import would double a host's start.

The engine starts a host twice in each run. In: the installed SDK. Out: `pulumi.runtime.proto` can
be imported, module by module. Only for a process that wants nothing else of `pulumi`.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

_EMPTY = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")


def skip_sdk() -> None:
    """Let the packages above the messages stand empty, each with its folder alone."""
    found = importlib.util.find_spec(_EMPTY[0])
    if found is None or found.origin is None:
        return  # whoever imports it will say so
    for name in _EMPTY:
        package = ModuleType(name)
        package.__path__ = [str(Path(found.origin).parent.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package
