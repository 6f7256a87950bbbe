"""docs/permissions.md: the least IAM policy for the caller of each command.

In: permissions.yaml. Out: a section per command, with a policy as JSON. Tests hold the actions
against the calls that the commands make.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tools.docs.page import Page

_FILE = Path(__file__).with_name("permissions.yaml")
_COMMANDS: Mapping[str, Mapping[str, Any]] = {
    entry["id"]: entry for entry in YAML(typ="safe").load(_FILE)
}
# EKS asks for it where a role is handed over, and no call has its name:
# https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html
_PASSING = "iam:PassRole"
_ROLES = "arn:aws:iam::*:role/*"


def actions(command: str) -> frozenset[str]:
    """Return the actions that a command calls, such as `eks:DescribeCluster`."""
    return frozenset((*_actions(command, "reads"), *_actions(command, "writes")))


def policy(command: str) -> dict[str, object]:
    """Return a policy document for the caller of a command."""
    writes = sorted(_actions(command, "writes"))
    statements = [_statement("Read", sorted(_actions(command, "reads")), "*")]
    for service, sid, resource in (("eks", "WriteEks", "*"), ("iam", "WriteRoles", _ROLES)):
        of_service = [each for each in writes if each.startswith(f"{service}:")]
        if of_service:
            statements.append(_statement(sid, of_service, resource))
    if _COMMANDS[command].get("passed"):
        statements.append(_pass_role())
    return {"Version": "2012-10-17", "Statement": statements}


def _actions(command: str, kind: str) -> Iterator[str]:
    entry = _COMMANDS[command]
    for included in entry.get("includes", ()):
        yield from _actions(included, kind)
    for service, names in entry.get(kind, {}).items():
        yield from (f"{service}:{name}" for name in names)


def _statement(sid: str, allowed: Sequence[str], resource: str) -> dict[str, object]:
    return {"Sid": sid, "Effect": "Allow", "Action": list(allowed), "Resource": resource}


def _pass_role() -> dict[str, object]:
    service = {"iam:PassedToService": "pods.eks.amazonaws.com"}
    statement = _statement("PassRolesToPods", [_PASSING], _ROLES)
    return {**statement, "Condition": {"StringEquals": service}}


def _parts() -> dict[str, Iterable[str]]:
    return {"commands": _sections()}


def _sections() -> Iterator[str]:
    for index, (command, entry) in enumerate(_COMMANDS.items()):
        yield from ([""] if index else ())
        yield from (f"## {entry['title']}", "", entry["about"], "", "```json")
        yield from json.dumps(policy(command), indent=2).splitlines()
        yield "```"


PAGE = Page("permissions.md", _parts)
