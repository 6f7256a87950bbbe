"""Levels and properties of rules, as the file of `--policy-pack-config` sets them.

In: entries by rule. Out: for each rule its level and its configuration.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eks_pod_identity_policies.rule import Config, Level, Rule

# After a remediation the engine reports what is left as mandatory; an audit changes nothing.
LEVELS: Mapping[str, Level | None] = {
    "advisory": Level.ADVISORY,
    "mandatory": Level.MANDATORY,
    "remediate": Level.MANDATORY,
    "disabled": None,
}
"""The words for levels; None turns a rule off."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How rules are enforced and configured; without any, as the rules themselves say.

    Attributes:
        levels: Words by rule id.
        properties: Configured values by rule id.
        general: The word for all rules that have none of their own; empty if there is none.
    """

    levels: Mapping[str, str] = field(default_factory=dict, hash=False)
    properties: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)
    general: str = ""

    def level_of(self, rule: Rule) -> Level | None:
        """Return the level of a rule, or None if it is turned off."""
        return LEVELS[self.levels.get(rule.id, self.general or rule.level.value)]

    def config_of(self, rule: Rule) -> Config:
        """Return the configuration of a rule."""
        return Config(rule, self.properties.get(rule.id, {}))


DEFAULTS = Settings()
"""What the rules themselves say."""
