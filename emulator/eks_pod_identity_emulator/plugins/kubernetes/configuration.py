"""The arguments of a kubernetes provider. Pure.

An argument that changes what the real provider does and that this stand-in cannot follow is
refused; those that only silence warnings are taken.
"""

import json
from collections.abc import Iterator
from functools import cache

from eks_pod_identity_emulator.plugins.conformance import Misfit, fit
from eks_pod_identity_emulator.plugins.introspection import arguments_shape
from eks_pod_identity_emulator.plugins.paths import format_path
from eks_pod_identity_emulator.plugins.provider import CheckFailure
from eks_pod_identity_emulator.plugins.shapes import ObjectShape, Scalar
from eks_pod_identity_emulator.plugins.values import PropertyMap, Value, plain

_ENGINE_KEYS = frozenset({"version", "pluginDownloadURL"})
_REFUSED = ("renderYamlToDirectory", "skipUpdateUnreachable")


@cache
def configuration_shape() -> ObjectShape:
    """Return the SDK's shape of a provider's arguments."""
    from pulumi_kubernetes import ProviderArgs  # noqa: PLC0415 - start-up does not wait for the SDK

    return arguments_shape(ProviderArgs)


def read_configuration(config: PropertyMap) -> PropertyMap:
    """Return arguments as the SDK has them: the engine sends all but text as JSON."""
    given, _ = fit(configuration_shape(), _decoded(plain(config)))
    return given


def check_configuration(news: PropertyMap) -> tuple[CheckFailure, ...]:
    """Judge a provider's arguments."""
    given, misfits = fit(configuration_shape(), _decoded(plain(news)))
    return tuple(_failure(misfit) for misfit in (*misfits, *_refusals(given)))


def _decoded(config: PropertyMap) -> PropertyMap:
    fields = configuration_shape().fields
    texts = {name for name, field in fields.items() if field.shape is Scalar.STRING}
    return {
        name: value if name in texts else _decode(value)
        for name, value in config.items()
        if name not in _ENGINE_KEYS
    }


def _decode(value: Value) -> Value:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _refusals(given: PropertyMap) -> Iterator[Misfit]:
    refused = [name for name in _REFUSED if given.get(name)]
    if given.get("enableServerSideApply") is False:
        refused.append("enableServerSideApply")
    for name in refused:
        reason = f"{name}: {given[name]} is not supported by the emulator's kubernetes plugin"
        yield Misfit((name,), reason)


def _failure(misfit: Misfit) -> CheckFailure:
    return CheckFailure(f"{misfit.reason}. Check `kubernetes:{format_path(misfit.path)}`.")
