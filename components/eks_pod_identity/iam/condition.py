"""The Condition element: which operators IAM has, and what is wrong with a block of them.

In: the plain value of a Condition. Out: faults. Whether a condition holds is not decided here.
"""

import re
from collections.abc import Iterator

from eks_pod_identity.iam.fault import (
    DocumentFault,
    member_path,
    not_an_object,
    quote,
    wrong_type,
)
from eks_pod_identity.iam.plain import Plain

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
OPERATORS = frozenset(
    {
        "ArnEquals",
        "ArnLike",
        "ArnNotEquals",
        "ArnNotLike",
        "BinaryEquals",
        "Bool",
        "DateEquals",
        "DateGreaterThan",
        "DateGreaterThanEquals",
        "DateLessThan",
        "DateLessThanEquals",
        "DateNotEquals",
        "IpAddress",
        "NotIpAddress",
        "NumericEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericNotEquals",
        "StringEquals",
        "StringEqualsIgnoreCase",
        "StringLike",
        "StringNotEquals",
        "StringNotEqualsIgnoreCase",
        "StringNotLike",
    }
)
_OPERATOR = re.compile(r"(ForAllValues:|ForAnyValue:)?([A-Za-z]+?)(IfExists)?")


def is_operator(name: str) -> bool:
    """Tell whether IAM has this operator, with or without set prefix and IfExists."""
    match = _OPERATOR.fullmatch(name)
    # Null asks whether a key is there, so IfExists would contradict it.
    return match is not None and (match[2] in OPERATORS or (match[2] == "Null" and not match[3]))


def find_condition_faults(value: Plain, path: str) -> Iterator[DocumentFault]:
    """Yield what is wrong with a Condition element."""
    if not isinstance(value, dict):
        yield not_an_object(value, path)
        return
    for operator, keys in value.items():
        where = member_path(path, operator)
        if not is_operator(operator):
            yield DocumentFault("policy-operator-unknown", where, f"no operator {quote(operator)}")
        yield from _key_faults(keys, where)


def _key_faults(value: Plain, path: str) -> Iterator[DocumentFault]:
    if not isinstance(value, dict):
        yield not_an_object(value, path)
        return
    seen: set[str] = set()
    for key, values in value.items():
        where = member_path(path, key)
        # Keys ignore case: of two such keys one would silently not count.
        if key.lower() in seen:
            yield DocumentFault("policy-duplicate-key", where, f"{quote(key)} twice, but for case")
        seen.add(key.lower())
        for each in values if isinstance(values, list) else [values]:
            if not isinstance(each, str | bool | int | float):
                yield wrong_type(each, "text, a number or a boolean", where)
