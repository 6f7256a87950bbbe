"""A migration as plain values for JSON: everything that the text shows, and more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from eks_pod_identity.migration.finding import Finding
from eks_pod_identity.migration.place import Member, Place
from eks_pod_identity.migration.proof import RoleProof
from eks_pod_identity.migration.rendering.step_text import step_text
from eks_pod_identity.migration.steps import Phase, Step
from eks_pod_identity.migration.values import AccountPlan, MigrationPlan, Reached, RolePlan
from eks_pod_identity.names import ServiceAccountRef

Json = dict[str, Any]


def plan_json(plan: MigrationPlan, proofs: Sequence[RoleProof]) -> Json:
    """Return a plan."""
    home = plan.inventory.home
    return {
        "ask": {
            "clusters": sorted(each.label(home) for each in plan.ask.places),
            "namespaces": sorted(plan.ask.namespaces) if plan.ask.namespaces else None,
        },
        "result": plan.result,
        "serviceAccounts": [_account(each, home) for each in plan.accounts],
        "roles": [_role(each, home) for each in plan.roles],
        "findings": [_finding(each) for each in plan.findings],
        "consents": list(plan.consents),
        "phases": [_phase(each, home) for each in plan.phases],
        "proof": proof_json(plan, proofs),
    }


def proof_json(plan: MigrationPlan, proofs: Sequence[RoleProof]) -> Json:
    """Return a proof."""
    return {
        "holds": all(each.holds for each in proofs),
        "roles": [_proof(each, plan.inventory.home) for each in proofs],
    }


def _account(row: AccountPlan, home: str) -> Json:
    plan = row.association
    return {
        "serviceAccount": row.member.label(home),
        "role": row.wiring.role_arn,
        "wiredBy": str(row.wiring),
        "verdict": row.verdict.value,
        "association": plan
        and {
            "roleArn": plan.role_arn,
            "targetRoleArn": plan.target_role_arn,
            "addon": plan.addon or None,
            "exists": plan.exists,
        },
        "annotationBy": row.annotation_by or None,
        "findings": [each.kind.id for each in row.findings],
    }


def _role(plan: RolePlan, home: str) -> Json:
    before, during, after = plan.sizes
    return {
        "role": plan.role.arn,
        "owner": plan.owner.name,
        "ownerBy": plan.owner.by or None,
        "write": plan.owner.write.value,
        "reachBefore": _reached(plan.before, home),
        "reachAfter": _reached(plan.after, home),
        "lost": [{"who": who.label(home), "why": why} for who, why in plan.lost.items()],
        "future": list(plan.future),
        "otherPrincipals": list(plan.other_principals),
        "trust": {"before": plan.role.trust, "during": plan.during, "after": plan.closed},
        "characters": {"before": before, "during": during, "after": after},
    }


def _reached(reached: Reached, home: str) -> Json:
    return {"irsa": _labels(reached.irsa, home), "podIdentity": _labels(reached.pods, home)}


def _labels(members: Iterable[Member], home: str) -> list[str]:
    return [each.label(home) for each in sorted(members)]


def _finding(finding: Finding) -> Json:
    return {
        "id": finding.kind.id,
        "level": finding.kind.level.value,
        "at": finding.at,
        "meaning": finding.kind.meaning,
        "reason": finding.reason,
    }


def _phase(phase: Phase, home: str) -> Json:
    return {
        "phase": phase.name.value,
        "optional": phase.is_optional,
        "waves": [f"{place.label(home)}/{space}" for place, space in phase.waves],
        "steps": [_step(each, home) for each in phase.steps],
        "goOnWhen": [str(each) for each in phase.gates],
        "undo": phase.undo,
    }


def _step(step: Step, home: str) -> Json:
    values = {each.name: _plain(getattr(step, each.name), home) for each in fields(step)}
    return {"step": type(step).__name__, "text": step_text(step, home), **values}


def _plain(value: object, home: str) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Member | Place):
        return value.label(home)
    if isinstance(value, ServiceAccountRef):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name), home) for each in fields(value)}
    return dict(value) if isinstance(value, Mapping) else value


def _proof(proof: RoleProof, home: str) -> Json:
    return {
        "role": proof.role_arn,
        "holds": proof.holds,
        "moments": [{"after": each.name, **_reached(each.reached, home)} for each in proof.moments],
        "gained": _labels(proof.gained, home),
        "lost": _labels(proof.lost, home),
        "lostUnasked": _labels(proof.lost_unasked, home),
        "unproved": list(proof.unproved),
        "witnesses": [{"who": each.who, "letIn": each.is_in} for each in proof.witnesses],
        "digests": dict(proof.digests),
    }
