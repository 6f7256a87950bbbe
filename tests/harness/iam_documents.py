"""Documents at random, written in all the ways that IAM takes them, over the small world."""

from typing import Any

from hypothesis import strategies as st

from harness.iam_set_evaluator import ACTIONS, ARN, FOREIGN_ROLE, RESOURCES, ROLE

_TEXTS = (
    "a",
    "ab",
    "A",
    "a*",
    "?",
    "*",
    "a${*}",
    "${aws:RequestTag/team}",
    "b${aws:requesttag/TEAM}",
    "${aws:RequestTag/team, 'ab'}",
)
_ARNS = (
    ARN.format("a"),
    ARN.format("a*"),
    "arn:aws:eks:*:*:cluster/?",
    "arn:*:eks:*:1111*:*",
    ARN.format("${aws:RequestTag/team}"),
    "arn:aws:eks:eu-west-1:999999999999:cluster/*",
)
_STRING_OPERATORS = (
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLike",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
)
_ARN_OPERATORS = ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike")
_SINGLE_KEYS = (
    "aws:SourceAccount",
    "AWS:sourceaccount",
    "aws:RequestTag/team",
    "aws:RequestTag/TEAM",
)


def _one_or_more(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return values | st.lists(values, min_size=1, max_size=3)


def _entry(
    operators: st.SearchStrategy[str], keys: tuple[str, ...], values: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda operator, key, value: {operator: {key: value}},
        operators,
        st.sampled_from(keys),
        _one_or_more(values),
    )


def _operators(names: tuple[str, ...], prefixes: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.builds(
        "{}{}{}".format,
        st.sampled_from(prefixes),
        st.sampled_from(names),
        st.sampled_from(("", "", "IfExists")),
    )


_ALL_PREFIXES = ("", "ForAllValues:", "ForAnyValue:")
_SETS = ("ForAllValues:", "ForAnyValue:")
_CONDITIONS = st.one_of(
    _entry(_operators(_STRING_OPERATORS, _ALL_PREFIXES), _SINGLE_KEYS, st.sampled_from(_TEXTS)),
    _entry(_operators(_ARN_OPERATORS, _ALL_PREFIXES), ("aws:SourceArn",), st.sampled_from(_ARNS)),
    _entry(_operators(_STRING_OPERATORS, _SETS), ("aws:TagKeys",), st.sampled_from(_TEXTS)),
    _entry(
        st.just("Null"), (*_SINGLE_KEYS, "aws:TagKeys"), st.sampled_from(("true", "false", True))
    ),
)
_ACTION = st.sampled_from((*ACTIONS, "STS:assumerole", "sts:*", "*", "sts:?agSession", "s3:Get*"))
_SERVICE = _one_or_more(st.sampled_from(("pods.eks.amazonaws.com", "ec2.amazonaws.com")))
_NAMED = st.fixed_dictionaries(
    {},
    optional={"Service": _SERVICE, "AWS": _one_or_more(st.sampled_from((ROLE, FOREIGN_ROLE)))},
).filter(bool)
# Of a role, IAM exempts a session only with its name, which requests here do not have.
_EXEMPTED = st.fixed_dictionaries({}, optional={"Service": _SERVICE, "AWS": st.just("*")}).filter(
    bool
)
_ACCOUNTS = st.sampled_from(
    ("*", {"AWS": "*"}, {"AWS": "111122223333"}, {"AWS": ["arn:aws:iam::444455556666:root"]})
)
_RESOURCE = st.sampled_from(
    (*RESOURCES, "*", "arn:aws:s3:::box/*", "arn:aws:s3", "arn:aws:s3:::box/${aws:RequestTag/team}")
)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    """A statement of a resource policy."""
    condition: dict[str, dict[str, Any]] = {}
    for entry in draw(st.lists(_CONDITIONS, max_size=3)):
        for operator, keys in entry.items():
            block = condition.setdefault(operator, {})
            taken = {key.lower() for key in block}
            block.update({key: each for key, each in keys.items() if key.lower() not in taken})
    statement = {
        "Effect": draw(st.sampled_from(("Allow", "Allow", "Deny"))),
        draw(st.sampled_from(("Action", "Action", "NotAction"))): draw(_one_or_more(_ACTION)),
        draw(st.sampled_from(("Resource", "Resource", "NotResource"))): draw(
            _one_or_more(_RESOURCE)
        ),
        **draw(
            st.one_of(
                st.builds(lambda value: {"Principal": value}, _NAMED | _ACCOUNTS),
                st.builds(lambda value: {"NotPrincipal": value}, _EXEMPTED),
            )
        ),
    }
    return statement | ({"Condition": condition} if condition else {})


def documents() -> st.SearchStrategy[dict[str, Any]]:
    """A resource policy of either version of the language, or of none."""
    return st.builds(
        lambda version, body: version | {"Statement": body},
        st.sampled_from(
            ({"Version": "2012-10-17"}, {"Version": "2012-10-17"}, {"Version": "2008-10-17"}, {})
        ),
        statements() | st.lists(statements(), min_size=1, max_size=4),
    )
