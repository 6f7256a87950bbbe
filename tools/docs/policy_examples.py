"""What a rule's page shows as reported and as not reported: cases of the corpus, and the verdict.

In: a rule. Out: lines of Markdown. The cases are those that a reader meets in practice, not the
cleverest; a test judges each of them, as all of the corpus.
"""

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML

from eks_pod_identity_policies.resource import ROLE, Resource
from eks_pod_identity_policies.rule import Config, Finding, ResourceRule, Rule, StackRule
from eks_pod_identity_policies.stack.view import Stack
from eks_pod_identity_policies.values import UNKNOWN

Json: TypeAlias = Any

CORPUS = Path(__file__).parents[2] / "tests" / "policy" / "corpus"
_CHOICE = Path(__file__).with_name("policy_examples.yaml")
_PERMISSIONS = "aws:iam/rolePolicy:RolePolicy"
_DOCUMENTS = frozenset({"assumeRolePolicy", "policy"})
_WIDTH = 1_000  # nothing is broken over lines


def example_lines(rule: Rule, word: str) -> Iterator[str]:
    """Yield the lines of an example.

    Args:
        rule: The rule.
        word: `bad` for what is reported, `good` for what is not.
    """
    name = YAML(typ="safe").load(_CHOICE)[rule.id][word]
    case = YAML(typ="safe").load(CORPUS / rule.id / f"{word}-{name}.yaml")
    yield from (case.pop("reason"), "", *_shown(case))
    findings = [str(each) for each in _judged(rule, case)]
    if findings:
        yield from ("", "```text", *"\n".join(findings).splitlines(), "```")


def _shown(case: Mapping[str, Json]) -> Iterator[str]:
    """Yield a case as YAML, or as the JSON that it is all about."""
    if "text" in case:
        yield from ("```json", *case["text"].splitlines(), "```")
        return
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    yaml.dump(
        {"trust policy" if key == "trust" else key: _opened(each) for key, each in case.items()},
        text,
    )
    yield from ("```yaml", *text.getvalue().splitlines(), "```")


def _opened(value: Json) -> Json:
    """Return a value with the JSON of its documents as objects, which are easier to read."""
    if isinstance(value, dict):
        return {
            key: _object(each) if key in _DOCUMENTS else _opened(each)
            for key, each in value.items()
        }
    return [_opened(each) for each in value] if isinstance(value, list) else value


def _object(value: Json) -> Json:
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value


def _judged(rule: Rule, case: Mapping[str, Json]) -> Iterator[Finding]:
    config = Config(rule, case.get("config", {}))
    resources = tuple(_resources(case))
    if isinstance(rule, StackRule):
        yield from rule.judge(Stack(resources), config)
    elif isinstance(rule, ResourceRule):
        for each in resources:
            if each.type in rule.types:
                yield from rule.judge(each, config)


def _resources(case: Mapping[str, Json]) -> Iterator[Resource]:
    for key, kind, prop in (
        ("trust", ROLE, "assumeRolePolicy"),
        ("text", ROLE, "assumeRolePolicy"),
        ("permissions", _PERMISSIONS, "policy"),
    ):
        if key in case:
            yield _resource({"type": kind, "props": {prop: case[key]}})
    yield from map(_resource, [case["resource"]] if "resource" in case else [])
    yield from map(_resource, case.get("stack", []))


def _resource(given: Mapping[str, Json]) -> Resource:
    name = given.get("name", "app")
    return Resource(
        type=given["type"],
        name=name,
        urn=name,
        props={key: _written(key, each) for key, each in given["props"].items()},
        ignore_changes=tuple(given.get("ignoreChanges", ())),
        provider=given.get("provider", {}),
        dependencies={prop: tuple(each) for prop, each in given.get("madeFrom", {}).items()},
    )


def _written(key: str, value: Json) -> Json:
    if key in _DOCUMENTS and isinstance(value, dict):
        return json.dumps(value)
    return _known(value)


def _known(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _known(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_known(each) for each in value]
    return UNKNOWN if value == "<unknown>" else value
