"""Which Pulumi packages an environment holds, so that the engine can fetch their plugins.

In: a `PythonEnvironment`. Out: `PackageDependency` messages. Must not import the packages: they may
belong to another interpreter.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.runtime.proto import plugin_pb2

from tools.offline.language_host.environment import PythonEnvironment

# Known to the official host, too, as packages without a plugin.
_WITHOUT_PLUGIN = frozenset({"pulumi-policy", "pulumi-esc-sdk"})

# Runs inside the environment. A package's plugin is described by pulumi-plugin.json in the module
# named like the distribution.
_LIST_DISTRIBUTIONS = """
import importlib.metadata, importlib.util, json, pathlib
found = []
for distribution in importlib.metadata.distributions():
    name = distribution.metadata["Name"]
    spec = importlib.util.find_spec(name.replace("-", "_").replace(".", "_"))
    folders = (spec and spec.submodule_search_locations) or []
    files = [pathlib.Path(folder, "pulumi-plugin.json") for folder in folders]
    plugin = next((json.loads(file.read_text()) for file in files if file.is_file()), None)
    found.append({"name": name, "version": distribution.version, "plugin": plugin})
print(json.dumps(found))
"""

_PEP_440 = re.compile(r"(?P<release>\d+(?:\.\d+)*)(?:(?P<phase>a|b|rc)(?P<number>\d+))?")
_PHASES = {"a": "alpha", "b": "beta", "rc": "rc"}


def list_required_packages(
    environment: PythonEnvironment,
) -> Iterator[plugin_pb2.PackageDependency]:
    """Yield a dependency for each Pulumi package of the environment that has a plugin."""
    for distribution in json.loads(environment.output_of("-c", _LIST_DISTRIBUTIONS)):
        name = re.sub(r"[-_.]+", "-", distribution["name"]).lower()
        plugin = distribution["plugin"]
        if name in _WITHOUT_PLUGIN or (plugin is None and not name.startswith("pulumi-")):
            continue
        dependency = _dependency(name, distribution["version"], plugin or {"resource": True})
        if dependency is not None:
            yield dependency


def _dependency(
    name: str, version: str, plugin: Mapping[str, Any]
) -> plugin_pb2.PackageDependency | None:
    plugin_version = plugin.get("version") or plugin_version_of(version)
    if not plugin.get("resource") or plugin_version is None:
        return None
    return plugin_pb2.PackageDependency(
        name=plugin.get("name") or name.removeprefix("pulumi-"),
        kind="resource",
        version="v" + plugin_version.removeprefix("v"),
        server=plugin.get("server", ""),
        parameterization=_parameterization(plugin.get("parameterization")),
    )


def _parameterization(
    parameterization: Mapping[str, str] | None,
) -> plugin_pb2.PackageParameterization | None:
    if parameterization is None:
        return None
    return plugin_pb2.PackageParameterization(
        name=parameterization["name"],
        version=parameterization["version"],
        value=base64.b64decode(parameterization["value"]),
    )


def plugin_version_of(version: str) -> str | None:
    """Turn a package's PEP 440 version into its plugin's semantic version, if it has one."""
    match = _PEP_440.fullmatch(version)
    if match is None:
        return None
    release = [*match["release"].split("."), "0", "0"]
    phase = f"-{_PHASES[match['phase']]}.{match['number']}" if match["phase"] else ""
    return ".".join(release[: max(3, len(release) - 2)]) + phase
