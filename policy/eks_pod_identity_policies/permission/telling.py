"""Statements that tell pods apart by the tags of resources, and calls that write such tags.

In: a policy. Out: for each tag that is compared with a session tag, who may write it on what is of
others. The pod chooses what it can: the value, tags beside it, the resource.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from eks_pod_identity.access import domains
from eks_pod_identity.access.act import Act, decoys_of
from eks_pod_identity.access.callers.session import SessionCalls
from eks_pod_identity.access.classes import Class
from eks_pod_identity.access.masked import Masked
from eks_pod_identity.access.permitted import permitted
from eks_pod_identity.access.reach import Answer
from eks_pod_identity.access.setting import unnamed_setting
from eks_pod_identity.access.space import Order, Text, Value
from eks_pod_identity.access.unknown import Unknown
from eks_pod_identity.iam.evaluation import Condition, Policy, Statement, Truth
from eks_pod_identity.iam.evaluation.arn import resource_matches
from eks_pod_identity.iam.evaluation.glob import to_pattern, to_text
from eks_pod_identity.iam.evaluation.variable import Variable, parse_text
from eks_pod_identity_policies.permission.identity_request import allows, tag_keys_named
from eks_pod_identity_policies.permission.service_reference import (
    REMOVING,
    resource_tag_families,
    services_with_writers,
    tag_writers,
)
from eks_pod_identity_policies.session_tags import PRINCIPAL_KEYS
from eks_pod_identity_policies.trust.arn_pattern import fill

_FAMILIES = (":resourcetag", "s3:existingobjecttag", "s3:buckettag", "s3:accesspointtag")
_SOME = 8
_ENOUGH = 6  # questions for one tag
_MANY = 24  # services, of a statement about all
_BEFORE_RUNNING = frozenset({"ec2:createaction"})  # only where a call makes what it tags


class Telling(NamedTuple):
    """A comparison of a resource's tag with a session tag.

    Attributes:
        statement: Where it stands.
        tag: The key of the resource's tag, in lower case.
        value: What the tag is compared with, as written; empty if the tag stands in a variable.
        by: The condition key of the session tag.
    """

    statement: Statement
    tag: str
    value: str
    by: str


@dataclass(frozen=True, slots=True)
class Writer:
    """A call by which a pod writes a tag of what is of others.

    Attributes:
        action: The action.
        statement: The label of a statement that allows it.
        answer: YES, DEPENDS or TOO_LARGE.
        depends_on: What is not known and decides.
    """

    action: str
    statement: str
    answer: Answer
    depends_on: tuple[str, ...]


def is_resource_tag(key: str) -> bool:
    """Tell whether a key (in lower case) is a tag of the resource."""
    return key.partition("/")[0].endswith(_FAMILIES)


def tellings_of(policy: Policy) -> dict[str, list[Telling]]:
    """Return the comparisons of a policy by the tag of the resource."""
    found: dict[str, list[Telling]] = {}
    for statement in policy.statements:
        for each in _tellings(statement):
            found.setdefault(each.tag, []).append(each)
    return found


def _tellings(statement: Statement) -> Iterator[Telling]:
    for condition in statement.conditions:
        if condition.negated is statement.allow or condition.operator == "Null":
            continue
        for value in condition.values:
            yield from _compared(statement, condition, value)


def _compared(statement: Statement, condition: Condition, value: str) -> Iterator[Telling]:
    for variable in (each for each in parse_text(value) or () if isinstance(each, Variable)):
        if is_resource_tag(condition.key) and variable.key in PRINCIPAL_KEYS:
            tag = condition.key.partition("/")[2]
            yield Telling(statement, tag, value, variable.key)
        elif condition.key in PRINCIPAL_KEYS and is_resource_tag(variable.key):
            yield Telling(statement, variable.key.partition("/")[2], "", condition.key)


def writer_of(policy: Policy, tellings: list[Telling]) -> Writer | None:
    """Return a call by which a pod writes a tag of what is of others."""
    doubt: Writer | None = None
    asked: set[Hashable] = set()
    for action in dict.fromkeys(_writing(policy, tellings)):
        if not allows(policy, action):
            continue
        for resource in _resources(policy, tellings, action):
            same = _likeness(policy, action, resource)
            if same in asked:
                continue
            asked.add(same)
            found = _asked(policy, tellings[0], action, resource)
            if found and found.answer in _ENDS:
                return found
            doubt = doubt or found
            if len(asked) >= _ENOUGH:
                return doubt or Writer(action, tellings[0].statement.label, Answer.TOO_LARGE, ())
    return doubt


_ENDS = frozenset({Answer.YES, Answer.TOO_LARGE})


def _likeness(policy: Policy, action: str, resource: str) -> Hashable:
    """Return what two calls have in common that are answered alike: the same statements speak."""
    speaking = []
    for at, each in enumerate(policy.statements):
        if each.names_action(action) is Truth.YES:
            names = (resource_matches(to_pattern(text), resource) for text in each.resources)
            speaking.append((at, tuple(names)))
    prefixes = {c.key.partition(":")[0] for each in policy.statements for c in each.conditions}
    service = action.partition(":")[0]
    removes = action.partition(":")[2].startswith(REMOVING)
    return tuple(speaking), removes, service if service in prefixes else ""


def _writing(policy: Policy, tellings: list[Telling]) -> Iterator[str]:
    """Yield the actions that write tags of what the statements are about."""
    for telling in tellings:
        for service in islice(dict.fromkeys(_services(policy, telling.statement)), _MANY):
            if resource_tag_families(service):
                yield from tag_writers(service)


def _services(policy: Policy, statement: Statement) -> Iterator[str]:
    patterns = () if statement.not_actions else statement.actions
    for pattern in patterns:
        service = to_text(pattern).partition(":")[0]
        if service.replace("-", "").isalnum():
            yield service
    if not patterns or any("*" in to_text(each).partition(":")[0] for each in patterns):
        others = (each for each in policy.statements if each is not statement and each.allow)
        named = (to_text(p).partition(":")[0] for each in others for p in each.actions)
        yield from (each for each in named if each.replace("-", "").isalnum())
        yield from services_with_writers()


def _resources(policy: Policy, tellings: list[Telling], action: str) -> Iterator[str]:
    """Yield resources of which statements that tell apart, and those that write, may speak."""
    writers = [each for each in policy.statements if each.names_action(action) is Truth.YES]
    tellers = [each.statement for each in tellings]
    written = dict.fromkeys(each for one in (*tellers, *writers) for each in one.resources)
    service = action.partition(":")[0]
    for text in islice(written, _SOME):
        plain = fill(text) if text != "*" else f"arn:aws:{service}:eu-west-1:111122223333:thing/x"
        if "${" not in text and any(_speaks_of(each, plain) for each in tellers):
            yield plain


def _speaks_of(statement: Statement, resource: str) -> bool:
    if statement.not_resources or not statement.resources:
        return True
    return any(
        "${" in text or resource_matches(to_pattern(text), resource) is not Truth.NO
        for text in statement.resources
    )


def _asked(policy: Policy, telling: Telling, action: str, resource: str) -> Writer | None:
    calls = SessionCalls(unnamed_setting(policy))
    victims = calls.space.word(f"tag {telling.tag}", domains.TAG)
    tag, name = telling.tag, action.partition(":")[2]
    removes = (tag,) if name.startswith(REMOVING) else ()
    act = Act(
        action,
        resource,
        writes={} if removes else {tag: _own_value(calls, telling)},
        removes=removes,
        decoys=decoys_of(each for each in tag_keys_named(policy) if each != tag),
        has={tag: (victims,)},
        lacks=_BEFORE_RUNNING,
        free=True,
    )
    reach = permitted([[policy]], [act], calls)
    answer = Masked(reach, _of_others).answer
    if answer is Answer.NO:
        return None
    label = next(each.label for each in policy.statements if _lets(each, action))
    return Writer(action, label, answer, reach.depends_on if answer is Answer.DEPENDS else ())


def _lets(statement: Statement, action: str) -> bool:
    return statement.allow and statement.names_action(action) is Truth.YES


def _of_others(unknown: Unknown, each: Class) -> bool:
    """Tell whether a class is one in which the resource's tag is not the pod's."""
    is_fact = Order.FACT <= unknown.rank < Order.UNTOLD
    return not is_fact or each.witness is None


def _own_value(calls: SessionCalls, telling: Telling) -> Text:
    """Return the value of the tag by which the pod has the resource."""
    pieces: list[object] = []
    for piece in parse_text(telling.value or f"${{{telling.by}}}") or ():
        if isinstance(piece, Variable):
            found = calls.read_key(piece.key)
            pieces += found.texts[0] if isinstance(found, Value) else ()
        else:
            pieces.append(fill(piece.text))
    return tuple(each for each in pieces if each and isinstance(each, str | Unknown))
