"""Documents that are damaged in any way: a violation or a pass, and never an exception."""

import json
from random import Random
from typing import Any

from harness.lanes import examples
from harness.policy_corpus import read_corpus
from harness.policy_damage import DAMAGES, Json, spoil_text, without_surrogates
from harness.policy_wire import Pack
from hypothesis import given, settings
from hypothesis import strategies as st

_CORPUS = read_corpus()
_TRUSTS = [case.content["trust"] for case in _CORPUS if "trust" in case.content]
_PERMISSIONS = [case.content["permissions"] for case in _CORPUS if "permissions" in case.content]
_STACKS = [case.stack for case in _CORPUS if case.stack]
_PACK = Pack()
_RANDOMS = st.randoms(use_true_random=False)
_DAMAGES = st.lists(st.sampled_from(DAMAGES), min_size=1, max_size=3, unique=True)
_LONG = 6_000  # characters; no message dumps a whole value


def _check(resources: list[dict[str, Any]]) -> None:
    found = [each for resource in resources for each in _PACK.analyze(resource)]
    for each in (*found, *_PACK.analyze_stack(resources)):
        assert "could not judge" not in each.message
        assert "can't run policy" not in each.message
        assert len(each.message) < _LONG


def _text(value: Json) -> str:
    # Half of a surrogate pair cannot cross protobuf; as an escape it can.
    return json.dumps(value)


@settings(max_examples=examples(60))
@given(st.sampled_from(_TRUSTS), _DAMAGES, _RANDOMS)
def test_damaged_trust_policy_is_judged(document: Json, damages: list[Any], random: Random) -> None:
    """As text, as an object, and as text that is damaged once more."""
    value = document
    for damage in damages:
        value = damage(value, random)

    role, native = "aws:iam/role:Role", "aws-native:iam:Role"
    _check([{"type": role, "props": {"assumeRolePolicy": _text(value)}}])
    _check([{"type": role, "props": {"assumeRolePolicy": spoil_text(_text(value), random)}}])
    _check([{"type": native, "props": {"assumeRolePolicyDocument": without_surrogates(value)}}])


@settings(max_examples=examples(50))
@given(st.sampled_from(_PERMISSIONS), _DAMAGES, _RANDOMS)
def test_damaged_permissions_are_judged(document: Json, damages: list[Any], random: Random) -> None:
    """Attached to a role, inside of one, and as a resource's own policy."""
    value = document
    for damage in damages:
        value = damage(value, random)
    text = spoil_text(_text(value), random)

    _check([{"type": "aws:iam/rolePolicy:RolePolicy", "props": {"policy": text}}])
    inline = [{"policyName": "inline", "policyDocument": without_surrogates(value)}]
    _check([{"type": "aws-native:iam:Role", "props": {"policies": inline}}])
    _check([{"type": "aws:kms/key:Key", "props": {"policy": text}}])


@settings(max_examples=examples(60))
@given(st.sampled_from(_STACKS), _DAMAGES, _RANDOMS)
def test_damaged_stack_is_judged(
    resources: list[dict[str, Any]], damages: list[Any], random: Random
) -> None:
    """Properties of any resource, among others that are sound."""
    stack = [dict(each) for each in resources]
    for damage in damages:
        chosen = random.choice(stack)
        props = without_surrogates(damage(chosen["props"], random))
        chosen["props"] = props if isinstance(props, dict) else {"value": props}

    _check(stack)
