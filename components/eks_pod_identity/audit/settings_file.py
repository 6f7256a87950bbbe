"""The JSON file that `--policy-pack-config` takes, read for an audit.

In: its text. Out: settings, or all that is wrong with it. Names that nobody knows are refused, as
they are by the pack: a misspelt name turns nothing off.
https://www.pulumi.com/docs/iac/crossguard/configuration/
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from eks_pod_identity.audit.json_value import faults
from eks_pod_identity.audit.live_rules import LIVE_RULES
from eks_pod_identity.audit.settings import LEVELS, Settings
from eks_pod_identity.errors import ConfigError, Place, Problem
from eks_pod_identity_policies.catalog import RULES
from eks_pod_identity_policies.configuration import ALL, nearest, wanted
from eks_pod_identity_policies.rule import Rule

Json: TypeAlias = Any

_ENVIRONMENTS = "environments"  # of Pulumi ESC; an audit opens none
_LEVEL = "enforcementLevel"
_PAGE = "docs/policies/README.md lists the rules, docs/audit.md the form of the file"


def read_settings(text: str, file: str) -> Settings:
    """Return the settings of a configuration file.

    Args:
        text: The text of the file.
        file: Its name, for problems.

    Raises:
        ConfigError: All that is wrong with it.
    """
    content = _parse(text, file)
    entries = {name: _entry(each) for name, each in content.items() if name != _ENVIRONMENTS}
    rules = {rule.id: rule for rule in (*RULES, *LIVE_RULES)}
    found = [each for name, entry in entries.items() for each in _problems(name, entry, rules)]
    if found:
        raise ConfigError(found)
    levels = {name: entry[_LEVEL] for name, entry in entries.items() if _LEVEL in entry}
    general = levels.pop(ALL, "")
    properties = {
        name: {key: value for key, value in entry.items() if key != _LEVEL}
        for name, entry in entries.items()
    }
    return Settings(levels, properties, general)


def _parse(text: str, file: str) -> dict[str, Json]:
    try:
        content = json.loads(text, object_pairs_hook=_without_twins)
    except json.JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
        raise ConfigError([_malformed(file, error.msg, place)]) from error
    except (RecursionError, ValueError) as error:
        raise ConfigError([_malformed(file, str(error))]) from error
    if not isinstance(content, dict):
        raise ConfigError([_malformed(file, "it is not an object")])
    return content


def _without_twins(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twins = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"twice in one object: {', '.join(twins)}")
    return found


def _malformed(file: str, reason: str, *places: Place) -> Problem:
    example = 'write {"pid-trust-source-bound": "mandatory"}'
    message = f"is no configuration of rules: {reason}"
    return Problem("audit-config-malformed", file, message, places=places, help=(example,))


def _entry(value: Json) -> Mapping[str, Json]:
    """Return an entry in its long form; a mere level is the short one."""
    return value if isinstance(value, dict) else {_LEVEL: value}


def _problems(name: str, entry: Mapping[str, Json], rules: Mapping[str, Rule]) -> Iterator[Problem]:
    if name != ALL and name not in rules:
        yield _unknown_rule(name, rules)
        return
    level = entry.get(_LEVEL, "advisory")
    if not isinstance(level, str) or level not in LEVELS:
        message = f"{json.dumps(level)} is no level"
        yield Problem("audit-config-level", name, message, help=(", ".join(LEVELS),))
    schemas = rules[name].config if name in rules else {}
    for key, value in entry.items():
        if key == _LEVEL:
            continue
        if key not in schemas:
            yield _unknown_property(name, key, schemas)
            continue
        for fault in faults(schemas[key], value):
            yield Problem("audit-config-value", f"{name}.{key}", fault)


def _unknown_rule(name: str, known: Iterable[str]) -> Problem:
    help_ = nearest(name, known) or (_PAGE,)
    return Problem("audit-config-rule-unknown", name, "no rule has this id", help=help_)


def _unknown_property(name: str, key: str, known: Collection[str]) -> Problem:
    message = "the rule has no such property"
    return Problem("audit-config-property-unknown", f"{name}.{key}", message, help=(wanted(known),))
