"""Cases of the policy pack's corpus, read from YAML and turned into what the engine would send.

A case has a `reason`, and one of

- `trust`: a trust policy; judged as text on a pulumi-aws role, as an object on an aws-native one
- `text`: a trust policy as JSON text, for what YAML cannot say
- `permissions`: an identity policy; judged on every resource that can hold one
- `resource`: one resource; objects in its documents become JSON text, as pulumi-aws makes it
- `stack`: several resources, for rules on how they fit together

and may have `config` (of the folder's rule), `repeat` (the first statement that many times).
In a stack `madeFrom` names the resources that a property was made from. The text `<unknown>` stands
for a value that the preview does not know.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from pulumi_policy.proxy import UNKNOWN_STRING_VALUE
from ruamel.yaml import YAML

from harness.policy_wire import urn

Json: TypeAlias = Any

CORPUS = Path(__file__).parents[1] / "policy" / "corpus"
_DOCUMENTS = frozenset({"assumeRolePolicy", "policy"})


@dataclass(frozen=True)
class Case:
    """One file of the corpus."""

    rule: str
    name: str
    content: Mapping[str, Any]

    @property
    def is_bad(self) -> bool:
        """Whether the rule has to report it."""
        return self.name.startswith("bad-")

    @property
    def config(self) -> dict[str, dict[str, Any]]:
        """The configuration of the pack."""
        return {self.rule: self.content["config"]} if "config" in self.content else {}

    @property
    def stack(self) -> list[dict[str, Any]]:
        """The resources of a whole stack."""
        resources = [_with_text(each) for each in self.content.get("stack", ())]
        urns = {each["name"]: urn(each) for each in resources}
        return [_with_urns(each, urns) for each in resources]

    def forms(self) -> Iterator[dict[str, Any]]:
        """Yield every form in which the engine may send the case's one resource."""
        if "trust" in self.content:
            yield from _roles(_repeated(self.content["trust"], self.content.get("repeat", 1)))
        if "text" in self.content:
            yield _role(self.content["text"])
        if "permissions" in self.content:
            yield from _holders(self.content["permissions"])
        if "resource" in self.content:
            yield _with_text(self.content["resource"])


def read_corpus() -> list[Case]:
    """Return all cases, by rule and name."""
    yaml = YAML(typ="safe")
    return [
        Case(path.parent.name, path.stem, yaml.load(path))
        for path in sorted(CORPUS.glob("*/*.yaml"))
    ]


def _role(text: str) -> dict[str, Any]:
    return {"type": "aws:iam/role:Role", "props": {"assumeRolePolicy": text}}


def _roles(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield _role(json.dumps(document))
    yield _role(json.dumps(document, indent=2, ensure_ascii=False))
    yield {"type": "aws-native:iam:Role", "props": {"assumeRolePolicyDocument": document}}


def _holders(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    text = json.dumps(document)
    for kind in ("rolePolicy:RolePolicy", "policy:Policy", "userPolicy:UserPolicy"):
        yield {"type": f"aws:iam/{kind}", "props": {"policy": text}}
    inline = [{"name": "inline", "policy": text}]
    yield {"type": "aws:iam/role:Role", "props": {"inlinePolicies": inline}}
    yield {"type": "aws-native:iam:ManagedPolicy", "props": {"policyDocument": document}}
    native = [{"policyName": "inline", "policyDocument": document}]
    yield {"type": "aws-native:iam:Role", "props": {"policies": native}}


def _with_text(resource: Mapping[str, Any]) -> dict[str, Any]:
    props = {
        name: json.dumps(value) if name in _DOCUMENTS and isinstance(value, dict) else value
        for name, value in resource["props"].items()
    }
    return {**resource, "props": _with_unknowns(props)}


def _with_unknowns(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _with_unknowns(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_unknowns(each) for each in value]
    return UNKNOWN_STRING_VALUE if value == "<unknown>" else value


def _with_urns(resource: Mapping[str, Json], urns: Mapping[str, str]) -> dict[str, Json]:
    made_from = {
        prop: [urns[name] for name in names] for prop, names in resource.get("madeFrom", {}).items()
    }
    return {**resource, "madeFrom": made_from}


def _repeated(document: Mapping[str, Any], times: int) -> Mapping[str, Any]:
    return {**document, "Statement": document["Statement"] * times} if times > 1 else document
