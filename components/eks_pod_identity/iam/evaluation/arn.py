"""ARNs compared part by part, as the ARN operators and the Resource element do.

In: a pattern (see `glob`) and a text. A wildcard never reaches across the colons between the six
parts; the last part may contain colons of its own.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
"""

from functools import lru_cache

from eks_pod_identity.iam.evaluation.glob import ANY_TEXT, has_wildcard, matches
from eks_pod_identity.iam.evaluation.truth import Truth, truth_of

_PARTS = 6


def arn_matches(pattern: str, text: str) -> Truth:
    """Tell whether an ARN fits the pattern of a condition; undecided if either is no ARN."""
    patterns, parts = _split(pattern), _split(text)
    if len(patterns) < _PARTS or len(parts) < _PARTS:
        return Truth.UNKNOWN
    if not has_wildcard(pattern):
        return truth_of(pattern == text)
    return truth_of(all(map(matches, patterns, parts)))


def resource_matches(pattern: str, text: str) -> Truth:
    """Tell whether an ARN fits a Resource, whose missing parts are taken for `*`.

    A `*` at the end of a part "can expand to match beyond the colon boundaries", says
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html:
    what fits only so is left undecided.
    """
    if pattern == ANY_TEXT:
        return Truth.YES
    patterns, parts = _split(pattern), _split(text)
    if len(parts) < _PARTS:
        return Truth.UNKNOWN
    whole = (*patterns, *[ANY_TEXT] * (_PARTS - len(patterns)))
    if all(map(matches, whole, parts)):
        return Truth.YES
    return Truth.UNKNOWN if matches(pattern, text) else Truth.NO


@lru_cache(maxsize=256)
def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split(":", _PARTS - 1))
