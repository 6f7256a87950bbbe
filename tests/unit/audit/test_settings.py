"""The file of rules: what it sets, and what is told of one that sets nothing."""

import json
from typing import Any

import pytest

from eks_pod_identity.audit.coverage import (
    PARTIAL,
    POINTLESS,
    audit_rules,
    why_not,
)
from eks_pod_identity.audit.json_value import KEYWORDS, faults
from eks_pod_identity.audit.live_rules import LIVE_RULES
from eks_pod_identity.audit.settings_file import read_settings
from eks_pod_identity.errors import ConfigError
from eks_pod_identity_policies.catalog import RULES
from eks_pod_identity_policies.documents import RESOURCE_TYPES
from eks_pod_identity_policies.rule import Level, ResourceRule, Rule
from eks_pod_identity_policies.rules.trust_action import MINIMAL_ACTIONS, WORKS
from eks_pod_identity_policies.rules.trust_source import CLUSTER_BOUND, SOURCE_BOUND

_EVERY_RULE = (*RULES, *LIVE_RULES)


def _problems(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ConfigError) as caught:
        read_settings(text, "rules.json")
    return [(problem.id, problem.address) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("content", "level"),
    [
        ({}, Level.MANDATORY),
        ({"pid-trust-works": "advisory"}, Level.ADVISORY),
        ({"pid-trust-works": {"enforcementLevel": "advisory"}}, Level.ADVISORY),
        ({"pid-trust-works": "disabled"}, None),
        ({"pid-trust-works": "remediate"}, Level.MANDATORY),
        ({"all": "advisory"}, Level.ADVISORY),
        ({"all": "disabled", "pid-trust-works": "mandatory"}, Level.MANDATORY),
        ({"all": {"enforcementLevel": "disabled"}}, None),
        ({"environments": ["prod"]}, Level.MANDATORY),
    ],
)
def test_level_is_the_closest_that_is_given(content: dict[str, Any], level: Level | None) -> None:
    """The rule's own entry wins over `all`, and that over the rule's default."""
    assert read_settings(json.dumps(content), "rules.json").level_of(WORKS) is level


def test_properties_are_taken_with_and_without_level() -> None:
    """Properties reach the rule; one that is not given has its default."""
    text = '{"pid-trust-source-bound": {"accounts": ["111122223333"]}}'

    settings = read_settings(text, "rules.json")

    assert settings.config_of(SOURCE_BOUND).texts("accounts") == {"111122223333"}
    assert settings.level_of(SOURCE_BOUND) is SOURCE_BOUND.level
    assert settings.config_of(CLUSTER_BOUND).text("scope") == "cluster"


@pytest.mark.parametrize(
    ("text", "id_", "address"),
    [
        ("{", "audit-config-malformed", "rules.json"),
        ("[]", "audit-config-malformed", "rules.json"),
        ("[" * 100_000, "audit-config-malformed", "rules.json"),
        ('{"all": "advisory", "all": "mandatory"}', "audit-config-malformed", "rules.json"),
        ('{"pid-trust-wroks": "disabled"}', "audit-config-rule-unknown", "pid-trust-wroks"),
        ('{"pid-trust-works": "off"}', "audit-config-level", "pid-trust-works"),
        ('{"pid-trust-works": 3}', "audit-config-level", "pid-trust-works"),
        ('{"pid-trust-works": null}', "audit-config-level", "pid-trust-works"),
        (
            '{"pid-trust-works": {"accounts": []}}',
            "audit-config-property-unknown",
            "pid-trust-works.accounts",
        ),
        (
            '{"all": {"enforcementLevel": "advisory", "accounts": []}}',
            "audit-config-property-unknown",
            "all.accounts",
        ),
        (
            '{"pid-trust-source-bound": {"accounts": "111122223333"}}',
            "audit-config-value",
            "pid-trust-source-bound.accounts",
        ),
        (
            '{"pid-trust-source-bound": {"accounts": ["prod"]}}',
            "audit-config-value",
            "pid-trust-source-bound.accounts",
        ),
        (
            '{"pid-trust-single-purpose": {"migration": 1}}',
            "audit-config-value",
            "pid-trust-single-purpose.migration",
        ),
        (
            '{"pid-doc-wellformed": {"maxTrustSize": 9999}}',
            "audit-config-value",
            "pid-doc-wellformed.maxTrustSize",
        ),
    ],
)
def test_file_that_sets_nothing_is_refused(text: str, id_: str, address: str) -> None:
    """Whatever would have no effect, or another than meant, is a problem with its place."""
    assert _problems(text) == [(id_, address)]


def test_all_problems_are_told_at_once() -> None:
    """One run shows everything that is wrong."""
    text = '{"pid-trust-wroks": "disabled", "pid-trust-works": "off"}'

    assert {id_ for id_, _ in _problems(text)} == {
        "audit-config-rule-unknown",
        "audit-config-level",
    }


def test_misspelt_rule_is_told_with_the_nearest() -> None:
    """The help is the id that was meant."""
    with pytest.raises(ConfigError, match='did you mean "pid-trust-works"'):
        read_settings('{"pid-trust-wroks": "disabled"}', "rules.json")


def test_broken_json_is_told_with_its_line() -> None:
    """An editor can jump to the place."""
    with pytest.raises(ConfigError, match=r"rules\.json:2:1"):
        read_settings('{"all":\n', "rules.json")


@pytest.mark.parametrize("rule", _EVERY_RULE, ids=lambda rule: rule.id)
def test_schemas_of_rules_are_understood(rule: Rule) -> None:
    """No rule has a property whose schema an audit would not hold values to."""
    for name, schema in rule.config.items():
        assert schema.keys() <= KEYWORDS
        assert not list(faults(schema, schema["default"])), name


def test_rules_are_asked_or_a_reason_is_given() -> None:
    """Every rule of the pack is asked but those that are named, and no name is out of date."""
    ids = {rule.id for rule in RULES}
    asked = {rule.id for rule in audit_rules()}

    assert POINTLESS.keys() | PARTIAL.keys() <= ids
    assert asked - ids == {rule.id for rule in LIVE_RULES}
    assert ids - asked == {rule.id for rule in RULES if why_not(rule)}
    assert not asked & POINTLESS.keys()


def test_rule_of_what_is_not_read_is_not_asked() -> None:
    """A rule on buckets and keys alone would always be silent, which is no verdict."""
    rule = ResourceRule(
        id="pid-buckets",
        title="",
        severity=MINIMAL_ACTIONS.severity,
        level=Level.MANDATORY,
        why="",
        fix="",
        source="",
        types=RESOURCE_TYPES,
        judge=MINIMAL_ACTIONS.judge,
    )

    assert why_not(rule) == "It judges what is not read."
    assert rule not in audit_rules((rule,))
