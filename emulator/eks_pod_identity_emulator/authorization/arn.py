"""ARNs matched part by part, in Resource elements and by the ARN operators.

A wildcard stays inside of the part of an ARN that it is written in; the last of the six parts may
hold colons of its own.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
"""

from collections.abc import Sequence
from functools import lru_cache

from eks_pod_identity_emulator.authorization.policy_text import PolicyText, UnreadableTextError
from eks_pod_identity_emulator.authorization.request import Context
from eks_pod_identity_emulator.authorization.text_pattern import (
    Pattern,
    Token,
    Wildcard,
    compile_tokens,
    split_tokens,
)

_PARTS = 6
_ANYTHING = (Wildcard.ANY_TEXT,)


def matches_arn(tokens: tuple[Token, ...], arn: str, *, doubt: bool) -> bool:
    """Say whether an ARN matches; `doubt` if either is no ARN."""
    patterns, parts = _part_patterns(tokens), arn.split(":", _PARTS - 1)
    if len(patterns) < _PARTS or len(parts) < _PARTS:
        return doubt
    return _all_match(patterns, parts)


def matches_resource(text: PolicyText, resource: str, context: Context, *, doubt: bool) -> bool:
    """Say whether a text of a Resource element names what is acted on."""
    if text.written == "*":
        return True
    if text.varies and _varies_early(text.written):
        # "You can use policy variables in the resource portion of the ARN", and there only.
        return doubt
    try:
        tokens = text.fill_in(context, doubt=doubt)
    except UnreadableTextError:
        return doubt
    # A resource with a variable that has no value matches nothing.
    return tokens is not None and _names(tokens, resource, doubt=doubt)


def _names(tokens: tuple[Token, ...], resource: str, *, doubt: bool) -> bool:
    parts = resource.split(":", _PARTS - 1)
    patterns = _part_patterns(tokens)
    if len(parts) < _PARTS:
        return tokens == _ANYTHING  # an action without a resource is allowed on `*` only
    if len(patterns) == _PARTS and _all_match(patterns, parts):
        return True
    # AWS's page says that a `*` at the end of a part "can expand to match beyond the colon".
    return doubt and compile_tokens(tokens).match(resource) is not None


def _all_match(patterns: Sequence[Pattern], parts: Sequence[str]) -> bool:
    return all(pattern.match(part) for pattern, part in zip(patterns, parts, strict=True))


@lru_cache(maxsize=16_384)
def _part_patterns(tokens: tuple[Token, ...]) -> tuple[Pattern, ...]:
    return tuple(compile_tokens(tuple(part)) for part in split_tokens(tokens, _PARTS))


def _varies_early(written: str) -> bool:
    return written.partition("${")[0].count(":") < _PARTS - 1
