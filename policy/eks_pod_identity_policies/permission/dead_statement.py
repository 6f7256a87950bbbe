"""Statements of permissions that speak of no call of a pod, and the clause that is why.

In: a statement. Out: the reason in words. Asked of the exact set of a pod's calls: a condition on a
key that no such call carries, a value that the key never has, a variable that is none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from eks_pod_identity.access.act import Act, decoys_of
from eks_pod_identity.access.callers.session import SessionCalls
from eks_pod_identity.access.permitted import applicable
from eks_pod_identity.access.reach import Answer
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.iam.evaluation import Condition, Policy, Statement
from eks_pod_identity.iam.evaluation.glob import to_text
from eks_pod_identity.iam.evaluation.variable import parse_text
from eks_pod_identity_policies.permission.global_keys import is_global_key
from eks_pod_identity_policies.permission.identity_request import homes_of
from eks_pod_identity_policies.permission.service_reference import (
    actions_on_objects,
    may_write_tags,
    resource_tag_families,
)
from eks_pod_identity_policies.session_tags import SOURCE_KEYS, TAGS

_TAG_FAMILY = re.compile(r".*(resourcetag|existingobjecttag|buckettag|accesspointtag)s?")
_BROKEN = re.compile(r"\$\$\{|\$\{[^}]*$|\$\{[^{}]*\$\{|[#%]\{|\{\{")


def speaks_of_tags(statement: Statement) -> bool:
    """Tell whether a statement mentions session tags of EKS, rightly spelt or not."""
    return any(tag in text.lower() for text in _texts(statement) for tag in TAGS)


def _texts(statement: Statement) -> Iterator[str]:
    yield from statement.resources
    for condition in statement.conditions:
        yield condition.key
        yield from condition.values


def reason_of(statement: Statement) -> str:
    """Return why a statement speaks of no call of a pod; empty if it does, or may."""
    watched = speaks_of_tags(statement)
    if broken := _broken(statement) if watched else "":
        return broken
    asks_source = statement.allow and any(each.key in SOURCE_KEYS for each in statement.conditions)
    if not watched and not asks_source:
        return ""
    for condition in statement.conditions:
        if wrong := _misnamed(statement, condition):
            return wrong
    return "" if _may_apply(statement) else _dead_clause(statement)


def _broken(statement: Statement) -> str:
    if not statement.variables:
        return ""
    for text in _texts(statement):
        if any(tag in text.lower() for tag in TAGS) and (
            _BROKEN.search(text) or ("${" in text and parse_text(text) is None)
        ):
            return f'"{text}" is no variable, but the text that it is'
    return ""


def _misnamed(statement: Statement, condition: Condition) -> str:
    """Return why a condition's key is one that no call has, by its name."""
    for written in (condition.written, *(each.key for each in condition.expands)):
        key = written.lower()
        service, _, name = key.partition(":")
        if service == "aws" and not is_global_key(key):
            return f"there is no condition key {written}"
        family = name.partition("/")[0]
        of_service = service != "aws" and _TAG_FAMILY.fullmatch(family)
        if of_service and f"{service}:{family}" not in resource_tag_families(service):
            return f"there is no condition key {written}"
    return _untagged_object(statement, condition)


def _untagged_object(statement: Statement, condition: Condition) -> str:
    """Return that objects of S3 have no aws:ResourceTag, if a condition asks for it."""
    actions = frozenset(map(to_text, statement.actions))
    on_objects = bool(actions) and not statement.not_actions and actions <= actions_on_objects()
    of_access_point = any(":accesspoint" in each for each in statement.resources)
    if condition.key.startswith("aws:resourcetag/") and on_objects and not of_access_point:
        return f"{condition.written} is not of objects in S3, whose tags are s3:ExistingObjectTag"
    return ""


def _may_apply(statement: Statement) -> bool:
    for home in homes_of((Policy((statement,)),)):
        for act in _acts(statement):
            calls = SessionCalls(Setting(home.account, home.partition), direct=False)
            if applicable(statement, act, calls).answer is not Answer.NO:
                return True
    return False


def _acts(statement: Statement) -> Iterator[Act]:
    """Yield a call of each service that a statement names, with all tags that it may write."""
    patterns = ["*"] if statement.not_actions else [to_text(each) for each in statement.actions]
    asked = [each.key.partition("/")[2] for each in statement.conditions if "/" in each.key]
    for pattern in dict.fromkeys(patterns):
        service, _, name = pattern.partition(":")
        known = service.replace("-", "").isalnum()
        action = f"{service if known else _service(statement)}:{name or '*'}"
        decoys = decoys_of(asked) if not known or _may_write(service, name) else ()
        act = Act(action, "*", decoys=decoys, free=True)
        yield replace(act, writes={"a-tag": ("x",)}) if decoys else act


def _service(statement: Statement) -> str:
    """Return the service whose keys a statement about any service asks for."""
    keys = (each.key.partition(":")[0] for each in statement.conditions)
    return next((each for each in keys if each not in {"aws", ""}), "any")


def _may_write(service: str, name: str) -> bool:
    """Tell whether some action of a pattern takes tags along."""
    fixed = name.partition("*")[0].partition("?")[0]
    verbs = tuple(may_write_tags(service))
    if len(fixed) < len(name):
        return any(each.startswith(fixed) or fixed.startswith(each) for each in verbs)
    return fixed.startswith(verbs)


def _dead_clause(statement: Statement) -> str:
    for condition in statement.conditions:
        if not _may_apply(replace(statement, conditions=(condition,))):
            values: Sequence[str] = [f'"{each}"' for each in condition.values[:3]]
            return f"{condition.name} {condition.written} {', '.join(values)} never holds"
    return "its conditions never hold together"
