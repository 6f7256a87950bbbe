"""Rules of tags: what both EKS and IAM take, since an association's tags go to its role as well."""

import re
from collections.abc import Iterator, Mapping

from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.config.words import quoted
from eks_pod_identity.errors import Problem

# IAM and EKS API references, Tag and TagMap.
MAX_TAGS = 50
MAX_KEY = 128
MAX_VALUE = 256
_CHARACTERS = re.compile(r"[\w\s.:/=+\-@]*")


def excluded_ascii() -> str:
    """Return the visible ASCII characters that no tag may have, for a class of a pattern."""
    visible = map(chr, range(ord("!"), ord("~") + 1))
    excluded = (each for each in visible if not _CHARACTERS.fullmatch(each))
    # A backslash before any other character is an error to editors, unlike to Python.
    return "".join(f"\\{each}" if each in r"\]^[-" else each for each in excluded)


def validate_tags(tags: Mapping[str, str], scope: Scope) -> Iterator[Problem]:
    """Tags are few, short and of letters, digits, blanks and `_.:/=+-@`."""
    if len(tags) > MAX_TAGS:
        message = f"{len(tags)} tags, and AWS takes {MAX_TAGS}"
        yield scope.problem(Fault.TAGS_TOO_MANY, message)
    for key, value in tags.items():
        if fault := _key_fault(key) or _value_fault(value):
            yield scope.at(key).problem(Fault.TAG_MALFORMED, fault)


def _key_fault(key: str) -> str:
    if not 1 <= len(key) <= MAX_KEY:
        return f"a tag key of {len(key)} characters, and AWS takes 1 to {MAX_KEY}"
    if key.lower().startswith("aws:"):
        return f'tag key {quoted(key)} begins with "aws:", which AWS keeps for itself'
    if not _CHARACTERS.fullmatch(key):
        return f"tag key {quoted(key)} has a character other than letters, digits, _.:/=+-@"
    return ""


def _value_fault(value: str) -> str:
    if len(value) > MAX_VALUE:
        return f"a tag value of {len(value)} characters, and AWS takes up to {MAX_VALUE}"
    if not _CHARACTERS.fullmatch(value):
        return "the tag's value has a character other than letters, digits, _.:/=+-@"
    return ""
