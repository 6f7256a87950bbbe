"""Stacks as Pulumi recorded them, and cases of a recovery: files of the tests, as values."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from eks_pod_identity.observed.cluster import AddonState, Role
from eks_pod_identity.observed.ownership import STACK_TAG
from eks_pod_identity.observed.stack import StackState, planned_creations
from eks_pod_identity.recovery.candidate import Candidate, find_candidates
from eks_pod_identity.recovery.identity import (
    AddonIdentity,
    Found,
    ObjectIdentity,
    PresentObject,
    role_of,
)
from eks_pod_identity.recovery.look_up import LookUp
from eks_pod_identity.recovery.plan import RecoveryPlan, plan_recovery

_TESTS = Path(__file__).parents[1]
CASES = tuple(sorted((_TESTS / "cases" / "recovery").glob("*.yaml")))


def read_case(path: Path) -> Mapping[str, Any]:
    """Return what a case file says."""
    case: Mapping[str, Any] = YAML(typ="safe").load(path)
    return case


def recorded_stack(name: str) -> StackState:
    """Return the stack of an export."""
    return StackState.from_export(_read(name))


def plan_of_case(case: Mapping[str, Any]) -> RecoveryPlan:
    """Return what a recovery plans: from a case's records, and what it says is found."""
    stack = recorded_stack(case["export"])
    preview = _read(case["preview"]) if "preview" in case else {}
    planned = tuple(planned_creations(preview))
    candidates = find_candidates(stack, planned)
    failed = case.get("failed", {})
    look_up = LookUp(
        found={
            each.resource.urn: found
            for each in candidates
            if (found := _found(each, case.get("found", {})))
        },
        failed={
            each.resource.urn: failed[str(each.identity)]
            for each in candidates
            if str(each.identity) in failed
        },
    )
    return plan_recovery(stack, planned, look_up)


def _found(candidate: Candidate, table: Mapping[str, Any]) -> Found | None:
    role = role_of(candidate.identity)
    entry = table.get(f"role {role}" if role else str(candidate.identity))
    if entry is None:
        return None
    tags = {STACK_TAG: entry["stack"]} if "stack" in entry else {}
    match candidate.identity:
        case AddonIdentity(name=name):
            return AddonState(name, "v1", "ACTIVE", "arn", tags=tags)
        case ObjectIdentity():
            return PresentObject("eks-pod-identity/test")
        case _:
            attached = tuple(entry.get("attached", ()))
            return Role("arn", role or "", {}, attached_policy_arns=attached, tags=tags)


def _read(name: str) -> dict[str, Any]:
    path = _TESTS / "recorded" / "recovery" / f"{name}.json"
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content
